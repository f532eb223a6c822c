"""The command line of the environment: options in, app out."""

import argparse

from starlette.applications import Starlette

from reconciler.simulators.dataverse.app import PATH, application_of
from reconciler.simulators.dataverse.options import Options
from reconciler.simulators.rates import Rate

__all__ = ["PATH", "add_arguments", "application"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    words = "an application and a secret; an id may have several"
    add("--client", action="append", default=[], type=_pair, metavar="ID:SECRET", dest="clients", help=words)
    add("--tenant", action="append", default=[], metavar="ID", dest="tenants", help="a directory; any where left out")
    add("--token-life", type=int, default=3599, metavar="SECONDS", help="how long a token is good for")
    add("--rate", type=Rate.parse, default="6000/300", metavar="N/SECONDS", help="requests per window")
    add("--latency", type=float, default=0.0, metavar="SECONDS", help="wait before every request is carried out")


def application(arguments: argparse.Namespace) -> Starlette:
    """Make the app from parsed options."""
    clients, tenants = tuple(arguments.clients), tuple(arguments.tenants)
    return application_of(Options(clients, tenants, arguments.token_life, arguments.rate, arguments.latency))


def _pair(text: str) -> tuple[str, str]:
    name, colon, secret = text.partition(":")
    if not colon or not name or not secret:
        raise argparse.ArgumentTypeError("ID:SECRET is expected")
    return name, secret
