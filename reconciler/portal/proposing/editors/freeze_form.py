"""Closed days as a form of rows, and the list that a form means. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from reconciler.portal.proposing.editors.sheet import entries, mapping

Stands = Literal["syncs", "changes", "both"]
WRITTEN: Mapping[str, list[str] | None] = {"syncs": None, "changes": ["changes"], "both": ["syncs", "changes"]}


class FreezeRow(BaseModel):
    """One window: days, both included, as text."""

    first: str = Field("", max_length=20)
    last: str = Field("", max_length=20)
    reason: str = Field("", max_length=500)
    stops: Stands = Field("syncs", description="What stands still.")

    @property
    def empty(self) -> bool:
        """Whether nobody wrote anything into it."""
        return not (self.first or self.last or self.reason)


def shown(spec: Mapping[str, Any]) -> list[FreezeRow]:
    """A row for each window."""
    return [_row(mapping(each)) for each in entries(spec.get("freeze"))]


def applied(spec: Mapping[str, Any], rows: Sequence[FreezeRow], gone: Collection[int]) -> dict[str, Any]:
    """The spec with these windows; a row beyond those that are there is new. What is the same stays."""
    old, before = entries(spec.get("freeze")), shown(spec)
    found = [
        each if at >= len(rows) else _window(mapping(each), before[at], rows[at])
        for at, each in enumerate(old) if at not in gone
    ]  # fmt: skip
    found += [_window({}, FreezeRow(), each) for each in rows[len(old) :] if not each.empty]
    if found == old:
        return dict(spec)
    return {**spec, "freeze": found} if found else {key: each for key, each in spec.items() if key != "freeze"}


def _row(window: Mapping[str, Any]) -> FreezeRow:
    stops = set(entries(window.get("stops"))) or {"syncs"}
    both = {"syncs", "changes"} <= stops
    return FreezeRow.model_construct(
        first=str(window.get("from") or ""),
        last=str(window.get("to") or ""),
        reason=str(window.get("reason") or ""),
        stops="both" if both else "changes" if "changes" in stops else "syncs",
    )


def _window(window: Mapping[str, Any], before: FreezeRow, after: FreezeRow) -> dict[str, Any]:
    found = dict(window)
    for key, name in (("from", "first"), ("to", "last"), ("reason", "reason")):
        new = " ".join(getattr(after, name).split())
        if new != " ".join(getattr(before, name).split()) or not window:
            found[key] = new
    if after.stops != before.stops:
        stops = WRITTEN[after.stops]
        found.pop("stops", None) if stops is None else found.update(stops=stops)
    return found
