"""Operations on real parts: PostgreSQL, the command line, and the simulators of the engine's tests."""

from parts.classes import class_process, make, register
from parts.fixtures import books, config_repository, fork, forking, installation, prepared, simulator_process
from parts.models import models

__all__ = [
    "books", "class_process", "config_repository", "fork", "forking", "installation", "make", "models", "prepared",
    "register", "simulator_process",
]  # fmt: skip
