"""A config repository that people merge into, a copy of it, and a database: what is asked before each apply."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from reconciler.clock import StagedClock
from reconciler.controller.history import History
from reconciler.engine.approval import Chain, Review, objections, review, speak
from reconciler.engine.reconcile import apply_plan, plan_all, read_specs
from reconciler.engine.world import World
from reconciler.git.mirror import Mirror
from reconciler.plans.approval import Source, Voice, Word
from reconciler.plans.intent import Intent
from reconciler.plans.plan import Plan, Unusable
from reconciler.settings import Settings
from reconciler.specs.collection import Specs
from reconciler.wiring import catalog, world

START = datetime.fromisoformat("2026-03-02T08:00:00+01:00")
HOME = {"PATH": os.defpath, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent"}
WHO = ("-c", "user.name=Kari Nordmann", "-c", "user.email=kari@example.org")
PEOPLE = "{account: kari, roles: [admin]}, {account: ola, roles: [accountant, reviewer]}"
FOLDER = "orgs/laget"
BUILTIN = catalog()


def organization(people: str = PEOPLE, more: str = "", name: str = "laget", metadata: str = "") -> str:
    """The one document of an organisation; `more` are lines of its spec."""
    return f"""apiVersion: reconciler/v1
kind: Organization
metadata: {{name: {name}{metadata}}}
spec:
  id: 0b8f3c52-1d0e-4d5c-9a51-31b4f1d0a0ff
  title: Laget
  organization_number: "974760673"
  people: [{people}]
{more}"""


def freeze(day: str) -> str:
    """A change that the default rule is about."""
    return organization(more=f"  freeze: [{{from: {day}, to: {day}, reason: The accounts are closed}}]\n")


def exclusion(name: str, feature: str) -> str:
    return f"""apiVersion: reconciler/v1
kind: Exclusion
metadata: {{name: {name}}}
spec: {{features: [{feature}], reason: Not used in this organisation}}
"""


@dataclass
class Repository:
    """A repository with a working tree, on the branch main."""

    folder: Path

    def git(self, *arguments: str, given: bytes = b"") -> str:
        command = ["git", "-C", str(self.folder), *WHO, *arguments]
        return subprocess.run(command, env=HOME, check=True, capture_output=True, input=given).stdout.decode().strip()

    def commit(self, files: Mapping[str, str | None]) -> str:
        """Write files, None for one that goes, and commit them."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if text is None else path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        return self.head

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")


@dataclass
class Merging:
    """`minutes` is the clock: it goes on with every word and every apply."""

    repository: Repository
    settings: Settings
    folder: Path
    minutes: int = 0
    parts: list[World] = field(default_factory=list)
    seen: dict[str, Specs] = field(default_factory=dict)
    steps: dict[str, Intent] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """The parts of this installation, a minute later."""
        self.minutes += 1
        if not self.parts:
            self.parts.append(world(self.settings))
        now = START + timedelta(minutes=self.minutes)
        self.parts[0] = replace(self.parts[0], clock=StagedClock(now), judges=self.settings.judges)
        return self.parts[0]

    def commit(self, **files: str | None) -> str:
        """Commit files of the organisation: `organization=...`, or another name."""
        return self.repository.commit({f"{FOLDER}/{name}.yaml": text for name, text in files.items()})

    def plan(self, name: str = "laget") -> Plan:
        """What the head asks for, as the controller sees it."""
        parts, mirror = self.world, self._mirror()
        head = self.repository.head
        if head not in self.seen:
            assert mirror.fetch().head == head
            self.seen[head] = read_specs(mirror.snapshot(head), BUILTIN, parts.clock.now())
        (found,) = plan_all(parts, self.seen[head], head, name)
        assert not isinstance(found, Unusable), found
        return found

    def chain(self, plan: Plan) -> Chain:
        return History(self._mirror(), BUILTIN, self.parts[0].clock.now).chain(plan)

    def objections(self, name: str = "laget") -> list[str]:
        return self._objections(self.plan(name))

    def _objections(self, plan: Plan) -> list[str]:
        return objections(self.parts[0], plan, self.chain)

    def review(self) -> Review:
        plan = self.plan()
        return review(self.parts[0], plan, self.chain(plan))

    def apply(self) -> list[str]:
        """Apply the head where nothing objects; what objects."""
        plan = self.plan()
        found = self._objections(plan)
        if not found:
            apply_plan(self.parts[0], plan)
            self.steps.clear()
        return found

    def say(
        self, account: str, word: Word = "approve", *, intent: str = "", source: Source = "cli", platform: bool = False
    ) -> None:
        """A voice on the whole that waits, or on an intent."""
        head = self.repository.head
        step = self.steps[head] = self.steps.get(head) or self.review().whole.intent
        said = (intent or step.digest, account, word, source, step.revision, "It was looked at together")
        parts = self.world
        speak(parts, Voice(step.organization, step.organization_id, *said, parts.clock.now(), platform))

    def _mirror(self) -> Mirror:
        return Mirror(self.folder / "mirror", str(self.repository.folder), "main")


def merging(database_url: str, folder: Path) -> Merging:
    """An organisation that the platform has let in, and that is applied."""
    settings = Settings(database_url=database_url, home=folder / "home", actor="kari", approvals="required")
    repository = Repository(folder / "remote")
    repository.folder.mkdir()
    repository.git("init", "--quiet", "--initial-branch=main")
    found = Merging(repository, settings, folder)
    found.commit(organization=organization())
    found.say("the-operator", platform=True)
    assert found.apply() == []
    return found


def copied(found: Merging, database_url: str, folder: Path) -> Merging:
    """The same as another test left it, with a database and folders of its own."""
    shutil.copytree(found.folder, folder, dirs_exist_ok=True)
    settings = replace(found.settings, database_url=database_url, home=folder / "home")
    return Merging(Repository(folder / "remote"), settings, folder, found.minutes)
