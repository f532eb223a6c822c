"""The same with a cluster in place of the local scheduler: whatever befalls controllers, database, API server and pods,
the CronJobs end as git says, what is not ours is not touched, and every document is in the books once.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from parts import forks
from parts.checker import verdict
from parts.cluster.children import Child
from parts.cluster.kubelet import Ended, Job, Waiting
from parts.cluster.standing import StandIn, standing
from parts.fixtures import books, forking, simulator_process
from parts.installation import START, WHERE, Books
from parts.keepers import TEMPLATE
from parts.turmoil import CONFIG, Turmoil, dice, turmoil

from reconciler.cluster.endings import over
from reconciler.cluster.likeness import differences
from reconciler.cluster.names import cronjob_name, is_marked, mark, name_of
from reconciler.controller.keeping import Drawn
from reconciler.database.timetable import TimetableRows
from reconciler.schedules.jobs import job_name
from reconciler.settings import NamedCluster, Settings
from reconciler.wiring import database
from reconciler.wiring.cluster import frame

__all__ = ["books", "forking", "simulator_process"]
COMMITS, SEED = 7, 20261123
NAME = "local"
BEFALLS = ("kill-0", "kill-1", "crash", "database", "api", "forgotten", "by hand", "by hand", "busy", "lost answer")
DIES_AT = ("after:claim", "after:freeze", "after:send", "before:record", "after:give_back")


ENTRYPOINT = ("/bin/sh", "-c", f'exec {sys.executable} -I -S "$FORKS" run "$SOCKET" "$@"', "run")
"""Paths by variables: a word that is a path below a mount is taken for one in the pod."""
RUNNER = TEMPLATE.replace(b"      env: [{name: RECONCILER_HOME, value: /tmp/home}]\n", b"")
assert RUNNER != TEMPLATE


class Running:
    """The cluster's clock: everybody's."""

    def __init__(self, began: float) -> None:
        self._began = began

    def now(self) -> datetime:
        return START.astimezone(UTC) + timedelta(seconds=time.monotonic() - self._began)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass
class Scene:
    """Two controllers beside a cluster, whose pods really run; some of them die on the way."""

    both: Turmoil
    cluster: StandIn
    forking: str
    chance: random.Random
    login: str
    fired: dict[str, datetime] = field(default_factory=dict)
    """Scheduled times by the name of their Job."""
    calm: bool = False
    closing: bool = False

    def executor(self, job: Job) -> Ended | Waiting:
        if self.closing:
            return Ended(75, "Error")
        settings = self.both.now()
        dies = self.chance.choice(DIES_AT) if not self.calm and self.chance.random() < 0.25 else ""
        environment = {
            "RECONCILER_DATABASE_URL": self.login,
            "RECONCILER_HOME": str(self.both.folder / "home-0"),
            "RECONCILER_ACTOR": "runner",
            "RECONCILER_CLOCK_START": settings.clock_start.isoformat(),
            "RECONCILER_SIMULATORS": f"xledger={self.both.books.url}",
            "RECONCILER_CRASH_AT": dies,
            "FORKS": forks.__file__,
            "SOCKET": self.forking,
        }
        return Child(ENTRYPOINT, environment)(job)

    def fire(self) -> datetime:
        """Kubernetes makes the Job of another scheduled time, where its CronJob is there."""
        name, at = cronjob_name(NAME, WHERE[0], WHERE[1]), START + timedelta(minutes=2 + len(self.fired))
        if self.cluster.hand.get("cronjobs", name) is not None:
            self.fired[job_name(name, at)] = at
            self.cluster.fire(name, at)
        return at

    def meddle(self) -> None:
        """Somebody with kubectl changes or deletes one of ours."""
        ours = [each for each in self.cluster.hand.list("cronjobs") if is_marked(each, NAME)]
        if not ours:
            return
        name = name_of(self.chance.choice(ours))
        deed = self.chance.choice(("delete", "suspend", "argument"))
        if deed == "delete":
            self.cluster.hand.delete("cronjobs", name)
        elif deed == "suspend":
            self.cluster.hand.merge("cronjobs", name, {"spec": {"suspend": True}})
        else:
            self.cluster.hand.merge("cronjobs", name, {"spec": {"schedule": "* * * * *"}})

    def wanted(self) -> dict[str, dict]:
        """What the applied rows say should be there, by name."""
        settings = self.both.now()
        timed = TimetableRows(database(settings), settings.installation).timed(settings.clock_start)
        return {each.name: each.made for each in Drawn().wanted(frame(self.settings), timed)}

    @property
    def settings(self) -> Settings:
        named = NamedCluster(self.cluster.namespace, None, self.both.folder / "runner.yaml")
        return replace(self.both.now(), cluster=named, stop_grace_s=20)


@pytest.fixture
def scene(tmp_path: Path, books: Books, forking: str) -> Iterator[Scene]:
    with standing(StandIn()) as cluster:
        (tmp_path / "runner.yaml").write_bytes(RUNNER)
        more = {
            "RECONCILER_RUNS": "cluster",
            "RECONCILER_KUBECONFIG": str(cluster.kubeconfig(tmp_path)),
            "RECONCILER_KUBERNETES_NAMESPACE": cluster.namespace,
            "RECONCILER_RUNNER_TEMPLATE": str(tmp_path / "runner.yaml"),
        }
        with turmoil(tmp_path, books, more) as both:
            cluster.clock, cluster.life.folder = Running(both.began), tmp_path / "pods"
            cluster.life.now = cluster.clock.now
            cluster.life.kubelet = type(cluster.life.kubelet)(
                cluster.store, cluster.writer, cluster.remover, cluster.clock.now
            )
            yield Scene(both, cluster, forking, dice(SEED), runner_login(both))


def runner_login(both: Turmoil) -> str:
    """The database as a pod gets it."""
    with psycopg.connect(both.settings.database_url, autocommit=True) as connection:
        connection.execute("create role a_pod login password 'a-password-of-a-test' in role reconciler_runner")
    url = urlsplit(both.settings.database_url)
    return urlunsplit(url._replace(netloc=f"a_pod:a-password-of-a-test@{url.netloc.rpartition('@')[2]}"))


def tempting(cluster: StandIn) -> list[str]:
    """CronJobs that look like ours, and are not."""
    template = {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}}}}
    spec = {"schedule": "0 0 1 1 *", "jobTemplate": template}
    for name, labels in (
        (f"rec-{WHERE[0]}-xledger-000000000000", {}),
        ("rec-alfa-members-ffffffffffff", mark("another")),
        ("reconciler", {"app.kubernetes.io/managed-by": "reconciler"}),
    ):
        cluster.hand.create("cronjobs", {"metadata": {"name": name, "labels": labels}, "spec": spec})
    return strangers(cluster)


def strangers(cluster: StandIn) -> list[tuple]:
    return sorted(
        (name_of(each), each["metadata"]["uid"], each["metadata"]["resourceVersion"])
        for each in cluster.hand.list("cronjobs")
        if not is_marked(each, NAME)
    )


def test_whatever_happens_the_cronjobs_equal_git_and_every_export_is_booked_once(scene: Scene) -> None:
    print(f"seed {SEED}")  # noqa: T201 - what failed can be played again
    both, cluster = scene.both, scene.cluster
    untouched = tempting(cluster)
    with cluster.living(scene.executor):
        until(scene, lambda: same(scene), "the first look")
        for count in range(COMMITS):
            with befall(scene):
                commit(scene, count)
                if count % 2 == 0:
                    scene.fire()
                if count % 4 == 1:
                    both.verb("sync", *WHERE, "--now", "--wait", "0")
                time.sleep(0.3 + scene.chance.random() / 2)
        mend(scene)
        until(scene, lambda: settled(scene) and as_git_says(scene) and same(scene), "the rows and the CronJobs")
        scene.calm, at = True, scene.fire()
        until(scene, lambda: went(scene, at), "a run after all that, and one that was asked for")
        scene.closing = True
        until(scene, lambda: idle(scene) and told(scene), "how each run ended")
    assert strangers(cluster) == untouched
    assert as_git_says(scene)
    assert both.stop() == [0, 0], [(both.folder / f"log-{each}").read_text()[-2000:] for each in (0, 1)]
    assert same(scene), "nothing is taken away by who stops"
    assert both.books.read()["requests"]["mutations"], "pods have sent something"
    for minutes in (40, 80, 120):
        both.verb("sync", *WHERE, minutes=minutes)
    assert verdict(both.settings.database_url, both.books.url) == []


def commit(scene: Scene, count: int) -> None:
    """A person changes when an organisation is synced, and mostly somebody agrees."""
    name = scene.chance.choice(CONFIG)
    path = f"orgs/{name}/schedules/members.yaml"
    lines = scene.both.text(path).splitlines()
    text = "\n".join(f'  cron: "{count} 5 * * 1,4"' if "cron:" in each else each for each in lines) + "\n"
    head = scene.both.push({path: text})
    if scene.chance.random() < 0.6:
        scene.both.approve(name, head)


@contextmanager
def befall(scene: Scene) -> Iterator[None]:
    """Something fails, some of it for as long as the body lasts."""
    both, what = scene.both, scene.chance.choice(BEFALLS)
    during = nullcontext()
    match what:
        case "kill-0" | "kill-1":
            both.kill(int(what[-1]))
        case "crash":
            both.crash()
        case "database":
            during = both.away("database")
        case "api":
            during = scene.cluster.faults.away(scene.chance.choice(("refused", "reset")))
        case "forgotten":
            scene.cluster.faults.forget()
        case "by hand":
            scene.meddle()
        case "busy":
            both.books.arm("maintenance")
        case _:
            both.books.arm("lose_response_after_commit")
    with during:
        yield


def mend(scene: Scene) -> None:
    """Everything is there again, and what waits is approved."""
    for at, each in enumerate(scene.both.controllers):
        if each.poll() is not None:
            scene.both.start(at)
    for name in CONFIG:
        scene.both.approve(name)


def same(scene: Scene) -> bool:
    """Whether our CronJobs are those that the rows say, field by field."""
    ours = {name_of(each): each for each in scene.cluster.hand.list("cronjobs") if is_marked(each, NAME)}
    should = scene.wanted()
    return (
        bool(should)
        and ours.keys() == should.keys()
        and not any(differences(should[name], ours[name]) for name in ours)
    )


def as_git_says(scene: Scene) -> bool:
    return scene.both.verb("plan", "--root", str(scene.both.work.folder), "--exit-code") == 0


def settled(scene: Scene) -> bool:
    head = scene.both.work.git("rev-parse", "HEAD")
    rows = scene.both.rows("select organization, reason, attempted from reconciler.conditions")
    found = {name: (reason, attempted) for name, reason, attempted in rows}
    return found[""] == ("Applied", head) and {reason for reason, _ in found.values()} == {"Applied"}


def went(scene: Scene, at: datetime) -> bool:
    """Whether a pod has carried out a scheduled time to its end, and another what somebody asked for."""
    query = "select occurrence from reconciler.runs where actor = 'runner' and trigger = %s"
    ended = f"{query} and state in ('succeeded', 'partial', 'failed') and problem not like '%%(Job %%'"
    return bool(scene.both.rows(query, "request")) and (at,) in scene.both.rows(ended, "schedule")


def idle(scene: Scene) -> bool:
    return all(each["status"].get("phase") != "Running" for each in scene.cluster.hand.list("pods"))


def told(scene: Scene) -> bool:
    """Whether each scheduled time whose Job is over has an outcome that stays."""
    rows = scene.both.rows(
        "select distinct occurrence from reconciler.runs where occurrence is not null and not again"
        " and state in ('succeeded', 'partial', 'failed', 'skipped')"
    )
    ended = {name_of(each) for each in scene.cluster.hand.list("jobs") if over(each) is not None}
    return {at for (at,) in rows} >= {at for name, at in scene.fired.items() if name in ended}


def until(scene: Scene, answer: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 90
    while not answer():
        if time.monotonic() > end:
            parts = [
                scene.both.rows("select organization, reason, message from reconciler.conditions"),
                scene.both.rows("select occurrence, state, again, problem from reconciler.runs order by started_at"),
                [(name_of(each), each["status"]) for each in scene.cluster.hand.list("jobs")],
                *[(scene.both.folder / f"log-{at}").read_text()[-3000:] for at in (0, 1)],
            ]
            pytest.fail("\n".join([f"{what} did not come", *map(str, parts)]))
        time.sleep(0.5)
