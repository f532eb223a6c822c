"""How numbers are rounded and written: half-up, with the marks of the country, or in minor units."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from reconciler.specs.models.terms import NumberFormat

MARKS: Mapping[str, str] = {
    "none": "",
    "space": " ",
    "no_break_space": "\u00a0",
    "point": ".",
    "comma": ",",
}
LONGEST = 40
"""Characters of the longest number: twenty-eight digits, their separators, a mark and a sign."""


def half_up(value: Decimal, decimals: int) -> Decimal:
    """Round half away from zero, as accountants do (design.md 4.20). Never a negative zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0


def rounder(decimals: int) -> Callable[[Decimal], Decimal]:
    """`half_up` with the decimals worked out beforehand."""
    unit = Decimal(1).scaleb(-decimals)
    zero = Decimal(0).quantize(unit)
    # `or`: a rounded zero may be negative, and nothing else is false.
    return lambda value: value.quantize(unit, ROUND_HALF_UP) or zero


def written_rounded(decimals: int) -> Callable[[Decimal], str]:
    """`rounder`, and the number as text without an exponent: `str` writes none up to six decimals."""
    unit = Decimal(1).scaleb(-decimals)
    zero = Decimal(0).quantize(unit)
    if decimals > 6:
        return lambda value: f"{value.quantize(unit, ROUND_HALF_UP) or zero:f}"
    return lambda value: str(value.quantize(unit, ROUND_HALF_UP) or zero)


def minor_units(decimals: int) -> Callable[[Decimal], int]:
    """12.50 with two decimals is 1250."""
    rounded = rounder(decimals)
    return lambda value: int(rounded(value).scaleb(decimals))


def marked(form: NumberFormat) -> Callable[[Decimal], str]:
    """The number as text: 12 345,60."""
    rounded, mark, thousands = rounder(form.decimals), MARKS[form.decimal], MARKS[form.thousands]

    def write(value: Decimal) -> str:
        text = f"{rounded(value):,f}"
        return text.translate({ord(","): thousands, ord("."): mark})

    return write
