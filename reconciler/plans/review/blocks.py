"""A report as blocks: the first lines say what matters, the rest is for whoever reads on."""

from collections.abc import Iterator, Sequence

from reconciler.plans.review.change_words import Said
from reconciler.plans.review.effect_blocks import codes_blocks, effect_blocks
from reconciler.plans.review.effects import Codes
from reconciler.plans.review.report import Overlap, Report, Reviewed
from reconciler.plans.review.summary import affected, approval, changed, grouped, needed
from reconciler.plans.review.words import (
    Block,
    Bullets,
    Code,
    Heading,
    Paragraph,
    Strong,
    Table,
    Words,
    first,
)
from reconciler.specs.diagnostic import Diagnostic, errors
from reconciler.specs.sentences import Sentence, counted, joined, moment_in, say

ROWS = 5
"""Organisations in the first lines."""
FINDINGS, FILES, ORGANIZATIONS, DIFFERENCES, GROUPS = 20, 5, 20, 12, 40
HEADINGS = ("Organisation", "Change", "Records and NOK", "Who must approve")


def blocks(report: Report) -> Iterator[Block]:
    """The whole report."""
    step, touched = report.step, report.touched
    yield Heading(("Review of ", Code(step.names[1]), " into ", Code(step.names[0])), 1)
    yield Paragraph(_verdict(report))
    if touched:
        rows = tuple(_row(each) for each in touched[:ROWS])
        yield Table(HEADINGS, rows)
    left = len(touched) - ROWS
    yield Paragraph(
        (*((say("And {count}. ", count=counted(left, "more organisation")),) if left > 0 else ()), *_basis(report))
    )
    yield from _rules(report)
    yield from _findings(report)
    for each in touched[:ORGANIZATIONS]:
        yield from _organization(report, each)
    if len(touched) > ORGANIZATIONS:
        yield Heading(("Organisations that are not shown",))
        yield Paragraph(first([(Code(each.name),) for each in touched[ORGANIZATIONS:]], 100, ", "))
    if report.uncompared:
        count = counted(report.uncompared, "other open pull request was", "other open pull requests were")
        yield Paragraph(
            (say("{count} not compared with this one: forks, very many, or what cannot be read.", count=count),)
        )
    yield from _moved_on(report)


def _verdict(report: Report) -> Words:
    count = counted(len(report.touched), "organisation")
    if report.invalid:
        return (
            Strong(say("Cannot be applied: {wrong}.", wrong=_wrong(report))),
            say(" What was good stays as it is.{others}", others=_others(report)),
        )
    if report.refused:
        said = say(
            " {count} would change; below stands what would have to be allowed.{others}",
            count=count,
            others=_others(report),
        )
        return (Strong("A guard refuses it."), said)
    if not report.touched:
        return (Strong("No organisation changes."), *((" The approval rules do.",) if report.rules else ()))
    return (
        Strong(say("{count} changes:" if len(report.touched) == 1 else "{count} change:", count=count)),
        say(" {radius}", radius=_radius(report)),
    )


def _wrong(report: Report) -> Sentence:
    if found := errors(report.diagnostics):
        return counted(len(found), "error")
    return counted(sum(bool(each.unusable) for each in report.touched), "organisation")


def _others(report: Report) -> str:
    """Each organisation is applied for itself: what stands in the way of one holds up no other."""
    free = [each for each in report.touched if not each.unusable and not each.refused]
    if not free or len(free) == len(report.touched):
        return ""
    return say(" {count} would change all the same.", count=counted(len(free), "other organisation"))


def _radius(report: Report) -> Sentence:
    said = [each for organization in report.touched for each in organization.said]
    counts = {action: sum(each.action == action for each in said) for action in dict.fromkeys(x.action for x in said)}
    unchanged = sum(each.unchanged for each in report.touched)
    parts = [say("{count} {action}", count=counted(count, "object"), action=action) for action, count in counts.items()]
    return say("{parts}; {unchanged} as before.", parts=joined(parts, ", "), unchanged=unchanged)


def _row(found: Reviewed) -> tuple[Words, ...]:
    return (found.title,), changed(found), affected(found), approval(found)


def _basis(report: Report) -> Words:
    step = report.step
    real = "records were counted in the database" if report.database else "no database was read: samples are invented"
    moment = moment_in(report.at)
    return (
        say("{count} since ", count=counted(len(step.files), "file")),
        Code(step.fork[:10]),
        say("; {real}; {moment}.", real=real, moment=moment),
    )


def _rules(report: Report) -> Iterator[Block]:
    if report.rules:
        yield Heading(("Approval rules",))
        yield Paragraph(
            (
                "The approval rules themselves are another. Until the platform puts them in force, those ",
                *(("in force now",) if report.database else ("of ", Code(report.step.names[0]))),
                " judge, this proposal too. New rules need ",
                *needed(report.rules[0]),
                ".",
            )
        )


def _findings(report: Report) -> Iterator[Block]:
    found = sorted(report.diagnostics, key=lambda each: (each.severity != "error", each.origin))
    if found:
        yield Heading(("Findings",))
        yield Bullets(tuple(_finding(each) for each in found[:FINDINGS]))
        if len(found) > FINDINGS:
            yield Paragraph(
                (say("And {left} more: ", left=len(found) - FINDINGS), Code("reconciler validate"), " lists them.")
            )


def _finding(found: Diagnostic) -> Words:
    hint = say(" ({hint})", hint=found.hint) if found.hint else ""
    return (
        Strong(found.severity),
        " ",
        Code(str(found.origin)),
        say(" {message}{hint} ", message=found.message, hint=hint),
        Code(found.id),
    )


def _organization(report: Report, found: Reviewed) -> Iterator[Block]:
    yield Heading((f"{found.title} (", Code(found.name), ")"))
    if found.unusable:
        yield Bullets(tuple((each,) for each in found.unusable[:DIFFERENCES]))
        return
    if found.later:
        yield Paragraph((found.later,))
        return
    form = "{count} of it changes, {unchanged} as before. Intent "
    form = form if len(found.said) == 1 else form.replace("changes", "change")
    told = say(form, count=counted(len(found.said), "object"), unchanged=found.unchanged)
    yield Paragraph((told, Code(found.digest[:12]), "."))
    yield from _refused(found)
    if not report.database:
        yield from _untold(found)
    yield from _changes(found)
    codes = [each for each in found.effects if isinstance(each, Codes)]
    for effect in found.effects:
        if not isinstance(effect, Codes):
            yield from effect_blocks(effect)
    yield from codes_blocks(codes)
    if found.uncounted:
        names = first([(Code(each),) for each in found.uncounted], DIFFERENCES, ", ")
        yield Paragraph(
            ("Real records are not counted for ", *names, ": the organisation, or what the category is, is new here.")
        )
    yield from _approvals(found)
    yield from _overlaps((report.overlaps or {}).get(found.name, ()))


def _refused(found: Reviewed) -> Iterator[Block]:
    if found.refused:
        yield Heading(("Refused by a guard",), 3)
        yield Bullets(
            tuple(
                (
                    say("{message}. ", message=each.message),
                    *(
                        (
                            say("To allow it: an Approval document with rule: {rule}, object: ", rule=each.rule),
                            Code(each.object),
                        )
                        if each.approvable
                        else ("No approval switches this off.",)
                    ),
                )
                for each in found.refused
            )
        )
    if found.allowed:
        said = [(say("{rule} of ", rule=rule), Code(thing)) for rule, thing in found.allowed]
        yield Paragraph(("Allowed by Approval documents: ", *first(said, DIFFERENCES), "."))


def _untold(found: Reviewed) -> Iterator[Block]:
    """What git alone cannot know, and what will be refused all the same."""
    gone = [(Code(each.name),) for each in found.said if (each.kind, each.action) == ("Integration", "removed")]
    if gone:
        names = first(gone, 4, ", ")
        yield Paragraph(("Whether ", *names, " ever sent is not known here: if so, the removal needs an Approval too."))


def _changes(found: Reviewed) -> Iterator[Block]:
    yield Heading(("What changes",), 3)
    switched_on = [each for each in found.said if each.kind == "Feature" and found.new and each.words == (("on",),)]
    groups = grouped([each for each in found.said if each not in switched_on])
    yield Bullets(tuple(item for group in groups[:GROUPS] for item in _group(group)))
    if len(groups) > GROUPS:
        yield Paragraph((say("And {count}.", count=counted(len(groups) - GROUPS, "more change")),))
    if switched_on:
        yield Paragraph((say("{count} stay on.", count=counted(len(switched_on), "app feature")),))


def _group(group: Sequence[Said]) -> Iterator[Words]:
    one = group[0]
    if len(group) == 1:
        yield (*one.about, *((" at ", Code(one.origin)) if one.origin else ()))
    else:
        names = first([(Code(each.name),) for each in group], DIFFERENCES, ", ")
        yield (say("{count} changed alike: ", count=counted(len(group), one.noun)), *names)
    for words in one.words[:DIFFERENCES]:
        yield ("- ", *words)
    if len(one.words) > DIFFERENCES:
        yield ("- ", say("and {more} more differences", more=len(one.words) - DIFFERENCES))


def _approvals(found: Reviewed) -> Iterator[Block]:
    yield Heading(("Who must approve",), 3)
    if not found.needs:
        yield Paragraph(("Nobody: no rule asks for it.",))
        return
    rows = tuple(
        (needed(each), first([(Code(name),) for name in each.objects], 4, ", "), (each.rule,), (each.reason or "-",))
        for each in found.needs
    )
    yield Table(("Who", "For", "Rule", "Why"), rows)
    yield Paragraph(("Whoever wrote it cannot approve it, unless a rule says that the author may.",))


def _overlaps(found: object) -> Iterator[Block]:
    assert isinstance(found, list | tuple)
    items = [_overlap(each) for each in found if isinstance(each, Overlap)]
    if items:
        yield Heading(("Other open pull requests that touch the same",), 3)
        yield Bullets(tuple(items[:DIFFERENCES]))


def _overlap(found: Overlap) -> Words:
    objects = first([(Code(each),) for each in found.objects], 4, ", ")
    return (f"{found.title} ", *((Code(found.url), " ") if found.url else ()), "touches ", *objects)


def _moved_on(report: Report) -> Iterator[Block]:
    step = report.step
    if not step.ahead:
        return
    yield Heading(("The base has moved on",))
    said = say("{count} since this proposal left it", count=counted(step.ahead, "commit"))
    if twice := step.twice:
        files = first([(Code(each),) for each in twice], FILES, ", ")
        yield Paragraph((say("{said}, and both change ", said=said), *files, ". Update the branch, and look again."))
    else:
        yield Paragraph((say("{said}; none of them changes a file that this one does.", said=said),))
