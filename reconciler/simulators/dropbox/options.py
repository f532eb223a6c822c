"""How one folder was started: values only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """`users` are name and password, `keys` name and fingerprint of a public key; `reference` is a record's own key."""

    users: frozenset[tuple[str, str]]
    keys: frozenset[tuple[str, str]]
    sftp_port: int
    reference: str
    title: str
