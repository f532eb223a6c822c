"""Credentials as people look after them: what there is, in which state, who set it, and when it ends. Never a value."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from reconciler.database.credential_pages import CredentialPages, Entry, Holder
from reconciler.portal.answers.credential_remarks import Remark, outcome_of, problem_of, remarks
from reconciler.portal.fields import English
from reconciler.portal.refusals import NotThere
from reconciler.portal.texts.credentials import TEXTS
from reconciler.portal.texts.faults import key_of
from reconciler.portal.visiting import Name, Sees
from reconciler.runs.credential import State, Version
from reconciler.specs.models.access import CredentialField, SshLogin
from reconciler.specs.models.integration_type import IntegrationType

MANY = Annotated[int, Query(ge=1, le=100, description="How many to give at most.")]
Lock = Literal["", "right", "portal"]


class VersionRow(BaseModel):
    """One version. The hint is its last four characters, where it is long enough for that."""

    version: int
    state: State
    hint: str
    created_by: str
    created_at: datetime
    tested_at: datetime | None
    last_used_at: datetime | None
    expires_at: datetime | None
    place: str = Field(description="The target and the address where it was tested; empty where it was not.")
    reaches: str = Field(description="Where documents end up with it, in the outside system's own words.")
    problem: str = Field(description="Why it ended, or what its last test found, as a key; empty where nothing is.")
    reason: str = Field(description="What stands behind the problem: a fault, or what somebody wrote.")
    fault: str = Field(description="Which part was at fault, as a key, where a test failed; else empty.")
    remarks: list[Remark]


class CredentialRow(BaseModel):
    """Somebody's credential: of an integration, or the address behind a channel of notifications."""

    kind: Literal["integration", "channel"]
    name: str
    credential: str
    type: str
    environment: str = Field(description="Empty for a channel.")
    version: VersionRow | None = Field(description="The one in use; else the one that is being set; else none.")


class CredentialList(BaseModel):
    """Every credential of the organisation. `beyond` is where the next page begins; empty on the last one."""

    credentials: list[CredentialRow]
    beyond: str


class FieldRow(BaseModel):
    """What is asked for when a credential is set."""

    name: str
    label: str
    description: English
    lines: bool = Field(description="Whether the value may have several lines, as a private key has.")


class EntryRow(BaseModel):
    """A use or a change of a version."""

    id: int
    at: datetime
    actor: str
    action: str = Field(description="As the audit trail has it.")
    said: str = Field(description="The key of the action's words.")
    version: int | None
    reason: str = Field(description="What stands behind it: a fault, a place, or what somebody wrote.")
    fault: str = Field(description="Which part was at fault, as a key, where a test failed; else empty.")


class CredentialPage(BaseModel):
    """One credential with its versions, what setting it takes, and its trail."""

    kind: Literal["integration", "channel"]
    name: str
    credential: str
    type: str
    title: str = Field(description="The type in the language that was asked for.")
    environment: str
    locked: Lock = Field(description="Why nothing can be changed here: no right, or a portal without secrets.")
    fields: list[FieldRow]
    current: VersionRow | None
    previous: VersionRow | None
    pending: VersionRow | None
    versions: list[VersionRow] = Field(description="The newest ones, the newest first.")
    trail: list[EntryRow] | None = Field(description="The newest first; nothing for whoever may not see trails.")
    beyond: int | None = Field(description="Where the next page of the trail begins; nothing on the last one.")


def credentials(
    visit: Sees, beyond: Annotated[str, Query(pattern=r"^[a-z0-9_/-]{0,80}$")] = "", limit: MANY = 50
) -> CredentialList:
    """The credentials of all integrations and channels, with the version that is in use."""
    pages = CredentialPages(visit.parts.tables)
    kind, _, name = beyond.partition("/")
    holders = pages.holders(visit.organization.id, (kind, name), limit)
    living = pages.living(visit.organization.id, [each.credential for each in holders])
    last = holders[-1] if len(holders) == limit else None
    return CredentialList(
        credentials=[_row(each, living, visit.now) for each in holders],
        beyond=f"{last.kind}/{last.name}" if last else "",
    )


def credential(
    visit: Sees, integration: Name, beyond: Annotated[int | None, Query(ge=1, le=2**62)] = None, limit: MANY = 25
) -> CredentialPage:
    """The credential of one integration: its versions, what setting it takes, and its trail."""
    holder = CredentialPages(visit.parts.tables).holder(visit.organization.id, "integration", integration)
    if holder is None:
        raise NotThere
    kind = visit.parts.reading().pinned(visit.organization.name, integration).kind
    return _page(visit, holder, kind.label.said(visit.language), asked(visit, kind), (beyond, limit))


def _page(
    visit: Sees, holder: Holder, title: str, fields: list[FieldRow], trail: tuple[int | None, int]
) -> CredentialPage:
    pages, owner = CredentialPages(visit.parts.tables), visit.organization.id
    versions = [_version(each, visit.now) for each in pages.versions(owner, holder.credential)]
    entries = pages.trail(owner, holder.credential, *trail) if visit.may("audit") else []
    return CredentialPage(
        kind=holder.kind,
        name=holder.name,
        credential=holder.credential,
        type=holder.type,
        title=title,
        environment=holder.environment,
        locked=locked(visit),
        fields=fields,
        current=_in_state(versions, "current"),
        previous=_in_state(versions, "previous"),
        pending=_in_state(versions, "pending"),
        versions=versions,
        trail=[_entry(each) for each in entries] if visit.may("audit") else None,
        beyond=entries[-1].id if len(entries) == trail[1] else None,
    )


def locked(visit: Sees) -> Lock:
    """Why somebody may look and change nothing; empty where they may."""
    if not visit.parts.house.portal.credentials:
        return "portal"
    return "" if visit.may("credentials") else "right"


def asked(visit: Sees, kind: IntegrationType) -> list[FieldRow]:
    """The fields of a type's credential."""
    hidden = kind.auth.secret if isinstance(kind.auth, SshLogin) else ""
    return [_field(visit, name, each, lines=name == hidden) for name, each in kind.credentials.items()]


def _field(visit: Sees, name: str, field: CredentialField, *, lines: bool) -> FieldRow:
    said = str((field.schema_ or {}).get("description", ""))
    return FieldRow(name=name, label=field.nb if visit.language == "nb" else field.en, description=said, lines=lines)


def _row(holder: Holder, living: Sequence[Version], now: datetime) -> CredentialRow:
    own = [each for each in living if each.name == holder.credential]
    found = next((each for state in ("current", "pending", "previous") for each in own if each.state == state), None)
    return CredentialRow(
        kind=holder.kind,
        name=holder.name,
        credential=holder.credential,
        type=holder.type,
        environment=holder.environment,
        version=_version(found, now) if found else None,
    )


def _entry(entry: Entry) -> EntryRow:
    outcome, reason = outcome_of(entry.action, entry.reason)
    said = f"credentials.action.{entry.action}{outcome}"
    return EntryRow(
        id=entry.id,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        said=said if said in TEXTS else "credentials.action.other",
        version=entry.version,
        reason=reason,
        fault=key_of(reason) if outcome == ".failed" else "",
    )


def _in_state(versions: Sequence[VersionRow], state: State) -> VersionRow | None:
    return next((each for each in versions if each.state == state), None)


def _version(version: Version, now: datetime) -> VersionRow:
    problem, reason = problem_of(version)
    return VersionRow(
        version=version.version,
        state=version.state,
        hint=version.hint,
        created_by=version.created_by,
        created_at=version.created_at,
        tested_at=version.tested_at,
        last_used_at=version.last_used_at,
        expires_at=version.expires_at,
        place=str(version.place) if version.place else "",
        reaches=version.reaches,
        problem=problem,
        reason=reason,
        fault=key_of(reason) if problem in ("failed", "refused") else "",
        remarks=remarks(version, now),
    )
