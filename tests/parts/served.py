"""A simulator in this process, on loopback: cheap to start, and its windows can run on a clock that a test stages."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import httpx
from starlette.applications import Starlette

from parts.apps import serving
from reconciler.simulators.__main__ import SIMULATORS
from reconciler.simulators.serve import IDLE_S, _Protocol


class Served:
    """Seen from outside, over HTTP: its address, its fault switches, its books."""

    def __init__(self, app: Starlette, origin: str, path: str) -> None:
        self.app = app
        self.origin = origin
        self.url = origin + path
        self._client = httpx.Client(timeout=20, trust_env=False, verify=False)  # plain HTTP: no certificates to load

    def control(self, path: str, **order: Any) -> dict[str, Any]:
        answer = self._client.post(self.origin + path, json=order)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def books(self) -> dict[str, Any]:
        return self._client.get(f"{self.origin}/_books").raise_for_status().json()

    def close(self) -> None:
        self._client.close()


@contextmanager
def served(name: str, *options: str) -> Iterator[Served]:
    """The simulator of an integration type, started with options of its command line."""
    command = import_module(f"reconciler.simulators.{SIMULATORS[name]}.command")
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    app = command.application(parser.parse_args(options))
    with serving(app, http=_Protocol, lifespan="off", timeout_keep_alive=IDLE_S) as origin:
        found = Served(app, origin, command.PATH)
        try:
            yield found
        finally:
            found.close()
