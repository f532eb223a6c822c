"""What somebody may do, by what they are. One table; a page that asks for a right asks here."""

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

Right = Literal[
    "see", "audit", "decide", "resend", "run", "stop", "credentials", "tokens", "propose", "approve", "reports"
]
"""`see` is everything but what has a right of its own; `audit` the trail; `decide` about single documents; `resend`
what is there; `run` asks for syncs; `stop` suspends and resumes; `credentials` and `tokens` of the API are set;
`propose` and `approve` configuration; `reports` are frozen and handed over.
"""
RIGHTS: tuple[Right, ...] = get_args(Right)
BY_ROLE: Mapping[str, frozenset[Right]] = {
    "viewer": frozenset({"see"}),
    "reviewer": frozenset({"see", "audit", "approve"}),
    "accountant": frozenset({"see", "audit", "decide", "resend", "approve", "reports"}),
    "operator": frozenset({"see", "audit", "decide", "run", "stop"}),
    "admin": frozenset(RIGHTS),
    # Those who keep the platform help, and decide nothing that is the organisation's own.
    "platform": frozenset({"see", "audit", "decide", "run", "stop", "approve"}),
}
"""Roles of `organization.yaml`, and `platform`."""


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    """Everything that any of the roles may; nothing for a role that is not known here."""
    found: frozenset[Right] = frozenset()
    for role in roles:
        found |= BY_ROLE.get(role, frozenset())
    return found
