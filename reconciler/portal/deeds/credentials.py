"""Credentials are set, tested, put back and ended. The engine tests each before it is used, and audits what it did."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends
from fastapi import Path as InPath
from pydantic import BaseModel, Field

from reconciler.database.credential_pages import CredentialPages
from reconciler.engine import credentials as engine
from reconciler.portal.deeds.typed import Setting, fitting, until
from reconciler.portal.deeds.verdicts import said_of
from reconciler.portal.refusals import NotThere, Refused, TooMany, Unfit
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Credentials, Name, Visit

if TYPE_CHECKING:
    from reconciler.engine.pinned import Pinned

TOGETHER = 3
"""Tests at once in this process: each may take ten seconds, and has one of its connections to the database."""
AGAIN_S = 10
SHORTEST = 10
"""Characters of a reason, as the verb asks for."""
WRITABLE = r"^[^\x00-\x1f\x7f]*$"
_turns = threading.BoundedSemaphore(TOGETHER)


class NotHere(Refused):
    """This portal sets no credentials: it has no store and no key."""

    status = 403
    key = "credentials.locked.portal"


class Crowded(TooMany):
    """Others are testing credentials just now."""

    key = "credentials.crowded"


def sets(visit: Credentials) -> Visit:
    """The visit, where this portal sets credentials at all. Raises NotHere."""
    if not visit.parts.house.portal.credentials:
        raise NotHere
    return visit


Sets = Annotated[Visit, Depends(sets)]
Number = Annotated[int, InPath(ge=1, le=2**31 - 1)]


class Revoking(BaseModel):
    """Why a version is ended, and that it is meant; the one in use is ended only with a yes of its own."""

    reason: str = Field(
        max_length=500, pattern=WRITABLE, description="Why, in at least ten characters; it is kept in the trail."
    )
    confirmed: bool = Field(default=False, description="That the value is to be destroyed.")
    in_use: bool = Field(default=False, description="That it is the one in use: nothing is sent until another is set.")


def set_credential(visit: Sets, integration: Name, wanted: Setting) -> Done:
    """Store a value, test it against the outside system, and use it from now on if the test passes."""
    pinned = _pinned(visit, integration)
    fitting(wanted.fields_, pinned.kind.credentials, visit.language)
    ends = until(wanted.expires_on, visit.zone, visit.now)
    with turn():
        tested = engine.set_credential(visit.parts.world(), visit.organization.name, integration, wanted.fields_, ends)
    return _done(visit, pinned, tested, "set")


def test_credential(visit: Sets, integration: Name) -> Done:
    """Test the version in use where it would be used now."""
    pinned = _in_state(visit, integration, "current")
    with turn():
        tested = engine.test_credential(visit.parts.world(), visit.organization.name, integration)
    return _done(visit, pinned, tested, "test")


def restore_credential(visit: Sets, integration: Name) -> Done:
    """Put the previous version back in use, if it still works."""
    pinned = _in_state(visit, integration, "previous")
    with turn():
        tested = engine.restore_credential(visit.parts.world(), visit.organization.name, integration)
    return _done(visit, pinned, tested, "restore")


def revoke_credential(visit: Sets, integration: Name, version: Number, wanted: Revoking) -> Done:
    """End a version and destroy its value. It has to be revoked at the outside system too: only that ends it there."""
    pinned = _pinned(visit, integration)
    held = CredentialPages(visit.parts.tables).version(
        visit.organization.id, pinned.integration.credentials.name, version
    )
    if held is None:
        raise NotThere
    _meant(wanted, in_use=held.state == "current")
    was = engine.revoke_credential(
        visit.parts.world(), visit.organization.name, integration, version, wanted.reason.strip(),
        in_use=wanted.in_use,
    )  # fmt: skip
    said = "credentials.revoked.in-use" if was.state == "current" else "credentials.revoked"
    return Done(said=said, values={"version": version}, back=_page(integration))


def _meant(wanted: Revoking, *, in_use: bool) -> None:
    if len(wanted.reason.strip()) < SHORTEST:
        raise Unfit("reason", "credentials.unfit.reason", {"count": str(SHORTEST)})
    if not wanted.confirmed:
        raise Unfit("confirmed", "credentials.unfit.confirmed")
    if in_use and not wanted.in_use:
        raise Unfit("in_use", "credentials.unfit.in-use")


def _pinned(visit: Visit, integration: str) -> "Pinned":
    if CredentialPages(visit.parts.tables).holder(visit.organization.id, "integration", integration) is None:
        raise NotThere
    return visit.parts.reading().pinned(visit.organization.name, integration)


def _in_state(visit: Visit, integration: str, state: str) -> "Pinned":
    """The integration. Raises Unfit where its credential has no version in the state."""
    pinned = _pinned(visit, integration)
    held = CredentialPages(visit.parts.tables).living(visit.organization.id, [pinned.integration.credentials.name])
    if not any(each.state == state for each in held):
        raise Unfit("version", f"credentials.unfit.no-{state}")
    return pinned


@contextmanager
def turn() -> Iterator[None]:
    """A test's turn. Raises Crowded."""
    if not _turns.acquire(blocking=False):
        raise Crowded(AGAIN_S)
    try:
        yield
    finally:
        _turns.release()


def _done(visit: Visit, pinned: "Pinned", tested: engine.Tested, deed: str) -> Done:
    ok = tested.verdict.ok
    values: dict[str, Any] = {"version": tested.version, "verdict": said_of(tested, pinned.kind, visit.language)}
    said = f"credentials.{deed}.{'passed' if ok else 'failed'}"
    return Done(ok=ok, said=said, values=values, back=_page(pinned.name))


def _page(integration: str) -> str:
    return f"/integrations/{integration}/credentials"
