"""One field of a cron expression: text to values and back. Errors say what would be right.

What is accepted is what the parser inside Kubernetes accepts (robfig/cron v3, `parser.go`: `getField`, `getRange`),
less what it lets through by accident: empty items (`1,,2`), signs (`+5`), a range after a star (`*-5`), and steps so
wide that one value is left (`*/35` in the day field).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reconciler.specs.sentences import Sentence, both, say, verbatim

MAX_DIGITS = 4
QUARTZ = re.compile(r"[0-9]*[LW]+|[A-Z]{3}L|\w+#\w*", re.ASCII)
"""`L`, `LW`, `15W`, `FRIL`, `5#2`: last, nearest working day, nth weekday."""

RUN = 3
"""From this many neighbours on, values are written as a range or a step."""


class ExpressionInvalid(ValueError):
    """A schedule that cannot be read. `message` names the field, what is wrong and what would be right."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Field:
    """The name of a field in messages, its inclusive bounds, its names (the first stands for `low`)."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    nb: str = ""

    def wrong(self, form: str, item: str, **values: str | int) -> ExpressionInvalid:
        """What is wrong with an item of the field, by a form of ours in which both are named."""
        return ExpressionInvalid(say(form, field=both(self.name, self.nb or None), item=verbatim(item), **values))

    @property
    def everything(self) -> range:
        """All values of the field."""
        return range(self.low, self.high + 1)


MINUTE = Field("minute", 0, 59, nb="minutt")
HOUR = Field("hour", 0, 23, nb="time")
DAY = Field("day", 1, 31, nb="dag")
MONTH = Field(
    "month", 1, 12, ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), nb="måned"
)
WEEKDAY = Field("weekday", 0, 6, ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), nb="ukedag")
FIELDS = (MINUTE, HOUR, DAY, MONTH, WEEKDAY)


def read(field: Field, text: str) -> tuple[tuple[int, ...], bool]:
    """The values that `text` names, ascending, and whether a star was among its items.

    The star decides how day and weekday combine. As in robfig/cron, `*/1` is a star and `*/2` is not.
    """
    values: set[int] = set()
    star = False
    for item in text.split(","):
        span, step = _item(field, item)
        values.update(span[::step])
        star = star or (item[:1] in ("*", "?") and step == 1)
    return tuple(sorted(values)), star


def write(field: Field, values: Sequence[int]) -> str:
    """The shortest plain text for ascending `values`: `*`, `*/n`, `a-b/n`, or a list of numbers and ranges."""
    step = stride(values)
    if len(values) == len(field.everything):
        return "*"
    if step == 1 or len(values) < RUN or step is None:
        return ",".join(_range(run) for run in runs(values))
    if values[0] == field.low and values[-1] + step > field.high:
        return f"*/{step}"
    return f"{values[0]}-{values[-1]}/{step}"


def stride(values: Sequence[int]) -> int | None:
    """The constant distance between neighbours; None where it differs or there are fewer than two values."""
    gaps = {after - before for before, after in pairwise(values)}
    return gaps.pop() if len(gaps) == 1 else None


def runs(values: Sequence[int]) -> list[list[int]]:
    """`values` cut into stretches of neighbours; stretches shorter than three fall apart into single values."""
    stretches: list[list[int]] = []
    for value in values:
        if stretches and stretches[-1][-1] == value - 1:
            stretches[-1].append(value)
        else:
            stretches.append([value])
    return [part for run in stretches for part in ([run] if len(run) >= RUN else [[value] for value in run])]


def _range(run: list[int]) -> str:
    return str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}"


def _item(field: Field, item: str) -> tuple[range, int]:
    """The range and the step of one item; `5/15` means from 5 to the end of the field."""
    if not item:
        raise field.wrong("{field} has an empty item: write values between the commas, for instance 1,2", item)
    head, *steps = item.split("/")
    if len(steps) > 1:
        raise field.wrong("{field} {item} has two steps: write one, for instance */15", item)
    span = _span(field, head, item, open_ended=bool(steps))
    return span, _step(field, steps[0], item, span) if steps else 1


def _span(field: Field, head: str, item: str, *, open_ended: bool) -> range:
    if head in ("*", "?"):
        return field.everything
    ends = head.split("-")
    if len(ends) > 2 or "" in ends or {"*", "?"} & set(head):
        form = "{field} {item} is not a range: write * or, for instance, {low}-{high}"
        raise field.wrong(form, item, low=field.low, high=field.high)
    first, *rest = (_value(field, end) for end in ends)
    last = rest[0] if rest else (field.high if open_ended else first)
    if first > last:
        raise field.wrong("{field} {item} goes backwards: write {right}", item, right=_forwards(field, first, last))
    return range(first, last + 1)


def _value(field: Field, text: str) -> int:
    if text.upper() in field.names:
        return field.low + field.names.index(text.upper())
    number = _number(text)
    if number is None:
        raise field.wrong("{field} {item} is not a value: {expected}", text, expected=_expected(field, text))
    if number not in field.everything:
        form = "{field} {item} is outside {low}-{high}"
        if (field, number) == (WEEKDAY, 7):
            form = "{field} {item} is outside {low}-{high}: Sunday is 0 or SUN"
        raise field.wrong(form, text, low=field.low, high=field.high)
    return number


def _step(field: Field, text: str, item: str, span: range) -> int:
    step = _number(text)
    if not step:
        raise field.wrong("{field} {item} has no usable step: write a number from 1, for instance */15", item)
    if step > 1 and len(span[::step]) == 1:
        form = "{field} {item} steps past {last}, so only {first} is left: write {first}, or a step below {most}"
        raise field.wrong(form, item, first=span[0], last=span[-1], most=max(len(span), 2))
    return step


def _number(text: str) -> int | None:
    """The number, or None. Digits of other scripts and numbers beyond any field are not numbers here."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None


def _expected(field: Field, text: str) -> Sentence:
    if QUARTZ.fullmatch(text.upper()):
        return say(
            "L, W and # are not cron as Kubernetes reads it; for the last day write `every: monthly`, `on: last`"
        )
    if not field.names:
        return say("write {low}-{high}", low=field.low, high=field.high)
    ends = {"first": field.names[0], "last": field.names[-1]}
    return say("write {low}-{high}, or {first}-{last}", low=field.low, high=field.high, **ends)


def _forwards(field: Field, first: int, last: int) -> str:
    around = [*range(first, field.high + 1), *range(field.low, last + 1)]
    names = [field.names[value - field.low] if field.names else str(value) for value in around]
    return ",".join(names) if field.names else f"{first}-{field.high},{field.low}-{last}"
