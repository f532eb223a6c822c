"""Tells organisations what has changed: one look at each of ours in every round, and nothing where nothing changed."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from reconciler.controller.pulse import Pulse, Wake
from reconciler.engine.matters import coloured
from reconciler.engine.notifying import Notifier, notify
from reconciler.engine.world import World
from reconciler.errors import ReconcilerError, TryAgainLater
from reconciler.runs.condition_words import matter
from reconciler.runs.health import IntegrationState

READER = "notifications"
ROUND_S = 30.0
SHOWN_EVERY = timedelta(minutes=5)
log = logging.getLogger(__name__)


Shown = Callable[[Iterable[IntegrationState]], None]
"""Hears the state of every integration of ours, now and then."""


class Telling:
    """On a world and a notifier of its own; only of organisations that are `mine`."""

    def __init__(self, world: World, by: Notifier, mine: Callable[[str], bool], shown: Shown | None = None) -> None:
        self._world, self._by, self._mine, self._shown = world, by, mine, shown
        self._shown_at: datetime | None = None

    def run(self, wake: Wake, pulse: Pulse) -> None:
        """Round after round until somebody says stop."""
        while not wake.stopping:
            try:
                self.round(wake)
                self._show(wake)
            except TryAgainLater as error:
                log.warning("nobody could be told for now: %s", error.message)
            pulse.beat(READER)
            wake.wait(ROUND_S, READER)

    def _show(self, wake: Wake) -> None:
        """Let the metrics have the colours: counting what waits costs more than a look, so it is done seldom."""
        now = self._world.clock.now()
        if self._shown is None or (self._shown_at is not None and timedelta(0) <= now - self._shown_at < SHOWN_EVERY):
            return
        self._shown_at = now
        found = list[IntegrationState]()
        for name in self._world.config.organizations():
            if not wake.stopping and self._mine(name):
                found += coloured(self._world, self._by.looks, name, now)
        self._shown(found)

    def round(self, wake: Wake) -> None:
        """Look at each once. One that cannot be told holds up no other. Raises DatabaseDown."""
        conditions = self._world.conditions.conditions()
        for name, language in self._world.conditions.languages().items():
            if wake.stopping or not self._mine(name):
                continue
            found = conditions.get(name)
            more = [matter(found, language)] if found is not None else []
            try:
                notify(self._world, self._by, name, self._world.clock.now(), more)
            except TryAgainLater:
                raise
            except ReconcilerError as error:
                log.warning("%s could not be told: %s", name, error.message)
