"""Records beside the documents that they become, on the screen: the app's fields left, the target's fields right."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from textwrap import wrap
from typing import TYPE_CHECKING

from reconciler.cli.context import Context
from reconciler.cli.documents import RESERVED, Part, Shown, app_value, target_value
from reconciler.mappings.masking import MASK
from reconciler.specs.money import money

if TYPE_CHECKING:
    from reconciler.mappings.document import Rendered, RenderedLine
    from reconciler.runs.report import Notice

ALL_LINES = "all lines"
ROOMY = 110
"""Columns from which a target field's label stands beside its name."""
LONGEST = 24
"""Letters of a field's name that are never folded: values are, where there is no room for both."""
KINDS = {"constant": "(constant)", "ledger": "(the ledger)", "type": "(the type)", "rule": ""}
Row = tuple[str, str, str, str]


def show(context: Context, part: Part) -> None:
    """One category as people read it."""
    document = part.mapping.scope.document.label.en.lower()
    context.say(f"{part.label} ({part.category}), each as a {document} to {part.target}", "bold")
    if part.waiting is None:
        context.say("  samples of the category, whether or not the export's conditions would let them go")
    else:
        context.say(
            f"  {part.waiting} would go{f', {money(part.amount)}' if part.amount else ''}"
            if part.waiting
            else "  nothing would go"
        )
        reasons(context, part.refused or {}, "of them would be refused by the mapping:")
        reasons(context, part.warned, "of them with a warning:")
        reasons(context, part.withheld or {}, "withheld:")
        if part.known:
            context.say("  codes are held against what the outside system knows:")
        for line in (line for each in part.known for line in each.lines()):
            context.say(f"    {line}")
    for position, shown in enumerate(part.shown, 1):
        context.say()
        of = f" of {part.waiting}" if part.waiting is not None else ""
        context.say(f"  {position}{of}: {shown.record_id}", "bold")
        _document(context, part, shown)
    if part.shown and part.mask.classes:
        context.say(f"{MASK} is personal data; --unmasked REASON shows it, and is written to the audit trail", "dim")
    context.say()


def reasons(context: Context, counts: Mapping[str, int], title: str) -> None:
    """How many for each reason, the most frequent first."""
    if counts:
        context.say(f"  {sum(counts.values())} {title}")
        for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            context.say(f"    {count:>4}  {reason}")


def _document(context: Context, part: Part, shown: Shown) -> None:
    from reconciler.mappings.refusal import Refusal

    for remark in shown.remarks:
        context.say(f"    {remark}", "yellow")
    if isinstance(shown.made, Refusal):
        context.say(f"    would be refused: {part.without_personal(shown.made.message, shown)}", "red")
        place = f"field {shown.made.field}, " if shown.made.field else ""
        context.say(f"    {place}{shown.origin}", "dim")
        return
    for notice in shown.notices:
        first, *earlier = noticed(notice)
        for line in wrap(f"warning: {part.without_personal(first, shown)}", max(context.width - 6, 40)):
            context.say(f"    {line}", "yellow")
        for line in earlier:
            context.say(f"    {line}", "yellow")
    _table(context, part, shown, shown.made)


def noticed(notice: "Notice") -> Iterator[str]:
    """A notice in lines: what it says, and each document that went before."""
    yield notice.message
    for each in notice.earlier:
        amount = "" if each.amount is None else f"  {money(each.amount)}"
        yield f"  {each.reference}  sent {each.day}{amount}"


def _table(context: Context, part: Part, shown: Shown, made: "Rendered") -> None:
    """Two columns of two: the app's field and value, and what stands in the target."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    roomy = context.width >= ROOMY
    sections = list(_sections(part, shown, made))
    longest = max(len(name) for _, rows in sections for app, _, target, _ in rows for name in (app, target))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for heading in ("App field", "Value", "Target field", "Value"):
        table.add_column(heading, overflow="fold", no_wrap="field" in heading and longest <= LONGEST)
    for title, rows in sections:
        table.add_row(Text(title, style="bold"))
        for app, value, target, written in rows:
            name = f"{part.fields[target].label.en} ({target})" if roomy and target else target
            shortly = written if roomy else written.replace(RESERVED, "(reserved)")
            table.add_row(*map(Text, (f"  {app}", value, name, shortly)))
    context.print(table)


def _sections(part: Part, shown: Shown, made: "Rendered") -> Iterator[tuple[str, list[Row]]]:
    """What all lines share, once; then the rest of each line."""
    first, order = made.lines[0], _order(part)
    shared = [name for name in order if all(_same(part, first, each, name) for each in made.lines)]
    for title, line, names in [
        (ALL_LINES, first, shared),
        *(
            (each.name, each, [name for name in order if name not in shared and _of_line(part, each, name)])
            for each in made.lines
        ),
    ]:
        rows = [row for name in names for row in _rows(part, shown, line, name)]
        if rows:
            yield title, rows


def _of_line(part: Part, line: "RenderedLine", name: str) -> bool:
    """Whether a line has a field, or would have it if its source were not empty."""
    return name in line.fields or part.lineage.writes(line.name, name)


def _same(part: Part, first: "RenderedLine", other: "RenderedLine", name: str) -> bool:
    """Whether two lines have a field with one value from one source."""
    if name not in first.fields or other.fields.get(name) != first.fields[name]:
        return False
    return part.lineage.source(first.name, name) == part.lineage.source(other.name, name)


def _rows(part: Part, shown: Shown, line: "RenderedLine", target: str) -> Iterator[Row]:
    """One target field; each of its sources after the first has a row of its own, with nothing on the right."""
    if (other := part.fields[target].same_as) is not None:
        yield f"(as {other})", "", target, _value(part, shown, line, target)
        return
    source = part.lineage.source(line.name, target)
    sources = [(name, app_value(part, shown, name)) for name in source.fields]
    sources += [(f"line {name}", "") for name in source.lines]
    (name, value), *more = sources or [(KINDS[source.kind], "")]
    yield name, value, target, _value(part, shown, line, target)
    for name, value in more:
        yield name, value, "", ""


def _order(part: Part) -> list[str]:
    """Target fields as the mapping lists them, each with those that are always equal to it; then what the type fills.

    The order in the type is lost on its way through the database.
    """
    mapping = part.mapping.scope.mapping
    order: list[str] = []
    for rule in [*mapping.shared, *(rule for line in mapping.lines for rule in line.fields)]:
        equal = [name for name, field in part.fields.items() if field.same_as == rule.to]
        order += [name for name in (rule.to, *equal) if name not in order]
    return order + [name for name in sorted(part.fields) if name not in order]


def _value(part: Part, shown: Shown, line: "RenderedLine", name: str) -> str:
    """A value of the document as people read it: money with its currency."""
    if name not in line.fields:
        return "(left out)"
    text = target_value(part, shown, line, name)
    balanced = part.mapping.scope.document.balanced
    if text == MASK or not balanced or balanced not in (name, part.fields[name].same_as):
        return text
    return money(Decimal(text)).replace("NOK", shown.currency, 1)
