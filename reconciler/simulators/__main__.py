"""`python -m reconciler.simulators NAME [options]`: start one simulator and print its ready line.

A simulator is a package with a `command` module that has `PATH`, `add_arguments(parser)` and `application(arguments)`,
and one line in `SIMULATORS`.
"""

import argparse
from typing import Protocol

from starlette.applications import Starlette

from reconciler.simulators import serve
from reconciler.simulators.xledger import command as xledger


class Simulator(Protocol):
    """What a `command` module offers."""

    PATH: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options of this simulator."""

    def application(self, arguments: argparse.Namespace) -> Starlette:
        """Make the app, with its state in memory."""


SIMULATORS: dict[str, Simulator] = {"xledger": xledger}


def main() -> None:
    """Parse the command line and serve until told to stop; wrong options end with exit code 2."""
    parser = argparse.ArgumentParser(prog="python -m reconciler.simulators", description="Outside systems, simulated.")
    names = parser.add_subparsers(dest="name", required=True)
    for name, simulator in SIMULATORS.items():
        one = names.add_parser(name)
        serve.add_arguments(one)
        simulator.add_arguments(one)
    arguments = parser.parse_args()
    chosen = SIMULATORS[arguments.name]
    serve.run(chosen.application(arguments), chosen.PATH, arguments)


if __name__ == "__main__":
    main()
