"""How many records would go and how many wait, and why: counted as `preview --selection` counts, before and after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from reconciler.database.records import Counted
from reconciler.errors import DatabaseDown
from reconciler.plans.review.side import Outgoing, Side, Way
from reconciler.portal.proposing.checking import Checked
from reconciler.portal.proposing.editors.sheet import Sheet
from reconciler.runs.export import Stream
from reconciler.selections.reasons import say, why_of

MOST = 12
"""Ways out that are counted on one page, and reasons that are told of each."""


class Reason(BaseModel):
    """Records that share a reason."""

    reason: str
    records: int
    amount: Decimal | None


class Tally(BaseModel):
    """What becomes of every record of the organisation, by one selection."""

    go: int = Field(description="With the next run.")
    amount: Decimal | None
    held: int = Field(description="Part of the export, and waiting.")
    withheld: list[Reason]
    left_out: int
    not_selected: list[Reason]
    settled: int = Field(description="Sent before, or with somebody to decide.")
    refused: int = Field(description="Refused before: they wait for a change of the record or the mapping.")


class Counts(BaseModel):
    """One category on its way through one integration. None where nothing leaves, or nobody can say."""

    integration: str
    category: str
    label: str
    before: Tally | None
    after: Tally | None
    changed: bool


def counts(sheet: Sheet, integration: str = "", category: str = "") -> list[Counts]:
    """What is selected now, and by the draft; nothing where one of them cannot be used, or records cannot be
    read. Empty words mean every one.
    """
    base = sheet.base()
    if base.wrong or sheet.found.wrong:
        return []
    old, new = _side(sheet, base), _side(sheet, sheet.found)
    ways = [
        way
        for way in dict.fromkeys([*old.outgoing, *new.outgoing])
        if integration in ("", way[0]) and category in ("", way[1])
    ]
    try:
        return list(_Counting(sheet).each(old, new, ways[:MOST]))
    except DatabaseDown:
        return []  # the app's records are not to be had: what is written can be changed all the same


@dataclass(frozen=True, slots=True)
class _Counting:
    sheet: Sheet

    def each(self, old: Side, new: Side, ways: Sequence[Way]) -> Iterator[Counts]:
        """The counts of each way, the same selection counted once."""
        language = self.sheet.visit.language
        for way in ways:
            before, after = old.outgoing.get(way), new.outgoing.get(way)
            named = after or before
            assert named, "one of the two exports it"
            first = self._tally(before)
            same = before is not None and after is not None and before.selection == after.selection
            yield Counts(
                integration=way[0], category=way[1], label=named.category.label.said(language), before=first,
                after=first if same else self._tally(after), changed=not same,
            )  # fmt: skip

    def _tally(self, way: Outgoing | None) -> Tally | None:
        if way is None:
            return None
        visit = self.sheet.visit
        stream = Stream(visit.organization.id, way.integration, way.where, way.name)
        counted = visit.parts.reading().records.counts(stream, way.selection, way.category, visit.now)
        return self._told(way, counted)

    def _told(self, way: Outgoing, counted: Sequence[Counted]) -> Tally:
        def of(verdict: str) -> list[Counted]:
            return [each for each in counted if each.verdict == verdict]

        money = way.category.amount is not None
        going = of("go")
        return Tally(
            go=_sum(going),
            amount=sum((each.amount for each in going), Decimal(0)) if money else None,
            held=_sum(of("withheld")) + _sum(of("later")),
            withheld=[self._reason(way, each) for each in of("withheld")][:MOST],
            left_out=_sum(of("not_selected")),
            not_selected=[self._reason(way, each) for each in of("not_selected")][:MOST],
            settled=_sum(of("settled")),
            refused=_sum(of("refused")),
        )

    def _reason(self, way: Outgoing, each: Counted) -> Reason:
        said = say(why_of(each.reason, way.selection.reasons()), self.sheet.visit.language)
        return Reason(reason=said, records=each.records, amount=each.amount if way.category.amount else None)


def _sum(counted: Sequence[Counted]) -> int:
    return sum(each.records for each in counted)


def _side(sheet: Sheet, found: Checked) -> Side:
    visit = sheet.visit
    today = visit.now.astimezone(ZoneInfo(visit.zone)).date()
    return Side(found.own, found.specs.catalog, sheet.draft.base, today)
