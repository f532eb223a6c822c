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
from reconciler.plans.review.words import ARROW, Block, Bullets, Code, Heading, Paragraph, Table, Words, counted, first
from reconciler.specs.money import money

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
    yield Heading((f"{effect.label} as documents of ", Code(effect.integration)), 3)
    samples = counted(effect.samples, "invented sample")
    yield Paragraph((f"{of_samples([effect], samples, 'would be another document')}.",))
    if effect.fields:
        rows = tuple(_field(each, effect.samples) for each in effect.fields[:MOST])
        yield Table(("Line", "Field", "Before", "After", "Samples"), rows, right=("Samples",))
        if len(effect.fields) > MOST:
            yield Paragraph((f"And {len(effect.fields) - MOST} more fields.",))
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
        (f"{found.samples} of {samples}",),
    )


def _value(value: str | None) -> Code | str:
    return Code(value) if value else "nothing"


def _turned(found: Sequence[Turned], said: str) -> Iterator[Block]:
    if found:
        yield Paragraph((f"{counted(len(found), 'sample')} {said}:",))
        yield Bullets(tuple((f"sample {each.sample}: {each.reason}",) for each in found[:5]))


def _real(effect: MappingEffect) -> Iterator[Words]:
    found = effect.real
    assert found is not None
    yield (f"Waiting, and made by the new mapping: {amount(found.waiting)}.",)
    fields = [(f"{label} in {count}",) for label, count in found.fields]
    about = (" (", *first(fields, 6, ", "), ")") if fields else ()
    sent = f"Sent already, the last {found.looked_at}: {amount(found.different)}, would look different"
    stay = "goes to the new target too" if effect.elsewhere else "nothing is sent again by itself"
    yield (sent, *about, f". They stay as they are{'; what is selected' if effect.elsewhere else ':'} {stay}.")
    if found.refused:
        yield (f"{found.refused} of them would now be refused.",)
    if found.turned_down:
        again = f"{found.mended} of them would be sent with the next sync"
        yield (f"Refused before: {counted(found.turned_down, 'record')}; {again}.",)


def _selection(effect: SelectionEffect) -> Iterator[Block]:
    when = "" if effect.today else f", from {effect.on} on"
    yield Heading((f"{effect.label} by ", Code(effect.integration), f": which records go{when}"), 3)
    if effect.new:
        yield Paragraph(("This category did not leave this way before.",))
    if effect.gone:
        yield Paragraph(("This category leaves this way no longer. What was sent stays, there and in the ledger.",))
    moved = effect.sampled if effect.real is None else effect.real
    if not moved:
        yield Paragraph((f"No {'record' if effect.real is not None else 'invented sample'} moves.",))
        return
    rows = tuple(_moved(each, effect) for each in moved[:MOST])
    yield Table(("Which", "Because", *_heads(effect)), rows, right=_heads(effect))


def _heads(effect: SelectionEffect) -> tuple[str, ...]:
    return ("Records", "NOK") if effect.real is not None else ("Samples",)


def _moved(found: Moved, effect: SelectionEffect) -> tuple[Words, ...]:
    way = "newly in; left out before" if found.way == "in" else "newly out"
    count = str(found.amount.records)
    if effect.real is None:
        return (way,), (found.reason,), (f"{count} of {effect.samples}",)
    total = money(found.amount.sum).removeprefix("NOK ") if found.amount.sum is not None else "-"
    return (way,), (found.reason,), (count,), (total,)


def _sending(effect: SendingEffect) -> Iterator[Block]:
    yield Heading((f"{effect.label} by ", Code(effect.integration), ": where they go"), 3)
    old, new = (Code(each) if each else "nowhere, for it only observes" for each in (effect.before, effect.after))
    yield Paragraph((old, ARROW, new))
    waiting = "not counted here" if effect.waiting is None else amount(effect.waiting)
    if not effect.after:
        yield Paragraph((f"Nothing is sent any more. What waits stays: {waiting}.",))
        return
    twice = ", also what went to the old target: the ledger knows none of it there" if effect.before else ""
    yield Paragraph((f"With the next sync everything goes that is selected{twice}. That is: {waiting}.",))


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
            yield Paragraph((f"{runs} fall into closed days, {each.first} to {each.last} ({each.reason}): skipped.",))
    if effect.forecast is not None:
        found = effect.forecast
        share = 100 * found.after // found.allowed
        note = f"{share} per cent" if found.after else "none"
        yield Paragraph(
            (f"{found.system} allows {found.allowed} requests a month: the schedules ask for at least {found.before}",
             ARROW, f"{found.after} ({note}){', and that is near the end of it' if share >= WARN else ''}.")
        )  # fmt: skip


def _runs(before: Times | None, after: Times | None) -> list[tuple[Words, ...]]:
    old, new = (list(each.next) if each else [] for each in (before, after))
    count = max(len(old), len(new))
    return [tuple((_moment(side[row] if row < len(side) else None),) for side in (old, new)) for row in range(count)]


def _moment(found: datetime | None) -> str:
    return f"{found:%a %Y-%m-%d %H:%M %Z}" if found else "-"


def codes_blocks(found: Sequence[Codes]) -> Iterator[Block]:
    """Values that the target has to know, of all mappings together."""
    if found:
        yield Heading(("Codes that the target must know",), 3)
        yield Bullets(tuple(map(_codes, found)))


def _codes(effect: Codes) -> Words:
    about = (f"{effect.list}, in mapping ", Code(effect.mapping), ": ")
    codes = first([(Code(each),) for each in effect.codes], 12, ", ")
    if not effect.asked:
        return (*about, *codes, f". Not held against {effect.where}: no database was read.")
    if effect.read_at is None:
        return (*about, *codes, f". The list of {effect.where} was never read: the next sync asks before it sends.")
    read = f"by the list read {effect.read_at:%Y-%m-%d %H:%M %Z}".strip()
    if not effect.unknown:
        return (*about, *codes, f" exist in {effect.where}, {read}.")
    unknown = first([(f"{effect.list} ", Code(each)) for each in effect.unknown], 12, ", ")
    verb = "does" if len(effect.unknown) == 1 else "do"
    return (*unknown, f" {verb} not exist in {effect.where}, {read} (mapping ", Code(effect.mapping), ").")


def _columns(effect: Columns) -> Iterator[Block]:
    yield Heading(("The table that mapping ", Code(effect.mapping), " writes to"), 3)
    if effect.read_at is None:
        why = f" ({effect.problem})" if effect.problem else ""
        yield Paragraph((f"What the table of {effect.where} takes was never read{why}: nothing is held against it.",))
        return
    read = f"read {effect.read_at:%Y-%m-%d %H:%M %Z}".strip()
    differ = f"{counted(len(effect.remarks), 'remark')}:" if effect.remarks else "nothing differs."
    yield Paragraph((f"Held against the table of {effect.where}, {read}: {differ}",))
    items = tuple((Code(place), f" {said} ({hint})" if hint else f" {said}") for place, said, hint in effect.remarks)
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
    return (f"{what}: ", *old, Code(after) if after else "not set")


def _retargeted(sent: Sequence[tuple[str, Amount]] | None) -> Words:
    if sent is None:
        return ("Documents would go elsewhere. What went to the old target is not known here: no database was read.",)
    if not sent:
        return ("Documents would go elsewhere. Nothing was sent to the old target.",)
    said = [(f"{amount(each)}, to ", Code(target)) for target, each in sent]
    return ("Documents would go elsewhere. Already sent: ", *first(said, 6), ". The new target knows none of them.")


def _shared(effect: SharedEffect) -> Iterator[Block]:
    yield Heading(("Shared by all: ", Code(effect.document)), 3)
    users = first([(Code(each),) for each in effect.integrations], 6, ", ")
    yield Paragraph(("An unchanged file means something else for ", *users, "."))
    items: list[Words] = [
        (f"{path}: ", _value(before), ARROW, _value(after)) for path, before, after in effect.differences
    ]
    if effect.more:
        items.append((f"and {effect.more} more differences",))
    yield Bullets(tuple(items))
