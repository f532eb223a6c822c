"""The command line of the environment: options in, app out."""

import argparse

from starlette.applications import Starlette

from reconciler.simulators.business_central.app import PATH, application_of
from reconciler.simulators.business_central.options import Options
from reconciler.simulators.dataverse.command import add_arguments

__all__ = ["PATH", "add_arguments", "application"]


def application(arguments: argparse.Namespace) -> Starlette:
    """Make the app from parsed options: those of any environment behind Entra."""
    clients, tenants = tuple(arguments.clients), tuple(arguments.tenants)
    return application_of(Options(clients, tenants, arguments.token_life, arguments.rate, arguments.latency))
