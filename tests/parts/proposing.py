"""A bare repository that is followed, a clone where people propose, and one replica that judges what they propose."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from parts.followed import Followed, followed, texts
from parts.remote import Remote
from reconciler.controller.history import History
from reconciler.controller.proposals import Desk, Proposals
from reconciler.controller.proposed import Reader, judged
from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.threads import mirror
from reconciler.engine.approval import objections, speak
from reconciler.git.local_proposals import LocalProposals
from reconciler.plans.approval import Source, Voice, Word
from reconciler.plans.judgement import Judgement
from reconciler.plans.plan import Plan
from reconciler.runs.host import Host
from reconciler.runs.pull_requests import PullRequests
from reconciler.settings import NamedRepository
from reconciler.wiring import world

ADMIN, ACCOUNTANT = "lise-alfa", "tore-alfa"
ORGANIZATION, SCHEDULES = "orgs/alfa/organization.yaml", "orgs/alfa/schedules"
OWN = """  approvals:
    - name: closed-days
      kind: Organization
      fields: [freeze, contacts]
      roles: [admin, accountant]
      approvals: 0
      merge: automatic
      reason: Whoever keeps the office knows when it is closed
"""
CLOSED = ("from: 2026-12-24", "from: 2026-12-23")
"""A change that the organisation's own rule is about; the people may make it alone."""
NAMED = ("title: Demoforeningen", "title: Foreningen")
"""A change that no rule is about: it needs somebody else's yes, and a person merges it."""


@dataclass
class Proposing:
    """`one` is the replica; `bare` is what it follows. `judging` is off while the first commit is let in."""

    one: Followed
    bare: Remote
    judging: list[bool] = field(default_factory=lambda: [False])
    wake: Wake = field(default_factory=Wake)

    def desk(self, pulls: PullRequests | None = None, host: Host | None = None, one: Followed | None = None) -> Desk:
        """What a thread of a replica works with."""
        replica = one or self.one
        own = world(replica.settings, replica.clock)
        there = pulls or LocalProposals(self.bare.folder, "main")
        return Desk(own, replica.source, Reader(_history(replica), replica.rules), there, host, replica.shards, "local")

    def propose(self, branch: str, *edits: tuple[str, str, str], files: Mapping[str, str | None] | None = None) -> str:
        """Push a branch with edits (path, old, new) and whole files on top of the followed one; its commit."""
        git = self.one.remote.git
        git("fetch", "--quiet", "origin")
        there = git("branch", "--list", "--remotes", f"origin/{branch}")
        git("checkout", "--quiet", "-B", branch, f"origin/{branch if there else 'main'}")
        head = self.edit(*edits, files=files)
        git("push", "--quiet", "--force", "origin", branch)
        return head

    def edit(self, *edits: tuple[str, str, str], files: Mapping[str, str | None] | None = None) -> str:
        """Commit edits where the clone stands."""
        put: dict[str, str | None] = dict(files or {})
        for path, old, new in edits:
            text = put.get(path) or (self.one.remote.folder / path).read_text()
            assert old in text, (path, old)
            put[path] = text.replace(old, new)
        return self.one.put(put)

    def push(self, *edits: tuple[str, str, str], files: Mapping[str, str | None] | None = None) -> str:
        """Somebody pushes to the followed branch."""
        git = self.one.remote.git
        git("fetch", "--quiet", "origin")
        git("checkout", "--quiet", "-B", "main", "origin/main")
        head = self.edit(*edits, files=files)
        git("push", "--quiet", "origin", "main")
        return head

    def judgement(self, head: str) -> Judgement:
        """What is thought of a proposal now, by the database alone."""
        copy, name = self.one.source.mirror(), str(int(head[:8], 16))
        if not copy.holds(head):
            branches = self.one.remote.git("branch", "--format=%(refname:short)", "--points-at", head).split()
            copy.bring(branches[0], name)
        reader = Reader(_history(self.one), self.one.rules)
        found = reader.read(self.one.source.seen.head, head, self.one.clock.now())
        parts = self.one.world
        (one,) = judged(found, parts.voices, parts.config.observe)
        return one

    def say(
        self, head: str, account: str, word: Word = "approve", *, source: Source = "cli", platform: bool = False
    ) -> None:
        """A voice on what a proposal asks of alfa."""
        self.one.clock.wait(1)
        step, parts = self.judgement(head).intent, self.one.world
        said = (step.organization, step.organization_id, step.digest, account, word, source, head)
        speak(parts, Voice(*said, "It was looked at together", parts.clock.now(), platform))

    @property
    def main(self) -> str:
        """The commit that the followed branch is at."""
        return self.bare.git("rev-parse", "refs/heads/main")

    def settle(self) -> None:
        self.one.clock.wait(1)
        self.one.settle()


def _history(replica: Followed) -> History:
    named = replica.settings.repository
    assert named is not None
    return History(mirror(replica.settings, named), replica.rules.builtin, replica.clock.now)


def proposing(folder: Path, database_url: str, own: str = OWN) -> Proposing:
    """An organisation that is applied, whose people may change the days on which it is closed by themselves."""
    one = followed(folder, database_url)
    first = texts("alfa")
    first[ORGANIZATION] += own
    one.put(first, "the first commit")
    bare = folder / "config.git"
    one.remote.git("clone", "--quiet", "--bare", str(one.remote.folder), str(bare))
    one.remote.git("remote", "add", "origin", str(bare))
    settings = replace(one.settings, repository=NamedRepository(str(bare)), approvals="required")
    judging = [False]
    made: list[Followed] = []

    def objects(plan: Plan) -> list[str]:
        replica = made[0]
        return objections(replica.world, plan, _history(replica).chain) if judging[0] else []

    made.append(replace(one, settings=settings, objections=objects))
    there = object.__new__(Remote)
    there.folder = bare
    found = Proposing(made[0], there, judging)
    found.settle()
    judging[0] = True
    assert found.one.words() == {"alfa": "Applied"}, found.one.condition("alfa")
    return found


def looked(found: Proposals, proposals: Proposing) -> None:
    """One round of the thread, a moment later."""
    proposals.one.clock.wait(2)
    found.round(proposals.wake, Pulse())
