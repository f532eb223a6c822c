"""Sentences of the engine that pages show in Norwegian too: English text that knows how it is said there.

A sentence is a text like any other, so that it goes wherever texts go: programs and the command line get English. Its
form is its id, and the values stand in it by name; the Norwegian forms stand in `specs.norwegian`, by the English ones.
What was written down as mere text is found again only where nothing stands in it.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reconciler.specs.languages import Language, day
from reconciler.specs.models.shared import Label
from reconciler.specs.money import money
from reconciler.specs.norwegian import FORMS


class Sentence(str):
    """An English text; `nb` is the same in Norwegian, None where nobody has said it there. `form` is its id, if any."""

    __slots__ = ("form", "nb")
    nb: str | None
    form: str

    def __str__(self) -> str:
        """Itself, so that an error made of it says it in both."""
        return self

    def lower(self) -> "Sentence":
        """In small letters, in both."""
        return both(str.lower(self), None if self.nb is None else self.nb.lower())


def say(form: str, /, **values: Any) -> Sentence:
    """A sentence of a form; days, moments, labels and other sentences may stand in it, as may words of `FORMS`.

    A text between quotes is a name or a value that somebody wrote: it stands there as it is.
    """
    own = FORMS.get(form)
    said = {name: _said(form, name, value) for name, value in values.items()} if own is not None else {}
    nb = own.format_map(said) if own is not None and None not in said.values() else None
    return both(form.format_map(values), nb, form)


def verbatim(text: str) -> Sentence:
    """What somebody wrote, or a record holds: the same in both, even where it is a word of ours."""
    return both(text, text)


def both(en: str, nb: str | None, form: str = "") -> Sentence:
    """What is said in its own way in either language."""
    found = Sentence(en)
    found.nb, found.form = nb, form
    return found


def named(label: Label) -> Sentence:
    """A name for people."""
    return both(label.en, label.nb)


def joined(parts: Iterable[str], between: str = "") -> Sentence:
    """Several as one; what is no sentence stands in it as it is."""
    found = list(parts)
    own = [_norwegian(each) for each in found]
    known = [each for each in own if each is not None]
    return both(between.join(found), FORMS.get(between, between).join(known) if len(known) == len(own) else None)


def money_in(value: Decimal) -> Sentence:
    """`NOK 84 000.50`, `kr 84 000,50`"""
    return both(money(value), money(value, "nb"))


def moment_in(at: datetime) -> Sentence:
    """`2026-03-02 08:00 CET`, `2. mars 2026 kl. 08.00`: local, as it is given."""
    return both(f"{at:%Y-%m-%d %H:%M %Z}".strip(), _norwegian(at))


def counted(count: int, one: str, many: str = "") -> Sentence:
    """`1 record`, `3 records`."""
    return say(f"{{count}} {one if count == 1 else many or one + 's'}", count=count)


def spoken(text: str, language: Language) -> str:
    """A sentence in a language; English where nobody knows it in that one."""
    return own if language == "nb" and (own := norwegian(text)) is not None else str.__str__(text)


def norwegian(text: str) -> str | None:
    """A sentence in Norwegian; None where nobody knows it there."""
    return text.nb if isinstance(text, Sentence) else FORMS.get(text)


def _said(form: str, name: str, value: Any) -> Any:
    quoted = f"'{{{name}}}'" in form or f"{{{name}!r}}" in form
    return value if type(value) is str and quoted else _norwegian(value)


def _norwegian(value: Any) -> Any:
    """A value as it stands in a Norwegian sentence; None for a sentence that nobody knows there."""
    match value:
        case Sentence():
            return value.nb
        case str():
            return FORMS.get(value, value)
        case Label():
            return value.nb
        case datetime():
            return f"{day(value, 'nb')} kl. {value:%H.%M}"
        case date():
            return day(value, "nb")
        case None:
            return "None"
        case _:
            return value
