"""Money as people read it, wherever it is shown: `84 000.50`, `84 000,50`."""

from decimal import Decimal

from reconciler.specs.languages import Language


def grouped(value: Decimal, language: Language = "en") -> str:
    """`84 000.50`, `84 000,50`: two decimals, thousands apart."""
    found = f"{value:,.2f}".replace(",", " ")
    return found if language == "en" else found.replace(".", ",")


def money(value: Decimal, language: Language = "en") -> str:
    """`NOK 84 000.50`, `kr 84 000,50`"""
    return f"{'NOK' if language == 'en' else 'kr'} {grouped(value, language)}"
