"""Fifty commits, good and bad, while everything that can fail does: at the end the database equals git, and every
document is in the books once.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from parts.checker import verdict
from parts.fixtures import books, simulator_process
from parts.installation import WHERE, Books
from parts.turmoil import CONFIG, Turmoil, dice, turmoil

__all__ = ["books", "simulator_process"]
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
COMMITS, SEED = (600, int(time.time())) if LONG else (50, 20261123)
KINDS = ("good",) * 5 + ("bad",) * 3 + ("refused",) * 2 + ("unapproved",) * 2 + ("reverting",) * 2
BEFALLS = ("kill-0", "kill-1", "crash", "database", "repository", "lost answer", "busy", "busy")


@pytest.fixture
def scene(tmp_path: Path, books: Books) -> Iterator[Turmoil]:
    with turmoil(tmp_path, books) as found:
        yield found


def test_whatever_happens_the_database_equals_git_and_every_export_is_booked_once(scene: Turmoil) -> None:
    print(f"seed {SEED}")  # noqa: T201 - what failed can be played again
    chance = dice(SEED)
    wait_for(scene, lambda: bool(conditions(scene, everything=True)))  # what came before it is nobody's news
    for count in range(COMMITS):
        away = befall(scene, chance) if count % 3 == 2 else nullcontext()
        with away:
            commit(scene, chance, chance.choice(KINDS), count)
            time.sleep(0.2)
        if count % 10 == 5:
            scene.verb("sync", *WHERE, "--now", "--wait", "0")
    mend(scene)
    assert {name: reason for name, reason, _ in conditions(scene)} == dict.fromkeys((*CONFIG, WHERE[0]), "Applied")
    assert scene.verb("plan", "--root", str(scene.work.folder), "--exit-code") == 0
    assert [each for each in scene.bad if not told(scene, *each)] == []
    assert scene.rows(
        "select count(*) from reconciler.applied_revisions where changes::text ~ 'Nobody agreed|31999'"
    ) == [(0,)]
    scene.verb("sync", *WHERE, "--now", "--wait", "30")
    assert scene.stop() == [0, 0], [(scene.folder / f"log-{each}").read_text()[-2000:] for each in (0, 1)]
    for minutes in (40, 80, 120):  # what is unknown is asked for once its request cannot arrive any more
        scene.verb("sync", *WHERE, minutes=minutes)
    assert verdict(scene.settings.database_url, scene.books.url) == []


def commit(scene: Turmoil, chance, kind: str, count: int) -> None:
    """A person merges something."""
    name = chance.choice(CONFIG)
    file = f"orgs/{name}/organization.yaml"
    before = scene.text(file)
    title = f"title: {name} {count}"
    lines = [title if line.strip().startswith("title:") else line.strip("\n") for line in before.splitlines()]
    good = "\n".join(f"  {title}" if line == title else line for line in lines) + "\n"
    pushed = patient(scene)
    if kind == "good":
        head = pushed({file: good})
        if chance.random() < 0.4:
            scene.approve(name, head)
    elif kind == "bad":
        head = pushed({file: good.replace("language: nb", "language: xx")})
        scene.bad.append((name, head, file))
        pushed({file: before})
    elif kind == "refused":
        path = f"orgs/{WHERE[0]}/integrations/xledger.yaml"
        text = scene.text(path)
        pushed({path: text.replace('"31007"', '"31999"')})
        pushed({path: text})
    elif kind == "unapproved":
        pushed({file: good.replace(title, "title: Nobody agreed")})
        pushed({file: before})
    else:
        pushed({file: good})
        scene.work.git("revert", "--no-edit", "HEAD")
        pushed({})


def patient(scene: Turmoil) -> Callable[[dict[str, str]], str]:
    """A person pushes again when the repository is back."""

    def push(files: dict[str, str]) -> str:
        if (scene.folder / "lost.git").exists():
            (scene.folder / "lost.git").rename(scene.folder / "remote.git")
            head = scene.push(files)
            (scene.folder / "remote.git").rename(scene.folder / "lost.git")
            return head
        return scene.push(files)

    return push


def befall(scene: Turmoil, chance):
    """Something fails; what can be away is away for the next commit."""
    what = chance.choice(BEFALLS)
    if what.startswith("kill"):
        scene.kill(int(what[-1]))
    elif what == "crash":
        scene.crash()
    elif what == "lost answer":
        scene.books.arm("lose_response_after_commit")
    elif what == "busy":
        scene.books.arm("maintenance")
    else:
        return scene.away(what)
    return nullcontext()


def mend(scene: Turmoil) -> None:
    """Everything is there again, a last commit that is as it should be, and its approval."""
    for at, each in enumerate(scene.controllers):
        if each.poll() is not None:
            scene.start(at)
    for name in CONFIG:
        file = f"orgs/{name}/organization.yaml"
        scene.push({file: scene.text(file).replace("language: nb", "language: en")})
    for name in CONFIG:
        scene.approve(name)
    wait_for(scene, lambda: settled(scene))


def wait_for(scene: Turmoil, answer: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not answer():
        assert time.monotonic() < end, (
            conditions(scene),
            [(scene.folder / f"log-{at}").read_text()[-3000:] for at in (0, 1)],
        )
        time.sleep(0.5)


def settled(scene: Turmoil) -> bool:
    head = scene.work.git("rev-parse", "HEAD")
    found = {name: (reason, attempted) for name, reason, attempted in conditions(scene, everything=True)}
    if found.keys() != {"", *CONFIG, WHERE[0]}:
        return False
    return found[""] == ("Applied", head) and {reason for reason, _ in found.values()} == {"Applied"}


def conditions(scene: Turmoil, *, everything: bool = False) -> list[tuple]:
    where = "" if everything else "where organization <> ''"
    return scene.rows(f"select organization, reason, attempted from reconciler.conditions {where} order by 1")


def told(scene: Turmoil, organization: str, revision: str, file: str) -> bool:
    """Whether a commit's fault stands in the history, with its line."""
    query = "select findings[1] from reconciler.condition_history where (organization, attempted) = (%s, %s)"
    return any((found or "").startswith(f"{file}:") for (found,) in scene.rows(query, organization, revision))
