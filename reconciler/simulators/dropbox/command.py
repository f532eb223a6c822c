"""The command line of the folder: options in, app out."""

import argparse

import asyncssh
from starlette.applications import Starlette

from reconciler.simulators.dropbox.app import PATH, application_of
from reconciler.simulators.dropbox.options import Options

__all__ = ["PATH", "add_arguments", "application"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("--user", dest="users", action="append", type=_user, default=[], metavar="NAME:PASSWORD", help="may come in")
    add("--key", dest="keys", action="append", type=_key, default=[], metavar="NAME:FILE", help="by a public key")
    add("--sftp-port", type=int, default=0, help="port of SFTP on 127.0.0.1; 0 takes a free one")
    add("--reference", default="reference", metavar="FIELD", help="the field of a record that identifies it")
    add("--title", default="Norges Handikapforbund", metavar="NAME", help="shown by the page")


def application(arguments: argparse.Namespace) -> Starlette:
    """Make the app from parsed options."""
    users, keys = frozenset(arguments.users), frozenset(arguments.keys)
    return application_of(Options(users, keys, arguments.sftp_port, arguments.reference, arguments.title))


def _user(text: str) -> tuple[str, str]:
    name, colon, password = text.partition(":")
    if not (name and colon and password):
        raise ValueError(text)
    return name, password


def _key(text: str) -> tuple[str, str]:
    """A user and the fingerprint of the public key in a file."""
    name, _, path = text.partition(":")
    return name, asyncssh.read_public_key(path).get_fingerprint()
