"""An installation whose history is written by hand, and somebody who listens."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from parts.fixtures import books, config_repository, fork, forking, installation, prepared, simulator_process
from parts.installation import START, WHERE, Installation
from parts.listeners import Hook, Mails, hook, mails

from reconciler.engine.channels import set_channel
from reconciler.engine.notifying import notify
from reconciler.engine.world import World
from reconciler.runs.notification import Matter, Sent
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret
from reconciler.wiring import notifier

__all__ = ["books", "config_repository", "fork", "forking", "installation", "prepared", "simulator_process"]

KEY = "a-key-that-signs-0123456789"


@dataclass
class House:
    """An installation seen by whoever waits for news: what ran, and what time it is."""

    at: Installation
    hook: Hook
    channels: list[dict] = field(default_factory=list)
    _world: World | None = None

    @property
    def world(self) -> World:
        """Of the start: what is told goes by the moment that `notify` is given."""
        self._world = self._world or self.at.world()
        return self._world

    @property
    def now(self) -> datetime:
        return START + timedelta(minutes=self.at.at)

    def listen(self, **channel: object) -> None:
        """One more channel, with an address."""
        self.channels.append({"channel": "ops", "by": "webhook", "settling": "5m", **channel})
        self.at.sql(
            "update reconciler.organizations set body = body || %s::jsonb, version = version + 1 where name = %s",
            json.dumps({"notifications": self.channels}),
            WHERE[0],
        )

    def address(self, name: str = "ops", **fields: str) -> bool:
        given = fields or {"url": self.hook.url, "key": KEY}
        done = set_channel(self.world, self.by, WHERE[0], f"channel/{name}", Secret(given)).verdict.ok
        self.hook.got.clear()
        return done

    @property
    def by(self):
        return notifier(self.at.settings, self.world.clock)

    def ran(self, state: str, problem: str = "", minutes: float = 0) -> None:
        """A run that ended so, so many minutes later."""
        self.at.at += minutes
        self.at.sql(
            "insert into reconciler.runs (id, organization_id, integration, trigger, fence, revision, state,"
            " started_at, ended_at, problem) select %s, id, %s, 'schedule', (select count(*) from reconciler.runs),"
            " 'r', %s, %s, %s, %s from reconciler.organizations where name = %s",
            uuid4(), WHERE[1], state, self.now, self.now, problem, WHERE[0],
        )  # fmt: skip

    def notify(self, minutes: float = 0, more: list[Matter] | None = None) -> list[Sent]:
        self.at.at += minutes
        return notify(self.world, self.by, WHERE[0], self.now, more or [])

    def states(self) -> list[str]:
        """What the hook was told, in order."""
        return [self.hook.json(position)["state"] for position in range(len(self.hook.got))]


@pytest.fixture
def listener() -> Iterator[Hook]:
    with hook() as found:
        yield found


@pytest.fixture
def house(installation: Installation, listener: Hook) -> House:
    """With one webhook that hears everything."""
    found = House(installation, listener)
    found.listen()
    assert found.address()
    return found


@pytest.fixture
def plain_mails() -> Iterator[Mails]:
    with mails() as found:
        yield found


@pytest.fixture
def settings_of_nobody(tmp_path: Path) -> Settings:
    """An installation without a database."""
    return Settings(home=tmp_path / "home")
