"""Who visits the portal, as values: a session, and what somebody is in an organisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from reconciler.specs.languages import Language

Way = Literal["oidc", "proxy", "demo"]


@dataclass(frozen=True, slots=True)
class Membership:
    """An organisation, and what somebody is there: roles as `organization.yaml` gives them; none for who keeps the
    platform and is nobody of the organisation.
    """

    id: str
    name: str
    title: str
    zone: str
    language: Language
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is logged in. `csrf` is what their forms carry, `told` what their next page says first."""

    account: str
    shown: str
    way: Way
    csrf: str
    language: Language | None
    begun_at: datetime
    ends_at: datetime
    told: Sequence[Mapping[str, Any]] = ()
