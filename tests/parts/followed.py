"""A config repository that is followed, and one replica of a controller that is moved by rounds in this process."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from parts import lending
from parts.hands import Hands
from parts.remote import Remote
from reconciler.controller.declared import rules_of
from reconciler.controller.loop import Loop, Parts, Reported
from reconciler.controller.shards import Shards
from reconciler.controller.source import Source
from reconciler.controller.threads import mirror
from reconciler.engine.converge import Objections
from reconciler.engine.world import World
from reconciler.runs.condition import Condition
from reconciler.settings import NamedRepository, Settings
from reconciler.wiring import catalog, world

ROOT = Path(__file__).parents[2]
MODEL, MODEL_ID = "demoforeningen", "c4e81b7a-0f52-4d39-b6e8-1a93d05f7c26"
START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
SPACE = UUID("6f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007")


def id_of(name: str) -> str:
    """The id in the app of an invented organisation."""
    return str(uuid5(SPACE, name))


def texts(name: str) -> dict[str, str]:
    """The specs of an invented organisation, by path: those of the worked example under another name and id."""
    folder = ROOT / "orgs" / MODEL
    found = {str(each.relative_to(folder)): each.read_text() for each in sorted(folder.rglob("*.yaml"))}
    return {
        f"orgs/{name}/{path}": text.replace(MODEL, name).replace(MODEL_ID, id_of(name)) for path, text in found.items()
    }


@dataclass
class Followed:
    """A repository, a database, and what one replica makes of both."""

    remote: Remote
    settings: Settings
    clock: Hands
    replica: str = "one"
    reported: list[Reported] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """What every plan is missing before it is approved."""
    objections: Objections | None = None
    shards_count: int = 1

    def __post_init__(self) -> None:
        named = self.settings.repository
        assert named is not None
        self.world: World = world(self.settings, self.clock)
        self.source = Source(lambda: mirror(self.settings, named), self.clock, 60)
        self.shards = Shards(self.world.shards, self.replica, self.shards_count, self.settings.selects)
        judged = self.objections or (lambda _plan: self.missing)
        self.rules = rules_of(catalog(), "1", (), self.settings.installation)
        self.loop = Loop(Parts(self.world, self.source, self.shards, self.rules, judged, self.reported, 30))

    def twin(self, replica: str) -> "Followed":
        """Another replica on the same repository and database, with a copy of its own."""
        home = self.settings.home / replica
        home.mkdir()
        shutil.copy(self.settings.key_file, home)
        return replace(self, replica=replica, reported=[], settings=replace(self.settings, home=home))

    def put(self, files: Mapping[str, str | None], message: str = "a change") -> str:
        """Commit texts; None takes a file away."""
        for path, text in files.items():
            place = self.remote.folder / path
            if text is None:
                place.unlink()
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text)
        self.remote.git("add", "--all")
        self.remote.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.remote.git("rev-parse", "HEAD")

    def change(self, name: str, old: str, new: str) -> str:
        """Commit another word in a file."""
        text = (self.remote.folder / name).read_text()
        assert old in text, (name, old)
        return self.put({name: text.replace(old, new)})

    def settle(self, *, fetch: bool = True, rounds: int = 5) -> None:
        """Rounds until nothing is changed any more."""
        if fetch:
            self.source.fetch()
        for _ in range(rounds):
            if self.loop.round() > 0:
                return
        raise AssertionError(f"still changing after {rounds} rounds")

    def condition(self, name: str) -> Condition:
        return self.world.conditions.conditions()[name]

    def words(self) -> dict[str, str]:
        """What is said of every organisation, in a word."""
        return {name: each.reason for name, each in self.world.conditions.conditions().items() if name}

    def rows(self, query: str, *values: object) -> list[tuple]:
        return lending.ask(self.settings.database_url, query, *values)

    def write(self, query: str, *values: object) -> None:
        lending.ask(self.settings.database_url, query, *values)


def followed(folder: Path, database_url: str, *names: str) -> Followed:
    """A new repository with these organisations, nothing of it applied yet."""
    remote = Remote(folder / "config")
    settings = Settings(
        database_url=database_url,
        home=folder / "home",
        actor="controller",
        repository=NamedRepository(str(remote.folder)),
    )
    found = Followed(remote, settings, Hands(START))
    if names:
        found.put({path: text for name in names for path, text in texts(name).items()}, "the first commit")
    return found
