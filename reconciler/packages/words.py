"""The Norwegian words of a package, and numbers and days as Norwegian readers expect them."""

from collections.abc import Mapping
from decimal import Decimal

from reconciler.packages.cells import norwegian
from reconciler.reports.document import Cell

SCOPES: Mapping[str, str] = {"local": "lokalt", "region": "regionalt", "national": "hele landet"}
SEVERITIES: Mapping[str, str] = {"error": "Feil", "warning": "Advarsel"}
NOT_SHOWN = "vises ikke"
_APART = "\u00a0"


def grouped(value: int | Decimal | None) -> str:
    """A number with its thousands apart, 14 211,50; a word where it is withheld."""
    if value is None:
        return NOT_SHOWN
    number = f"{value:,}" if isinstance(value, int) else f"{value:,f}"
    return number.replace(",", _APART).replace(".", ",").replace("-", "−")


def shown(cell: Cell) -> str:
    """A cell on paper."""
    return grouped(cell) if isinstance(cell, int | Decimal) and not isinstance(cell, bool) else norwegian(cell)
