"""The command line of the register: options in, app out."""

import argparse
from functools import partial

from starlette.applications import Starlette

from reconciler.simulators.rates import Rate
from reconciler.simulators.register.app import PATH, application_of
from reconciler.simulators.register.clients import Login
from reconciler.simulators.register.options import SHAPES, Options

__all__ = ["PATH", "add_arguments", "application"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    _logins(parser)
    add("--rate", type=Rate.parse, default="100/1", metavar="N/SECONDS", help="requests per window")
    add("--largest-batch", type=int, default=500, metavar="N", help="records in one batch")
    add("--latency", type=float, default=0.0, metavar="SECONDS", help="wait before every request is carried out")
    add("--shape", choices=SHAPES, default="problem", help="how refusals are written")
    add("--atomic", action="store_true", help="one bad record refuses its whole batch")
    add("--on-duplicate", choices=["keep", "update"], default="keep", help="a record that is there already")
    add("--organization", default="Norges Handikapforbund", metavar="NAME", help="shown by /status")
    add("--organization-number", default="970906513", metavar="NUMBER", help="shown by /status")
    add("--key-life", type=float, default=86_400.0, metavar="SECONDS", help="how long idempotency keys are remembered")
    add("--members", type=int, default=14_211, metavar="N", help="shown by /status")


def application(arguments: argparse.Namespace) -> Starlette:
    """Make the app from parsed options."""
    return application_of(
        Options(
            logins=tuple(arguments.logins),
            key_header=arguments.key_header,
            token_life_s=arguments.token_life,
            key_life_s=arguments.key_life,
            rate=arguments.rate,
            largest_batch=arguments.largest_batch,
            latency_s=arguments.latency,
            shape=arguments.shape,
            atomic=arguments.atomic,
            on_duplicate=arguments.on_duplicate,
            organization=arguments.organization,
            organization_number=arguments.organization_number,
            members=arguments.members,
        )
    )


def _logins(parser: argparse.ArgumentParser) -> None:
    """Every kind of login goes to one list."""
    forms = {"token": ("key", "KEY", "an API key"), "user": ("user", "NAME:PASSWORD", "for basic authentication")}
    forms["client"] = ("client", "ID:SECRET", "an OAuth 2 client; an id may have several secrets")
    parser.set_defaults(logins=[])
    for name, (kind, metavar, words) in forms.items():
        parse = partial(Login.parse, kind)
        parser.add_argument(f"--{name}", dest="logins", action="append", type=parse, metavar=metavar, help=words)
    parser.add_argument("--key-header", default="X-API-Key", metavar="NAME", help="where an API key is expected")
    parser.add_argument("--token-life", type=int, default=3600, metavar="SECONDS", help="how long a token is good for")
