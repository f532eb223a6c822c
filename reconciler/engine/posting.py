"""Once everything of a run was sent and recorded: the call that makes it final, for types that declare one.

It changes no row of the ledger. What it did is learnt as everything is: the next sync looks the documents up. So its
answer may be lost, and it may be made again: what is final waits no more.
"""

from reconciler.engine.held import Held, Line
from reconciler.engine.pinned import Pinned
from reconciler.engine.world import World
from reconciler.ports import Poster
from reconciler.runs.outcome import Answer, CredentialRefused, Findings, RequestRefused, Settled, Unclear, Wait
from reconciler.runs.report import RunReport

WAITS = 5
"""So often in a row a run is told to wait before it leaves the rest to the next one."""
ASKED = 50
"""Documents of earlier runs that are asked for, the oldest first, to learn whether anything waits."""


def post_sent(world: World, pinned: Pinned, held: Held, report: RunReport) -> None:
    """Post, once for all exports that share the call, where documents are sent and not final. Says what stood in the
    way as the run's problem: the documents stay `sent`, and the next sync posts again.
    """
    done = set[str]()
    for export, stream in zip(pinned.exports, report.streams, strict=True):
        call = export.create.post
        if call is None or call in done:
            continue
        line = Line(held, export)
        try:
            if not (stream.counts["sent"] or _waits(world, line)):
                continue
            done.add(call)
            answer = _posted(world, line)
        finally:
            line.close()
        if not isinstance(answer, Settled):
            report.problem, report.hint = _said(answer)
            return


def _waits(world: World, line: Line) -> bool:
    """Whether something of earlier runs waits there: what is not known to wait is not posted."""
    sent = world.ledger.open(line.export.stream, ["sent"], ASKED)
    findings = line.adapter.look_up(sent) if sent else Findings()
    return isinstance(findings, Findings) and any(each.proves == "sent" for each in findings.found.values())


def _posted(world: World, line: Line) -> Answer:
    """Where nothing happened it may be repeated: after a pause that is asked for, or with another credential."""
    for _ in range(WAITS):
        answer = _post(world, line)
        if isinstance(answer, Wait):
            world.clock.wait(answer.pause_s)
        elif not (isinstance(answer, CredentialRefused) and line.switch()):
            break
    return answer


def _post(world: World, line: Line) -> Answer:
    assert isinstance(line.adapter, Poster), "its model says which protocols can post"
    with world.points.around("post"):
        return line.adapter.post()


def _said(answer: Answer) -> tuple[str, str]:
    """The problem, and what to do."""
    message = answer.rejection.message if isinstance(answer, RequestRefused) else getattr(answer, "message", "")
    if isinstance(answer, Unclear):
        return f"nobody knows whether what was sent was posted: {message}", "nothing is lost; the next sync asks"
    hint = "what was sent waits there, unposted; put right what is said there, and the next sync posts again"
    return f"what was sent could not be posted: {message}", hint
