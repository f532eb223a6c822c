"""Norwegian identifiers and their check digits (research: external-systems.md 10.1). No message repeats a value.

Each check takes the digits alone: no blanks, no points. `text: digits` in a mapping makes them so.
"""

from collections.abc import Callable, Mapping
from datetime import date

_ORGANIZATION = (3, 2, 7, 6, 5, 4, 3, 2)
_ACCOUNT = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_NATIONAL_1 = (3, 7, 6, 1, 8, 9, 4, 5, 2)
_NATIONAL_2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_FIRST_REMAINDERS = (0, 1, 2, 3)
"""What the first check digit may leave over: 0 until 2031, 0 to 3 for numbers issued from 2032, side by side."""


def organization_number(value: str) -> str:
    """A Norwegian organisasjonsnummer: nine digits, the last a modulus-11 check.

    Raises ValueError where the digits do not add up.
    """
    _digits(value, "an organisation number has nine digits, such as 974760673", 9)
    if value[8] != _mod11(value[:8], _ORGANIZATION):
        raise ValueError("the check digit of the organisation number is wrong")
    return value


def account_number(value: str) -> str:
    """A Norwegian kontonummer: eleven digits, the last a modulus-11 check. Raises ValueError."""
    _digits(value, "an account number has eleven digits, such as 86011117947", 11)
    if value[10] != _mod11(value[:10], _ACCOUNT):
        raise ValueError("the check digit of the account number is wrong")
    return value


def kid(value: str) -> str:
    """A KID by either rule; which of the two one is, is the creditor's agreement. Raises ValueError."""
    if not (_kid_mod10(value) or _kid_mod11(value)):
        raise ValueError("the check digit of the KID is wrong by both rules")
    return value


def kid_mod10(value: str) -> str:
    """A KID of 2 to 25 digits whose last is Luhn's check. Raises ValueError."""
    if not _kid_mod10(value):
        raise ValueError("the check digit of the KID is wrong by modulus 10")
    return value


def kid_mod11(value: str) -> str:
    """A KID of 2 to 25 characters whose last is a modulus-11 check, a hyphen where that is ten. Raises ValueError."""
    if not _kid_mod11(value):
        raise ValueError("the check digit of the KID is wrong by modulus 11")
    return value


def national_id(value: str) -> str:
    """A foedselsnummer or D-number, issued before 2032 or from then on; synthetic ones of the test registers too.

    From 2032 the number tells neither century nor gender (Skatteetaten, nyttfnr2032.md), so that the day is only
    checked to be in some year's calendar. Raises ValueError.
    """
    _digits(value, "a national identity number has eleven digits", 11)
    if not _birthday(value):
        raise ValueError("the national identity number does not begin with a day")
    numbers = [int(digit) for digit in value]
    first = sum(digit * weight for digit, weight in zip(numbers, (*_NATIONAL_1, 1), strict=False)) % 11
    second = sum(digit * weight for digit, weight in zip(numbers, (*_NATIONAL_2, 1), strict=False)) % 11
    if first not in _FIRST_REMAINDERS or second != 0:
        raise ValueError("the check digits of the national identity number are wrong")
    return value


CHECKS: Mapping[str, Callable[[str], str]] = {
    "organisasjonsnummer": organization_number,
    "kontonummer": account_number,
    "kid": kid,
    "kid_mod10": kid_mod10,
    "kid_mod11": kid_mod11,
    "foedselsnummer": national_id,
}
"""Every check by the word that a mapping uses."""


def _digits(value: str, wanted: str, length: int) -> None:
    if len(value) != length or not value.isascii() or not value.isdigit():
        raise ValueError(wanted)


def _mod11(digits: str, weights: tuple[int, ...]) -> str:
    """The check digit; `-` where there is none, because it would be ten."""
    rest = -sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return "-" if rest == 10 else str(rest)


def _kid_shaped(value: str) -> bool:
    return 2 <= len(value) <= 25 and value.isascii() and value[:-1].isdigit()


def _kid_mod10(value: str) -> bool:
    if not _kid_shaped(value) or not value.isdigit():
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(value)))
    return sum(sum(divmod(each, 10)) for each in doubled) % 10 == 0


def _kid_mod11(value: str) -> bool:
    if not _kid_shaped(value):
        return False
    weights = tuple(2 + place % 6 for place in range(len(value) - 1))[::-1]
    return value[-1] == _mod11(value[:-1], weights)


def _birthday(value: str) -> bool:
    """Day and month, where a D-number adds 40 to the day, and an H-number 40, a synthetic one 80 to the month."""
    day, month = int(value[:2]), int(value[2:4])
    day -= 40 if day > 40 else 0
    month -= next((shift for shift in (80, 40) if month > shift), 0)
    try:
        # A leap year: which year it is, nobody can tell.
        date(2000, month, day)
    except ValueError:
        return False
    return True
