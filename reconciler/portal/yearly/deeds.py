"""Counting anew, freezing, handing over and comparing: by a person who is named in the trail."""

from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from reconciler.errors import ReconcilerError
from reconciler.portal.fields import Day, Reason
from reconciler.portal.refusals import NotDone, Refused, Unfit
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Name, Reports, Sees, Visit, scoped
from reconciler.portal.yearly.answers import LONGEST, Year, found_of
from reconciler.portal.yearly.checking import counting, key_of, of_visit
from reconciler.portal.yearly.counting import Counted, Yes, count, freeze
from reconciler.portal.yearly.counts import Count, Going, Kind, Work
from reconciler.portal.yearly.standing import Yearly
from reconciler.runs.reported import HandOver
from reconciler.specs.secrets import is_personal

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]


class FreezeWanted(BaseModel):
    """What was looked at, and why it is frozen."""

    seen: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] = Field(description="`seen` of what was counted.")
    reason: Reason = Field(description="Why, in at least ten characters; of a correction, what was wrong.")
    confirmed: Literal["true"] = Field(description="That figures and findings were looked at.")


class HandOverWanted(BaseModel):
    """To whom the latest frozen version was given, and what for it."""

    version: int = Field(ge=1, le=10_000, description="The latest frozen version.")
    to: Line = Field(description="Whoever got it: an office, not a person.")
    receipt: Line = Field(description="The number that was given for it, or a reference of one's own.")
    on: Day = Field(None, description="The local day; today if left out.")


def count_report(visit: Sees, name: Name, year: Year) -> Done:
    """Count a report of today's data anew. Nothing is kept of it."""
    found = found_of(visit, name, year)
    visit.parts.house.counts.drop(key_of(of_visit(visit, found), "count"))
    begun = counting(visit, found)
    return _done(visit, begun, "yearly.counted", found, f"{_back(found)}/check")


def compare_report(visit: Reports, name: Name, year: Year) -> Done:
    """Hold today's data against the latest frozen version, and note how many differences there are."""
    found = found_of(visit, name, year)
    if not found.kept:
        raise NotDone("yearly.nothing-frozen")
    of, house = of_visit(visit, found), visit.parts.house
    house.counts.drop(key_of(of, "count"))

    def compared(lines: Any, going: Going) -> Counted:
        return count(house, lines, going, of, noted=True)

    begun = _begin(visit, found, "count", compared)
    return _done(visit, begun, "yearly.compared", found, f"{_back(found)}/check")


def freeze_report(visit: Reports, name: Name, year: Year, wanted: FreezeWanted) -> Done:
    """Keep a report for good, as it was looked at: figures, a digest of each row, and every file."""
    _fit("reason", wanted.reason)
    found = found_of(visit, name, year)
    of, house = of_visit(visit, found), visit.parts.house
    work = partial(freeze, house)
    yes = Yes(wanted.reason, wanted.seen)
    begun = _begin(visit, found, "freeze", lambda lines, going: work(lines, going, of, yes))
    if begun.done(house.counts.wait_s):
        house.counts.drop(key_of(of, "freeze"))
        values = {"version": begun.future.result(), "year": found.stands.year}
        return Done(said="yearly.frozen", values=values, back=_back(found))
    _tell_later(visit, begun, found)
    return Done(said="yearly.freezing", values={"year": found.stands.year}, back=_back(found))


def hand_over_report(visit: Reports, name: Name, year: Year, wanted: HandOverWanted) -> Done:
    """Record that the latest frozen version was handed over, by whoever is logged in."""
    found = found_of(visit, name, year)
    if found.latest is None:
        raise NotDone("yearly.nothing-frozen")
    if found.latest.version != wanted.version:
        raise NotDone("yearly.newer", version=str(found.latest.version))
    for field, text in (("to", wanted.to), ("receipt", wanted.receipt)):
        _fit(field, text)
    if any(each.receipt == wanted.receipt for each in found.latest.handed_over):
        raise NotDone("yearly.receipt-known", receipt=wanted.receipt)
    given = HandOver(wanted.receipt, _past(visit, wanted.on), visit.account, wanted.to)
    _handed_over(visit, found, given)
    return Done(said="yearly.handed-over", values={"version": wanted.version, "to": wanted.to}, back=_back(found))


def _handed_over(visit: Visit, found: Yearly, given: HandOver) -> None:
    from reconciler.engine import reporting
    from reconciler.portal.yearly.desk import at_hand

    with at_hand(visit) as here:
        reporting.hand_over(here, visit.organization.name, found.name, found.stands.year, given)


def _begin(visit: Visit, found: Yearly, kind: Kind, work: Work) -> Count:
    visit.parts.tables.close()
    counts = visit.parts.house.counts
    return counts.begin(key_of(of_visit(visit, found), kind), found.mark, visit.now, work)


def _done(visit: Visit, begun: Count, said: str, found: Yearly, back: str) -> Done:
    """What was counted, or that it is being counted."""
    values: dict[str, Any] = {"year": found.stands.year}
    if not begun.done(visit.parts.house.counts.wait_s):
        return Done(said="yearly.counting", values=values, back=back)
    counted: Counted = begun.future.result()
    return Done(said=said, values=values | {"count": counted.differing}, back=back)


def _tell_later(visit: Visit, begun: Count, found: Yearly) -> None:
    """Whoever asked is told on the next page that they look at."""
    person, house = visit.person, visit.parts.house
    if person is None:
        return
    key = person.key

    def told(_: Any) -> None:
        words = _outcome(begun, found)
        with scoped(house) as parts:
            parts.sessions().tell(key, words)

    begun.future.add_done_callback(told)


def _outcome(begun: Count, found: Yearly) -> dict[str, Any]:
    problem = begun.future.exception()
    if problem is None:
        return {"said": "yearly.frozen", "values": {"version": begun.future.result(), "year": found.stands.year}}
    if isinstance(problem, NotDone):
        return {"problem": problem.key, "values": problem.values, "english": ""}
    english = problem.message if isinstance(problem, ReconcilerError) else ""
    key = problem.key if isinstance(problem, Refused) else "refused.engine" if english else "refused.bug"
    return {"problem": key, "values": {}, "english": english}


def _back(found: Yearly) -> str:
    return f"/reports/{found.name}/{found.stands.year}"


def _past(visit: Visit, day: date | None) -> date:
    """Raises Unfit for a day that is still to come."""
    if day is not None and day > visit.today:
        raise Unfit("on", "yearly.to-come")
    return day or visit.today


def _fit(field: str, text: str) -> None:
    """Raises Unfit for what holds control characters, or looks like a person's."""
    if not text.isprintable():
        raise Unfit(field, "yearly.one-line")
    if is_personal(text):
        raise Unfit(field, "yearly.personal")
