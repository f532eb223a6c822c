"""Databases of the run's server that live as long as a `with` block."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg

from parts import lending

CONNECTED = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = %s"


@contextmanager
def database(administration: psycopg.Connection, kind: str, model: str) -> Iterator[str]:
    """The name of a copy of the database `model`, dropped afterwards whoever is connected."""
    name = f"{kind}_{secrets.token_hex(6)}"
    administration.execute(f"create database {name} template {model} strategy file_copy")
    try:
        yield name
    finally:
        disconnect(administration, name)
        administration.execute(f"drop database {name} with (force)")


def disconnect(administration: psycopg.Connection, name: str) -> None:
    """End every session in the database. Dropping or copying it would wait for them too, but a tenth of a second."""
    lending.forget(name)
    while administration.execute(CONNECTED, [name]).fetchone() != (0,):
        pass


def url_of(server_url: str, name: str) -> str:
    """The URL of another database of the same server."""
    return urlsplit(server_url)._replace(path=f"/{name}").geturl()
