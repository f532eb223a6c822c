"""The threads of a controller, put together from the settings: who follows, who tells hosts and people, and who starts
runs. Each has a connection of its own; they share the wake, the pulse and which organisations are ours.
"""

import base64
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from reconciler import __version__
from reconciler.controller.commenting import Commenting
from reconciler.controller.declared import rules_of
from reconciler.controller.history import History
from reconciler.controller.keeping import READER as CLUSTER
from reconciler.controller.keeping import Ground, Keeping, Looked
from reconciler.controller.loop import READER as LOOP
from reconciler.controller.loop import Loop, Parts, Reported, Span, no_span
from reconciler.controller.proposals import READER as PROPOSALS
from reconciler.controller.proposals import Desk, Proposals
from reconciler.controller.proposed import Reader
from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.reviewing import Reviewer
from reconciler.controller.scheduling import Scheduling
from reconciler.controller.shards import Shards
from reconciler.controller.source import READER as SOURCE
from reconciler.controller.source import Source
from reconciler.controller.starting import READER as SCHEDULER
from reconciler.controller.starting import Logged, Starting
from reconciler.controller.statuses import READER as HOST
from reconciler.controller.statuses import Statuses
from reconciler.controller.telling import READER as NOTIFICATIONS
from reconciler.controller.telling import Shown, Telling
from reconciler.controller.watching import READER as WATCH
from reconciler.controller.watching import Watching
from reconciler.database.high_marks import HighMarks
from reconciler.database.reviewing import ReviewTables
from reconciler.engine.approval import objections
from reconciler.errors import Blocked, UsageError
from reconciler.git.local_proposals import LocalProposals
from reconciler.git.mirror import FETCH_S, Mirror
from reconciler.git.sources import git_folder
from reconciler.schedules.due import left_over
from reconciler.settings import NamedRepository, Settings
from reconciler.wiring import catalog, database, host, notifier, own_rules, signatures, world
from reconciler.wiring.cluster import cluster, cluster_place, frame, jobs
from reconciler.wiring.starting import children, place, timetable

SILENT_S = 120
"""A loop that did not get round for so long hangs: a round ends within seconds, and its database answers or is away."""
PATIENT_S = 900
"""A host, a mail server and a database that counts may make us wait for a quarter of an hour."""
Body = Callable[[Wake, Pulse], None]


@dataclass(frozen=True, slots=True)
class Thread:
    """One of the process's threads: `run` returns soon after `wake` says stop."""

    name: str
    run: Body
    silent_after_s: float


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who hears of what the threads do: of each round, of how late runs began, of every integration's colour, of the
    cluster.
    """

    reported: Sequence[Reported] = ()
    began_late: Callable[[float], None] = lambda _late_s: None
    shown: Shown | None = None
    span: Span = no_span
    kept: Callable[[Looked], None] = lambda _looked: None


def threads(settings: Settings, listeners: Listeners) -> list[Thread]:
    """Of one replica. Raises UsageError where no repository is named."""
    repository = settings.repository
    if repository is None:
        hint = "set RECONCILER_REPOSITORY to the address of the config repository, or to its folder"
        raise UsageError("no repository is named that could be followed", hint)
    made = world(settings)
    source = Source(lambda: mirror(settings, repository), made.clock, repository.poll_s)
    shards = Shards(made.shards, replica(), repository.shards, settings.selects)
    rules = rules_of(catalog(), __version__, settings.endpoints, f"{settings.installation} {settings.environments}")
    reported = list(listeners.reported)
    found = [Thread(SOURCE, source.run, repository.poll_s * 2 + FETCH_S * 2)]
    if (here := _on_this_machine(repository)) is not None:
        found.append(Thread(WATCH, Watching(git_folder(here), repository.branch).run, SILENT_S))
    if (there := host(settings)) is not None:
        statuses = Statuses(there, source, rules, settings.installation, made.clock)
        reported.append(statuses)
        found.append(Thread(HOST, statuses.run, PATIENT_S))
    history = History(mirror(settings, repository, login=False), rules.builtin, made.clock.now, settings.endpoints)
    signed = signatures(settings, settings.mirror)
    parts = Parts(
        made, source, shards, rules, lambda plan: objections(made, plan, history.chain), reported,
        repository.verify_s, signed, listeners.span,
    )  # fmt: skip
    found.append(Thread(LOOP, Loop(parts).run, SILENT_S))
    own = host(settings)  # a host of its own: neither thread waits for the other's limits
    if (pulls := own or _local(repository)) is not None:
        found.append(_proposals(settings, Desk(
            world(settings), source, Reader(history, rules), pulls, own, shards, settings.installation,
            merges=not settings.detect_only,
        )))  # fmt: skip
    found.append(_telling(settings, shards, listeners))
    told = Logged(listeners.began_late)
    if settings.runs == "cluster":
        keeping = _keeping(settings, shards, listeners)
        reported.append(keeping)
        told = Logged(listeners.began_late, keeping.failed)
        found.append(Thread(CLUSTER, keeping.run, PATIENT_S))
    return found if settings.runs == "elsewhere" else [*found, _starting(settings, shards, told)]


def _proposals(settings: Settings, desk: Desk) -> Thread:
    """With a review where there is a host to show it."""
    if settings.host is not None:
        copy, builtin = desk.reader.history.mirror, desk.reader.rules.builtin
        facts = ReviewTables(database(settings), own_rules)
        reviewer = Reviewer(copy, builtin, desk.world.clock.now, settings.endpoints, facts)
        desk = replace(desk, report=Commenting(reviewer), method=settings.host.merge)
    return Thread(PROPOSALS, Proposals(desk).run, PATIENT_S)


def _local(repository: NamedRepository) -> LocalProposals | None:
    """Proposals in the followed repository itself, where it is a folder here and no host of git keeps it."""
    here = _on_this_machine(repository)
    return LocalProposals(here, repository.branch) if here is not None else None


def _on_this_machine(repository: NamedRepository) -> Path | None:
    """The folder of a repository that is followed where somebody works on it."""
    folder = Path(repository.address)
    return folder if "://" not in repository.address and folder.is_dir() else None


def _telling(settings: Settings, shards: Shards, listeners: Listeners) -> Thread:
    own = world(settings)
    telling = Telling(own, notifier(settings, own.clock), shards.mine, listeners.shown)
    return Thread(NOTIFICATIONS, telling.run, PATIENT_S)


def _starting(settings: Settings, shards: Shards, told: Logged) -> Thread:
    """On this machine what is due; in a cluster what CronJobs leave over, and what somebody asks for."""
    own, within = world(settings), timedelta(seconds=settings.start_within_s)
    if settings.runs == "cluster":
        made = jobs(settings, shards.mine)
        scheduling = Scheduling(
            own, timetable(settings), made, told, within, mine=shards.mine, place=cluster_place(settings),
            book=own.chores, question=left_over,
        )  # fmt: skip
        return Thread(SCHEDULER, Starting(scheduling, 0, made).run, PATIENT_S)
    scheduling = Scheduling(
        own, timetable(settings), children(settings), told, within, mine=shards.mine, place=place(), book=own.chores
    )
    return Thread(SCHEDULER, Starting(scheduling, settings.stop_grace_s).run, PATIENT_S)


def _keeping(settings: Settings, shards: Shards, listeners: Listeners) -> Keeping:
    """Raises UsageError where no namespace or template is named, Blocked where the template cannot be read."""
    frame(settings)
    marks = HighMarks(database(settings)).marks
    ground = Ground(
        world(settings), timetable(settings), marks, partial(frame, settings), cluster(settings), shards.mine,
        listeners.kept,
    )  # fmt: skip
    return Keeping(ground, settings.installation)


def mirror(settings: Settings, repository: NamedRepository, *, login: bool = True) -> Mirror:
    """The copy of the followed branch, with the token as its file holds it now; without it for whoever only reads the
    copy. Raises Blocked where the file is not there.

    A folder is followed by its own branch, and what is not committed there is not seen.
    """
    address = repository.address
    header = _header(repository.token_file) if repository.token_file and login else ""
    return Mirror(
        settings.mirror, str(Path(address).resolve()) if "://" not in address else address, repository.branch, header
    )


def replica() -> str:
    """A name that no other process has."""
    return f"{socket.gethostname()}-{os.getpid()}-{os.urandom(3).hex()}"


def _header(file: Path) -> str:
    try:
        token = file.read_text().strip()
    except OSError as error:
        hint = "put a token with read access there, for this program alone"
        raise Blocked(f"the token of the repository cannot be read: {error.strerror}", hint) from error
    return f"Authorization: Basic {base64.b64encode(f'x-access-token:{token}'.encode()).decode()}"
