"""The command line of the portal: options in, app out."""

import argparse
from datetime import date

from starlette.applications import Starlette

from reconciler.simulators.grant_portal.app import PATH, application_of
from reconciler.simulators.grant_portal.options import Options

__all__ = ["PATH", "add_arguments", "application"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("--deadline", type=_deadline, default=(9, 15), metavar="MM-DD", help="the last day, in the year after")
    add("--today", type=date.fromisoformat, default=None, metavar="DAY", help="what the portal takes for today")


def application(arguments: argparse.Namespace) -> Starlette:
    """Make the app from parsed options."""
    return application_of(Options(arguments.deadline, arguments.today))


def _deadline(text: str) -> tuple[int, int]:
    month, _, day = text.partition("-")
    found = int(month), int(day)
    date(2025, *found)  # a year without a leap day: every year has this day
    return found
