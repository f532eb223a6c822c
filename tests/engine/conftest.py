"""Syncs on real parts: a prepared database per test, the simulator as a process, the command line as a process."""

from parts.classes import class_process, make, register
from parts.dataverse import dataverse, environment
from parts.fixtures import books, config_repository, fork, forking, installation, prepared, simulator_process
from parts.installation import TOKEN, WHERE, Books, Installation, committed, ended
from parts.models import models

__all__ = [
    "TOKEN", "WHERE", "Books", "Installation", "books", "class_process", "committed", "config_repository", "dataverse",
    "ended", "environment", "fork", "forking", "installation", "make", "models", "prepared", "register",
    "simulator_process",
]  # fmt: skip
