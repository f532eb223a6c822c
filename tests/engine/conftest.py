"""Syncs on real parts: a prepared database per test, the simulator as a process, the command line as a process."""

from parts.classes import class_process, make, register
from parts.fixtures import books, config_repository, fork, forking, installation, prepared, simulator_process
from parts.installation import TOKEN, WHERE, Books, Installation, committed, ended

__all__ = [
    "TOKEN", "WHERE", "Books", "Installation", "books", "class_process", "committed", "config_repository", "ended",
    "fork", "forking", "installation", "make", "prepared", "register", "simulator_process",
]  # fmt: skip
