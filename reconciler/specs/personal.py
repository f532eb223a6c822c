"""Identity numbers, e-mail addresses and telephone numbers in words that come from outside. Names cannot be known.

What is taken out leaves a mark, so that the rest can be understood. Record values are never changed by this.
"""

import re
import unicodedata

from reconciler.specs import identifiers

TAKEN_OUT = "[taken out]"
_DIGITS = 8
# OData writes the names of its annotations like addresses: hlf_Contact@odata.bind.
_EMAIL = re.compile(r"[\w.!#$%&*+/=?^{|}~-]{1,64}@(?!odata\.)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.IGNORECASE)
# Also with a blank, a point or a hyphen behind the day of birth. Part of a longer word or number it is something else.
NATIONAL_ID = re.compile(r"(?<![^\W_])(\d{6})[ .-]?(\d{5})(?![^\W_])", re.ASCII)
# A system that calls one wrong repeats it: then its check digits are no test. That reading is ours.
_CALLED_ID = re.compile(
    r"((?:f(?:ø|oe|o)dsels|person|d-)n(?:umme)?r|fnr|ssn|national (?:identity|id)|identity number)"
    r"(\D{0,40})(\d(?:[ .-]?\d){9,11})(?!\d)",
    re.IGNORECASE | re.ASCII,
)
_TELEPHONES = (
    re.compile(r"(?<![\w-])(?:\+[1-9](?:[ .-]?\d){8,13}|0047(?:[ .-]?\d){8})(?!\d)", re.ASCII),
    # Norwegian numbers have eight digits and begin with 2 to 9; people write 22 33 44 55 and 922 33 445. In one piece
    # eight digits are a telephone number only behind a word that says so: else they may number anything.
    re.compile(r"(?<![\w.,-])(?:[2-9]\d \d\d \d\d \d\d|[2-9]\d\d \d\d \d\d\d)(?![\w,-])", re.ASCII),
)
_CALLED_TELEPHONE = re.compile(
    r"\b((?:tlf|tel|telefon|telephone|phone|mobil|mobile|mob)\w*[^\d\w]{1,20})([2-9](?:[ .-]?\d){7})(?!\d)",
    re.IGNORECASE | re.ASCII,
)


def impersonal(text: str) -> str:
    """The text with `[taken out]` in the place of whatever names a person by number or address. Twice is once."""
    if len(text) < 5 or ("@" not in text and "＠" not in text and not _many_digits(text)):
        return text
    shown = plain(text)
    made = NATIONAL_ID.sub(_unless_other, shown)
    made = _CALLED_ID.sub(rf"\1\2{TAKEN_OUT}", made)
    made = _CALLED_TELEPHONE.sub(rf"\1{TAKEN_OUT}", made)
    for pattern in _TELEPHONES:
        made = pattern.sub(TAKEN_OUT, made)
    if "@" in made:
        made = _EMAIL.sub(TAKEN_OUT, made)
    return text if made == shown else made


def _many_digits(text: str) -> bool:
    """Cheap, for every message is asked."""
    return sum(map(str.isdecimal, text)) >= _DIGITS


def plain(text: str) -> str:
    """Digits and blanks in their usual forms: what a person reads as a number is looked for as one."""
    if text.isascii():
        return text
    shown = (character for character in unicodedata.normalize("NFKC", text) if unicodedata.category(character) != "Cf")
    return "".join(map(_usual, shown))


def _usual(character: str) -> str:
    if character.isspace():
        return " "
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def is_national_id(found: re.Match[str]) -> bool:
    """Whether what NATIONAL_ID found is one: its check digits say so."""
    try:
        identifiers.national_id(found[1] + found[2])
    except ValueError:  # eleven digits that number something else
        return False
    return True


def _unless_other(found: re.Match[str]) -> str:
    return TAKEN_OUT if is_national_id(found) else found[0]
