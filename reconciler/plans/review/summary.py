"""The first lines of a report: per organisation what is another, how many records and kroner, and whose yes."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from reconciler.plans.resource import KINDS
from reconciler.plans.review.change_words import Said
from reconciler.plans.review.effects import (
    Amount,
    ConnectionEffect,
    Effect,
    MappingEffect,
    Moved,
    ScheduleEffect,
    SelectionEffect,
    SendingEffect,
)
from reconciler.plans.review.report import Need, Reviewed
from reconciler.plans.review.words import Code, Strong, Words, first
from reconciler.specs.sentences import Sentence, counted, joined, money_in, say

CHANGES, EFFECTS, PEOPLE = 2, 3, 3
WEIGHTY = ("sends elsewhere", "removed")
"""What is told first."""
APPROVAL = "Approval"


def changed(found: Reviewed) -> Words:
    """The changes in words, the first of them with what differs."""
    if found.unusable:
        return (Strong("cannot be used"), ": it keeps what it has")
    if found.later:
        return (Strong("cannot be compared"), ": at the base it could not be used")
    if not found.said:
        return ("nothing",)
    if found.new:
        names: list[Words] = [(Code(each.name),) for each in found.said if each.kind == "Integration"]
        what: Words = ("exports by ", *first(names, PEOPLE, ", ")) if names else ("exports nothing",)
        return (Strong("new organisation"), ", ", *what)
    return first([group_words(each) for each in grouped(found.said)], CHANGES)


def grouped(found: Sequence[Said]) -> list[list[Said]]:
    """Changes that say the same of objects of one kind stand together; the weightiest first."""
    groups: dict[object, list[Said]] = {}
    for each in found:
        alone = each.name if each.was or each.action != "changed" else ""
        groups.setdefault((each.kind, each.action, each.words, alone), []).append(each)
    return sorted(groups.values(), key=lambda each: (each[0].action not in WEIGHTY, _place(each[0].kind)))


def _place(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def group_words(group: Sequence[Said]) -> Words:
    """`mapping claims changed: ...`, or `24 exclusions changed alike: ...`"""
    one = group[0]
    about = one.about if len(group) == 1 else (say("{count} changed alike", count=counted(len(group), one.noun)),)
    others = say(" (and {left} more)", left=len(one.words) - 1) if len(one.words) > 1 else ""
    return (*about, *((": ", *one.words[0], others) if one.words else ()))


def affected(found: Reviewed) -> Words:
    """Records and kroner; of samples where no database was read, and said so."""
    if found.unusable or found.later:
        return ("unknown",)
    mappings = [each for each in found.effects if isinstance(each, MappingEffect)]
    # What went elsewhere weighs more than what will be written in another way.
    parts = [_retarget(each) for each in found.effects if isinstance(each, ConnectionEffect) and each.retarget]
    parts += list(_sending([each for each in found.effects if isinstance(each, SendingEffect)]))
    parts += list(_mapped(mappings))
    parts += [each for effect in found.effects for each in _short(effect)]
    unmoved = [each for each in found.effects if isinstance(each, SelectionEffect) and not list(_selected(each))]
    if any(each.real is None for each in unmoved):
        # Samples that stay say nothing of the records: a filter is never told as if it moved none.
        parts.append("no invented sample newly in or out; real records were not counted")
    elif not parts:
        parts.append(_otherwise(found))
    if any(isinstance(each, ConnectionEffect) for each in found.effects):
        parts.append("the connection has to be tested")
    return first([(each,) for each in dict.fromkeys(parts)], EFFECTS + 1)


def _otherwise(found: Reviewed) -> str:
    """What is said where no effect moves a record by itself."""
    allowed = {f"{rule} of {thing}" for rule, thing in found.allowed}
    if any(each.kind == APPROVAL and each.name not in allowed for each in found.said):
        return "records not counted: what a guard has refused so far may go through"
    times = [each for each in found.effects if isinstance(each, ScheduleEffect)]
    if any(each.after and not each.before for each in times):
        return "what waits goes by itself from now on; no record is newly in or out"
    if any(each.before and not each.after for each in times):
        return "what waits goes only when somebody asks; no record is newly in or out"
    return "no record"


def approval(found: Reviewed) -> Words:
    """Whose yes is needed, and which guard refuses."""
    parts = list(dict.fromkeys(needed(each) for each in found.needs))
    if found.refused:
        parts.insert(0, (Strong("refused by a guard"),))
    if found.unusable:
        return ("nobody can, until it is mended",)
    if found.later:
        return ("judged after the merge",)
    return first(parts, EFFECTS) if parts else ("nobody",)


def needed(need: Need) -> Words:
    """`1 of accountant, platform (ola)`"""
    count = str(need.approvals) if need.approvals else "the author, or 1"
    people = [(Code(each),) for each in need.able]
    who = (" (", *first(people, PEOPLE, ", "), ")") if people else ()
    return (say("{count} of {roles}", count=count, roles=joined(need.roles, ", ")), *who)


def amount(found: Amount) -> Sentence:
    """`12 records, NOK 5 400.00`"""
    said = counted(found.records, "record")
    return joined([said, money_in(found.sum)], ", ") if found.sum is not None else said


def total(moved: Sequence[Moved], way: str) -> Amount:
    """All that moves one way."""
    return _together(each.amount for each in moved if each.way == way)


def _sending(effects: Sequence[SendingEffect]) -> Iterator[str]:
    """What goes again or for the first time, and what goes no longer; categories together."""
    told = {
        "would go to another target, sent before or not": [each for each in effects if each.before and each.after],
        "would be sent, which was only observed": [each for each in effects if not each.before],
        "would wait, for nothing is sent any more": [each for each in effects if not each.after],
    }
    for said, found in told.items():
        for known in (True, False):
            if mine := [each for each in found if (each.waiting is not None) is known]:
                names = joined([each.label.lower() for each in mine], ", ")
                waiting = _together(each.waiting for each in mine if each.waiting is not None)
                yield say(
                    "{amount} {said} ({names})",
                    amount=amount(waiting) if known else "records that were not counted",
                    said=said,
                    names=names,
                )


def _mapped(effects: Sequence[MappingEffect]) -> Iterator[str]:
    """Categories together, each of them named: those that were counted, and those of which samples alone speak."""
    if known := [each for each in effects if each.real is not None]:
        yield _counted(known)
    if unknown := [each for each in effects if each.real is None]:
        yield _sampled(unknown)


def _sampled(effects: Sequence[MappingEffect]) -> str:
    names = joined([each.label.lower() for each in effects], ", ")
    samples = counted(sum(each.samples for each in effects), "invented sample")
    if not any(each.changed for each in effects):
        return say(
            "none of {samples} becomes another document ({names}); real records were not counted",
            samples=samples,
            names=names,
        )
    return say("{of_samples} ({names})", of_samples=of_samples(effects, samples, "become other documents"), names=names)


def of_samples(effects: Sequence[MappingEffect], samples: str, said: str) -> str:
    """`3 of 5 invented samples become other documents, 1 would be refused`: what is refused is no document."""
    refused, accepted = (
        sum(map(len, found)) for found in zip(*((x.refused, x.accepted) for x in effects), strict=True)
    )
    others = sum(each.changed for each in effects) - refused - accepted
    parts = (
        [say("{others} of {samples} {said}", others=others, samples=samples, said=said)]
        if others or not (refused or accepted)
        else []
    )
    for count, what in ((refused, "would be refused"), (accepted, "would no longer be refused")):
        if count:
            parts.append(
                say("{count} {what}", count=count, what=what)
                if parts
                else say("{count} of {samples} {what}", count=count, samples=samples, what=what)
            )
    return joined(parts, ", ")


def _counted(effects: Sequence[MappingEffect]) -> str:
    names = joined([each.label.lower() for each in effects], ", ")
    real = [each.real for each in effects if each.real is not None]
    waiting = _together(each.waiting for each in real)
    different, last = _together(each.different for each in real), sum(each.looked_at for each in real)
    sums = say(", {sum},", sum=money_in(different.sum)) if different.sum is not None and different.records else ""
    sent = (
        say(
            "{records} of the last {last} sent{sums} would look different",
            records=different.records,
            last=last,
            sums=sums,
        )
        if last
        else "none was sent so far"
    )
    refused = sum(each.refused for each in real)
    sent = joined([sent, say(", and {refused} would be refused", refused=refused)]) if refused else sent
    again = sum(each.mended for each in real)
    sent = joined([sent, say(", {again} refused before would be sent again", again=again)]) if again else sent
    waits = say("{amount} waiting", amount=amount(waiting)) if waiting.records else "none waits"
    return say("{waits}, {sent} ({names})", waits=waits, sent=sent, names=names)


def _together(amounts: Iterable[Amount]) -> Amount:
    found = list(amounts)
    sums = [each.sum for each in found if each.sum is not None]
    return Amount(sum(each.records for each in found), sum(sums, Decimal(0)) if sums else None)


def _short(effect: Effect) -> Iterator[str]:
    match effect:
        case SelectionEffect():
            yield from _selected(effect)
        case ScheduleEffect() if effect.before and effect.after:
            yield "the same records, at other times"
        case _:
            pass


def _selected(effect: SelectionEffect) -> Iterator[str]:
    moved = effect.sampled if effect.real is None else effect.real
    when = "" if effect.today else say(" from {on} on", on=effect.on)
    label = effect.label.lower()
    for way in ("in", "out"):
        found = total(moved, way)
        if found.records and effect.real is not None:
            yield say("{amount} newly {way}{when} ({label})", amount=amount(found), way=way, when=when, label=label)
        elif found.records:
            yield say(
                "{records} of {count} newly {way}{when} ({label})",
                records=found.records,
                count=counted(effect.samples, "invented sample"),
                way=way,
                when=when,
                label=label,
            )


def _retarget(effect: ConnectionEffect) -> str:
    if effect.sent is None:
        return "what was sent to the old target is not known here"
    parts = (
        say("{amount}, already sent to {target}", amount=amount(each), target=target)
        for target, each in effect.sent[:PEOPLE]
    )
    sent = joined(parts, "; ")
    return sent or "nothing was sent to the old target"
