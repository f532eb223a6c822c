"""Money as people read it, wherever it is shown: `84 000.50`."""

from decimal import Decimal


def grouped(value: Decimal) -> str:
    """`84 000.50`: two decimals, thousands apart."""
    return f"{value:,.2f}".replace(",", " ")


def money(value: Decimal) -> str:
    """`NOK 84 000.50`"""
    return f"NOK {grouped(value)}"
