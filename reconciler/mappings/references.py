"""Values of ReferenceTables: chosen by a day of the record, in a keyed table by a key too."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from reconciler.mappings.expressions import Expression, Lines, Number, from_field, local_day
from reconciler.mappings.refusal import CannotRenderError, ClashError
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import DAYS, WORDS, Record, Typed, Value, empty, written
from reconciler.specs.models.reference import ReferenceTable
from reconciler.specs.models.terms import TableLookup, Term
from reconciler.specs.sentences import say
from reconciler.specs.wording import choice

Day = Callable[[Record, Lines], date | None]


def dated_number(term: Term, scope: Scope) -> Number:
    """The number that holds on the record's day. Raises ClashError where it cannot be found for every record."""
    assert term.reference is not None
    table, column = _column(term.reference, scope)
    _is_number(term.reference, table, column)
    if term.at is None:
        raise ClashError("missing-key", "a dated reference value needs `at`, the record's date", "add at")
    day, typed = day_of(term.at, scope)
    key = _key(term, table, scope)
    name = term.reference
    nullable = typed.nullable or (key is not None and key.typed.nullable)

    def evaluate(record: Record, lines: Lines) -> Decimal | None:
        on = day(record, lines)
        word = "" if key is None else key.evaluate(record, lines)
        if on is None or word is None:
            return None
        found = _found(table, column, name, on, written(word))
        assert isinstance(found, Decimal)
        return found

    return Number(Typed("decimal", nullable), evaluate)


def table_lookup(lookup: TableLookup, keys: Expression, scope: Scope) -> Expression:
    """The value of a keyed table, where `keys` gives the key. Raises ClashError."""
    table, column = _column(lookup.reference, scope)
    if table.key is None:
        message = say("the table of '{reference}' has no keys", reference=lookup.reference)
        raise ClashError("mapping-type", message, "use it in arithmetic: {reference: ..., at: ...}")
    if keys.typed.type not in {"text", "integer"}:
        message = say("`lookup` takes text or a whole number, and this is {words}", words=WORDS[keys.typed.type])
        raise ClashError("mapping-type", message, "map another field")
    day, at = day_of(lookup.at, scope)
    name, key_of = lookup.reference, keys.evaluate

    def evaluate(record: Record, lines: Lines) -> Value | None:
        word = key_of(record, lines)
        if word is None or empty(word):
            return None
        if (on := day(record, lines)) is None:
            raise CannotRenderError(say("'{at}' is empty, and chooses the row of {name}", at=lookup.at, name=name))
        return _found(table, column, name, on, written(word))

    return Expression(_typed(table, column, keys.typed.nullable or at.nullable, keys.typed), evaluate, keys.lines)


def day_of(name: str, scope: Scope) -> tuple[Day, Typed]:
    """The local day that a field of the record holds. Raises ClashError where it holds none."""
    field = from_field(name, scope)
    if field.typed.type not in DAYS:
        raise ClashError(
            "mapping-type",
            say("'{name}' is {words}, not a day", name=name, words=WORDS[field.typed.type]),
            "name a date field",
        )

    def evaluate(record: Record, lines: Lines) -> date | None:
        value = record.get(name)
        return None if value is None else local_day(value, scope)

    return evaluate, field.typed


def _column(reference: str, scope: Scope) -> tuple[ReferenceTable, str]:
    name, column = reference.split(".")
    table = scope.tables.get(name)
    if table is None or column not in table.columns:
        known = [f"{name}.{key}" for name, found in scope.tables.items() for key in found.columns]
        raise ClashError(
            "unknown-reference",
            say("there is no reference value '{reference}'", reference=reference),
            choice(reference, known),
        )
    return table, column


def _is_number(reference: str, table: ReferenceTable, column: str) -> None:
    if table.columns[column].type == "text":
        raise ClashError(
            "mapping-type",
            say("'{reference}' is text, not a number", reference=reference),
            "calculate with numbers only",
        )


def _key(term: Term, table: ReferenceTable, scope: Scope) -> Expression | None:
    if table.key is None:
        if term.key is not None:
            raise ClashError(
                "mapping-type",
                say("the table of '{reference}' has no keys", reference=term.reference),
                "leave out `key`",
            )
        return None
    if term.key is None:
        hint = "add key: the record's field with it"
        raise ClashError("missing-key", say("a value of '{reference}' needs a `key`", reference=term.reference), hint)
    found = from_field(term.key, scope)
    if found.typed.type not in {"text", "integer"}:
        raise ClashError(
            "mapping-type",
            say("'{key}' is {words}, not a key", key=term.key, words=WORDS[found.typed.type]),
            "name a text field",
        )
    return found


def _found(table: ReferenceTable, column: str, name: str, on: date, key: str) -> str | Decimal:
    found = table.value(column, on, key)
    if found is None:
        of = say(" for '{key}'", key=key) if key else ""
        raise CannotRenderError(say("{name} has no value{of} on {on}", name=name, of=of, on=on))
    return found


def _typed(table: ReferenceTable, column: str, nullable: bool, keys: Typed) -> Typed:  # noqa: FBT001 - a fact of the type
    values = tuple(value for each in table.keyed(column).values() for value in each if value is not None)
    if table.columns[column].type == "text":
        longest = max((len(str(value)) for value in values), default=0)
        return Typed("text", nullable, longest, None, keys.sensitive, values)
    decimals = max(
        (max(0, -int(value.as_tuple().exponent)) for value in values if isinstance(value, Decimal)), default=0
    )
    return Typed("decimal", nullable, None, decimals, keys.sensitive, values)
