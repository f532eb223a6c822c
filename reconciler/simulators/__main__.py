"""`python -m reconciler.simulators NAME [options]`: start one simulator and print its ready line.

A simulator is a package with a `command` module that has `PATH`, `add_arguments(parser)` and `application(arguments)`,
and a line in `SIMULATORS` for each integration type that it stands for. Only the chosen one is imported.
"""

import argparse
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from starlette.applications import Starlette


class Simulator(Protocol):
    """What a `command` module offers."""

    PATH: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options of this simulator."""

    def application(self, arguments: argparse.Namespace) -> "Starlette":
        """Make the app, with its state in memory."""


SIMULATORS = {
    "xledger": "xledger",
    "register": "register",
    "rest": "register",
    "cornerstone": "register",
    "consio": "register",
    "dynamics": "dataverse",
    "dropbox": "dropbox",
    "cornerstone-files": "dropbox",
    "consio-files": "dropbox",
    "business_central": "business_central",
    "grant-portal": "grant_portal",
}
"""The package of each name. A member register by REST, and a folder by SFTP, stand for every type of their kind."""


def main() -> None:
    """Parse the command line and serve until told to stop; wrong options end with exit code 2."""
    parser = argparse.ArgumentParser(prog="python -m reconciler.simulators", description="Outside systems, simulated.")
    parser.add_argument("--names", action="store_true", help="list what can be started, one a line")
    names = parser.add_subparsers(dest="name")
    ones = {name: names.add_parser(name) for name in SIMULATORS}
    if (chosen := next(iter(sys.argv[1:]), "")) in ones:
        _serve(_simulator(chosen), ones[chosen], parser)
    elif parser.parse_args().names:
        sys.stdout.writelines(f"{name}\n" for name in SIMULATORS)
    else:
        parser.error(f"name one of {', '.join(SIMULATORS)}")


def _simulator(name: str) -> Simulator:
    return cast("Simulator", import_module(f"reconciler.simulators.{SIMULATORS[name]}.command"))


def _serve(simulator: Simulator, options: argparse.ArgumentParser, whole: argparse.ArgumentParser) -> None:
    from reconciler.simulators import serve

    serve.add_arguments(options)
    simulator.add_arguments(options)
    arguments = whole.parse_args()
    serve.run(simulator.application(arguments), simulator.PATH, arguments)


if __name__ == "__main__":
    main()
