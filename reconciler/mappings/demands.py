"""What a target field asks of a value: known beforehand where it can be, else asked of every value on its way out."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal

from reconciler.mappings.numbers import half_up, written_rounded
from reconciler.mappings.pipeline import unchanged
from reconciler.mappings.refusal import CannotRenderError, ClashError
from reconciler.mappings.values import WORDS, Typed, Value, convert, written
from reconciler.specs.models.integration_type import TargetField
from reconciler.specs.sentences import both, norwegian, say
from reconciler.specs.wording import choice, quoted

Wire = str | int | bool
"""A value as it stands in a payload: decimals and dates as text, so that no rounding can happen on the way."""
Writer = Callable[[Value], Wire]
TEXTUAL = frozenset({"text", "reference"})
NUMERIC = frozenset({"decimal", "money"})
MONEY_DECIMALS = 2


def writer(target: TargetField, found: Typed, *, rounded: bool = False) -> Writer:
    """The closure that makes a value of type `found` stand in a payload. It raises CannotRenderError.

    `rounded`: a number has the decimals of its type already.
    """
    write = _plain(target, found)
    if rounded and found.type == "decimal" and (target.type == "decimal" or found.decimals == decimals_of(target)):
        write = str  # never an exponent: it has six decimals at most
    ask = _ask(target, found)
    if ask is None:
        return write
    if write is unchanged:
        return _passed(ask)

    def asked(value: Value) -> Wire:
        made = write(value)
        ask(made)
        return made

    return asked


def _passed(ask: Callable[[Wire], None]) -> Writer:
    def asked(value: Value) -> Wire:
        ask(value)  # type: ignore[arg-type] # it stands in the payload as it is
        return value  # type: ignore[return-value]

    return asked


def constant(text: str, target: TargetField) -> Wire:
    """A constant as it stands in a payload. Raises ClashError where it does not fit."""
    try:
        made = _constant(text, target)
    except (ValueError, ArithmeticError, LookupError) as error:
        message: str = say("the constant '{text}' does not fit: {words} is wanted", text=text, words=WORDS[target.type])
        raise ClashError("mapping-type", message, "write another constant") from error
    try:
        if (ask := _ask(target, Typed("text"))) is not None:
            ask(made)
    except CannotRenderError as error:
        raise ClashError("mapping-type", _of_constant(str(error)), "write another constant") from None
    return made


def _of_constant(said: str) -> str:
    """What is said of a text, of a constant."""
    own = norwegian(said)
    return both(
        str.replace(said, "the text has", "the constant has"),
        own and own.replace("teksten har", "den faste verdien har"),
    )


def decimals_of(target: TargetField) -> int | None:
    """The most decimals that a number may have there; None where nobody says."""
    return MONEY_DECIMALS if target.type == "money" and target.decimals is None else target.decimals


def check(to: str, found: Typed, target: TargetField) -> None:
    """Raises ClashError where some value of type `found` is sure not to fit, or might be too long."""
    if target.type in NUMERIC:
        _check_decimals(to, found, target)
    if target.type in TEXTUAL:
        _check_length(to, found, target)
    ask = _ask(target, found)
    if ask is None or found.values is None:
        return
    write = _plain(target, found)
    for value in found.values:
        try:
            ask(write(value))
        except CannotRenderError as error:
            hint = choice(str(value), target.values) if target.values else "change what it is made of"
            raise ClashError(
                "mapping-type",
                say("'{to}' may become {written}: {error}", to=to, written=quoted(written(value)), error=error),
                hint,
            ) from None


def _check_decimals(to: str, found: Typed, target: TargetField) -> None:
    if found.decimals is None:
        raise ClashError(
            "mapping-type", say("'{to}' needs a fixed number of decimals", to=to), "add number: {decimals: 2}"
        )
    most = decimals_of(target)
    if most is not None and found.decimals > most:
        message = say(
            "'{to}' takes {most} decimals, and this has {decimals}", to=to, most=most, decimals=found.decimals
        )
        raise ClashError("mapping-type", message, say("add number: {{decimals: {most}}}", most=most))


def _check_length(to: str, found: Typed, target: TargetField) -> None:
    if target.max_length and (found.longest is None or found.longest > target.max_length):
        longest = say("up to {count}", count=found.longest) if found.longest else "any number of"
        message = say(
            "'{to}' takes {max_length} characters, and this has {longest}",
            to=to,
            max_length=target.max_length,
            longest=longest,
        )
        raise ClashError(
            "mapping-type", message, say("add truncate: {{length: {max_length}}}", max_length=target.max_length)
        )


def _plain(target: TargetField, found: Typed) -> Writer:
    match target.type:
        case "integer" | "boolean":
            return unchanged  # type: ignore[return-value] # a whole number, or true or false, by its type
        case "decimal" | "money":
            return _number(decimals_of(target) if target.type == "money" else found.decimals, found)
        case "date":
            return date.isoformat  # type: ignore[return-value] # a date, by its type
        case _:
            return unchanged if found.type == "text" else written  # type: ignore[return-value] # text, by its type


def _number(decimals: int | None, found: Typed) -> Writer:
    write = written_rounded(decimals or 0)
    if found.type == "integer":
        return lambda value: write(Decimal(value))  # type: ignore[arg-type] # a whole number, by its type
    return write  # type: ignore[return-value] # a decimal, by its type


def _constant(text: str, target: TargetField) -> Wire:
    match target.type:
        case "integer":
            return int(text)
        case "decimal" | "money":
            number = convert("decimal", text)
            assert isinstance(number, Decimal)
            decimals, own = decimals_of(target), max(0, -int(number.as_tuple().exponent))
            if decimals is not None and own > decimals:
                raise ValueError("more decimals than fit")
            return written(half_up(number, decimals) if target.type == "money" and decimals is not None else number)
        case "boolean":
            return {"true": True, "false": False}[text]
        case "date":
            return date.fromisoformat(text).isoformat()
        case "instant":
            if datetime.fromisoformat(text).tzinfo is None:
                raise ValueError("an instant needs a zone")
            return text
        case _:
            return text


def _ask(target: TargetField, found: Typed) -> Callable[[Wire], None] | None:
    """Every demand that is not sure to be met, as one closure; None where there is none."""
    asks = list(_texts(target)) if target.type in TEXTUAL else list(_range(target))
    if not asks:
        return None
    if len(asks) == 1:
        return asks[0]

    def ask(made: Wire) -> None:
        for each in asks:
            each(made)

    return ask


def _texts(target: TargetField) -> Iterator[Callable[[Wire], None]]:
    if target.max_length is not None or target.min_length:
        yield _length(target)
    if target.pattern is not None:
        yield _form(target.pattern)
    if target.values is not None:
        yield _listed(frozenset(target.values))


def _length(target: TargetField) -> Callable[[Wire], None]:
    least, most = target.min_length or 0, target.max_length

    def ask(made: Wire) -> None:
        characters = len(str(made))
        if most is not None and characters > most:
            raise CannotRenderError(
                say("the text has {characters} characters; {most} fit", characters=characters, most=most)
            )
        if characters < least:
            raise CannotRenderError(
                say(
                    "the text has {characters} characters; at least {least} are wanted",
                    characters=characters,
                    least=least,
                )
            )

    return ask


def _form(pattern: str) -> Callable[[Wire], None]:
    matches = re.compile(pattern).fullmatch

    def ask(made: Wire) -> None:
        if not matches(str(made)):
            raise CannotRenderError(say("the text is not in the form that is wanted there: {pattern}", pattern=pattern))

    return ask


def _listed(known: frozenset[str]) -> Callable[[Wire], None]:
    def ask(made: Wire) -> None:
        if made not in known:
            raise CannotRenderError("the text is not one of the values that may stand there")

    return ask


def _range(target: TargetField) -> Iterator[Callable[[Wire], None]]:
    least, most = target.minimum, target.maximum
    if least is None and most is None:
        return

    def inside(made: Wire) -> None:
        number = Decimal(made)
        if least is not None and number < least:
            raise CannotRenderError(say("{made} is less than {least}, the least that fits", made=made, least=least))
        if most is not None and number > most:
            raise CannotRenderError(say("{made} is more than {most}, the most that fits", made=made, most=most))

    yield inside
