"""What happens to data, in blocks: one heading per effect, then sentences and tables."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import assert_never

from reconciler.plans.review.effects import (
    Amount,
    Codes,
    Columns,
    ConnectionEffect,
    Effect,
    FieldMoved,
    MappingEffect,
    Moved,
    ScheduleEffect,
    SelectionEffect,
    SendingEffect,
    SharedEffect,
    Times,
    Turned,
)
from reconciler.plans.review.summary import amount, of_samples
from reconciler.plans.review.words import ARROW, Block, Bullets, Code, Heading, Paragraph, Quoted, Table, Words, first
from reconciler.specs.languages import WEEKDAYS
from reconciler.specs.money import grouped
from reconciler.specs.sentences import both, counted, moment_in, say

MOST = 20
"""Rows of one table."""
WARN = 80
"""Per cent of a quota from which on it is worth a word."""


def effect_blocks(effect: Effect) -> Iterator[Block]:
    """One effect."""
    match effect:
        case MappingEffect():
            yield from _mapping(effect)
        case SelectionEffect():
            yield from _selection(effect)
        case SendingEffect():
            yield from _sending(effect)
        case ScheduleEffect():
            yield from _schedule(effect)
        case Codes():
            yield from codes_blocks([effect])
        case Columns():
            yield from _columns(effect)
        case ConnectionEffect():
            yield from _connection(effect)
        case SharedEffect():
            yield from _shared(effect)
        case _:
            assert_never(effect)


def _mapping(effect: MappingEffect) -> Iterator[Block]:
    yield Heading((say("{label} as documents of ", label=effect.label), Code(effect.integration)), 3)
    samples = counted(effect.samples, "invented sample")
    yield Paragraph((of_samples([effect], samples, "would be another document"), "."))
    if effect.fields:
        rows = tuple(_field(each, effect.samples) for each in effect.fields[:MOST])
        yield Table(("Line", "Field", "Before", "After", "Samples"), rows, right=("Samples",))
        if len(effect.fields) > MOST:
            yield Paragraph((say("And {left} more fields.", left=len(effect.fields) - MOST),))
    yield from _turned(effect.refused, "would now be refused")
    yield from _turned(effect.accepted, "would no longer be refused")
    if effect.real is not None:
        yield Bullets(tuple(_real(effect)))


def _field(found: FieldMoved, samples: int) -> tuple[Words, ...]:
    return (
        (found.line,),
        (found.label,),
        (_value(found.before),),
        (_value(found.after),),
        (say("{count} of {samples}", count=found.samples, samples=samples),),
    )


def _value(value: str | None) -> Code | str:
    return Code(value) if value else "nothing"


def _turned(found: Sequence[Turned], said: str) -> Iterator[Block]:
    if found:
        yield Paragraph((say("{count} {said}:", count=counted(len(found), "sample"), said=said),))
        yield Bullets(
            tuple((say("sample {sample}: {reason}", sample=each.sample, reason=each.reason),) for each in found[:5])
        )


def _real(effect: MappingEffect) -> Iterator[Words]:
    found = effect.real
    assert found is not None
    yield (say("Waiting, and made by the new mapping: {amount}.", amount=amount(found.waiting)),)
    fields = [(say("{label} in {count}", label=label, count=count),) for label, count in found.fields]
    about = (" (", *first(fields, 6, ", "), ")") if fields else ()
    sent = say(
        "Sent already, the last {looked_at}: {amount}, would look different",
        looked_at=found.looked_at,
        amount=amount(found.different),
    )
    stay = ". They stay as they are: nothing is sent again by itself."
    if effect.elsewhere:
        stay = ". They stay as they are; what is selected goes to the new target too."
    yield (
        sent,
        *about,
        say(stay),
    )
    if found.refused:
        yield (say("{refused} of them would now be refused.", refused=found.refused),)
    if found.turned_down:
        again = say("{mended} of them would be sent with the next sync", mended=found.mended)
        yield (say("Refused before: {count}; {again}.", count=counted(found.turned_down, "record"), again=again),)


def _selection(effect: SelectionEffect) -> Iterator[Block]:
    when = "" if effect.today else say(", from {on} on", on=effect.on)
    yield Heading(
        (say("{label} by ", label=effect.label), Code(effect.integration), say(": which records go{when}", when=when)),
        3,
    )
    if effect.new:
        yield Paragraph(("This category did not leave this way before.",))
    if effect.gone:
        yield Paragraph(("This category leaves this way no longer. What was sent stays, there and in the ledger.",))
    moved = effect.sampled if effect.real is None else effect.real
    if not moved:
        yield Paragraph(("No record moves." if effect.real is not None else "No invented sample moves.",))
        return
    rows = tuple(_moved(each, effect) for each in moved[:MOST])
    yield Table(("Which", "Because", *_heads(effect)), rows, right=_heads(effect))


def _heads(effect: SelectionEffect) -> tuple[str, ...]:
    return ("Records", "NOK") if effect.real is not None else ("Samples",)


def _moved(found: Moved, effect: SelectionEffect) -> tuple[Words, ...]:
    way = "newly in; left out before" if found.way == "in" else "newly out"
    count = str(found.amount.records)
    if effect.real is None:
        return (way,), (found.reason,), (say("{count} of {samples}", count=count, samples=effect.samples),)
    total = both(grouped(found.amount.sum), grouped(found.amount.sum, "nb")) if found.amount.sum is not None else "-"
    return (way,), (found.reason,), (count,), (total,)


def _sending(effect: SendingEffect) -> Iterator[Block]:
    yield Heading((say("{label} by ", label=effect.label), Code(effect.integration), ": where they go"), 3)
    old, new = (Code(each) if each else "nowhere, for it only observes" for each in (effect.before, effect.after))
    yield Paragraph((old, ARROW, new))
    waiting = "not counted here" if effect.waiting is None else amount(effect.waiting)
    if not effect.after:
        yield Paragraph((say("Nothing is sent any more. What waits stays: {waiting}.", waiting=waiting),))
        return
    twice = ", also what went to the old target: the ledger knows none of it there" if effect.before else ""
    form = "With the next sync everything goes that is selected{twice}. That is: {waiting}."
    yield Paragraph((say(form, twice=twice, waiting=waiting),))


def _schedule(effect: ScheduleEffect) -> Iterator[Block]:
    yield Heading(("When ", Code(effect.integration), " runs"), 3)
    before = effect.before.words if effect.before else "only when somebody asks"
    after = effect.after.words if effect.after else "only when somebody asks"
    yield Paragraph((before, ARROW, after) if before != after else (after,))
    rows = _runs(effect.before, effect.after)
    if rows:
        yield Table(("Next runs before", "after"), tuple(rows))
    if effect.after:
        for each in effect.after.frozen:
            runs = counted(each.runs, "run")
            form = "{runs} fall into closed days, {first} to {last} ("
            said = say(form, runs=runs, first=each.first, last=each.last)
            yield Paragraph((said, Quoted(each.reason), "): skipped."))
    if effect.forecast is not None:
        found = effect.forecast
        asked = "{system} allows {allowed} requests a month: the schedules ask for at least {before}"
        share = 100 * found.after // found.allowed
        note = say("{share} per cent", share=share) if found.after else "none"
        near = ", and that is near the end of it" if share >= WARN else ""
        yield Paragraph(
            (say(asked, system=found.system, allowed=found.allowed, before=found.before),
             ARROW, say("{after} ({note}){near}.", after=found.after, note=note, near=near))
        )  # fmt: skip


def _runs(before: Times | None, after: Times | None) -> list[tuple[Words, ...]]:
    old, new = (list(each.next) if each else [] for each in (before, after))
    count = max(len(old), len(new))
    return [tuple((_moment(side[row] if row < len(side) else None),) for side in (old, new)) for row in range(count)]


def _moment(found: datetime | None) -> str:
    if found is None:
        return "-"
    return both(f"{found:%a %Y-%m-%d %H:%M %Z}", f"{WEEKDAYS[found.weekday()]} {moment_in(found).nb}")


def codes_blocks(found: Sequence[Codes]) -> Iterator[Block]:
    """Values that the target has to know, of all mappings together."""
    if found:
        yield Heading(("Codes that the target must know",), 3)
        yield Bullets(tuple(map(_codes, found)))


def _codes(effect: Codes) -> Words:
    about = (say("{list}, in mapping ", list=effect.list), Code(effect.mapping), ": ")
    codes = first([(Code(each),) for each in effect.codes], 12, ", ")
    if not effect.asked:
        return (*about, *codes, say(". Not held against {where}: no database was read.", where=effect.where))
    if effect.read_at is None:
        return (
            *about,
            *codes,
            say(". The list of {where} was never read: the next sync asks before it sends.", where=effect.where),
        )
    read = say("by the list read {at}", at=moment_in(effect.read_at))
    if not effect.unknown:
        return (*about, *codes, say(" exist in {where}, {read}.", where=effect.where, read=read))
    unknown = first([(f"{effect.list} ", Code(each)) for each in effect.unknown], 12, ", ")
    verb = "does" if len(effect.unknown) == 1 else "do"
    form = f" {verb} not exist in {{where}}, {{read}} (mapping "
    return (
        *unknown,
        say(form, where=effect.where, read=read),
        Code(effect.mapping),
        ").",
    )


def _columns(effect: Columns) -> Iterator[Block]:
    yield Heading(("The table that mapping ", Code(effect.mapping), " writes to"), 3)
    if effect.read_at is None:
        why = say(" ({problem})", problem=effect.problem) if effect.problem else ""
        yield Paragraph(
            (
                say(
                    "What the table of {where} takes was never read{why}: nothing is held against it.",
                    where=effect.where,
                    why=why,
                ),
            )
        )
        return
    read = say("read {at}", at=moment_in(effect.read_at))
    differ = say("{count}:", count=counted(len(effect.remarks), "remark")) if effect.remarks else "nothing differs."
    yield Paragraph(
        (say("Held against the table of {where}, {read}: {differ}", where=effect.where, read=read, differ=differ),)
    )
    items = tuple(
        (Code(place), say(" {said} ({hint})", said=said, hint=hint) if hint else say(" {said}", said=said))
        for place, said, hint in effect.remarks
    )
    yield Bullets(items[:MOST])


def _connection(effect: ConnectionEffect) -> Iterator[Block]:
    yield Heading(("The way to the target of ", Code(effect.integration)), 3)
    yield Bullets(tuple(_way(*each) for each in effect.what))
    if effect.retarget:
        yield Paragraph(_retargeted(effect.sent))
    people = first([(Code(each),) for each in effect.by], 4, ", ") if effect.by else ("an admin or operator",)
    yield Paragraph(("To test before anything is sent: ", Code(effect.test), ", by ", *people, "."))


def _way(what: str, before: str, after: str) -> Words:
    old = (Code(before), ARROW) if before else ()
    return (say("{what}: ", what=what), *old, Code(after) if after else "not set")


def _retargeted(sent: Sequence[tuple[str, Amount]] | None) -> Words:
    if sent is None:
        return ("Documents would go elsewhere. What went to the old target is not known here: no database was read.",)
    if not sent:
        return ("Documents would go elsewhere. Nothing was sent to the old target.",)
    said = [(say("{amount}, to ", amount=amount(each)), Code(target)) for target, each in sent]
    return ("Documents would go elsewhere. Already sent: ", *first(said, 6), ". The new target knows none of them.")


def _shared(effect: SharedEffect) -> Iterator[Block]:
    yield Heading(("Shared by all: ", Code(effect.document)), 3)
    users = first([(Code(each),) for each in effect.integrations], 6, ", ")
    yield Paragraph(("An unchanged file means something else for ", *users, "."))
    items: list[Words] = [
        (f"{path}: ", _value(before), ARROW, _value(after)) for path, before, after in effect.differences
    ]
    if effect.more:
        items.append((say("and {more} more differences", more=effect.more),))
    yield Bullets(tuple(items))
