"""The command line of the Xledger simulator: options in, app out."""

import argparse
from dataclasses import replace

from starlette.applications import Starlette

from reconciler.simulators.rates import Rate
from reconciler.simulators.xledger.app import PATH, application_of
from reconciler.simulators.xledger.options import Options
from reconciler.simulators.xledger.tokens import Grant

__all__ = ["PATH", "add_arguments", "application"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options; defaults are the limits that are known of the real system."""
    add = parser.add_argument
    add("--token", action="append", default=[], type=Grant.parse, metavar="TOKEN[@ENTITY]", help="may write")
    add(
        "--read-only-token",
        action="append",
        default=[],
        type=Grant.parse,
        metavar="TOKEN[@ENTITY]",
        help="may only read",
    )
    add("--burst", type=Rate.parse, default="20/5", metavar="N/SECONDS", help="requests per window and token")
    add("--concurrency", type=int, default=4, help="requests in flight per token")
    add("--credits", type=Rate.parse, default=None, metavar="N[/SECONDS]", help="credits per window (3600 s)")
    add("--latency", type=float, default=0.0, metavar="SECONDS", help="wait before every request is carried out")
    add("--status-on-refusal", choices=["200", "400", "alternate"], default="alternate")
    add("--no-ext-identifier-filter", action="store_true", help="extIdentifier cannot be used inside filter")


def application(arguments: argparse.Namespace) -> Starlette:
    """Make the app from parsed options."""
    readers = [replace(grant, read_only=True) for grant in arguments.read_only_token]
    return application_of(
        Options(
            grants=(*arguments.token, *readers),
            burst=arguments.burst,
            concurrency=arguments.concurrency,
            credits=arguments.credits,
            latency_s=arguments.latency,
            status_on_refusal=arguments.status_on_refusal,
            ext_identifier_filter=not arguments.no_ext_identifier_filter,
        )
    )
