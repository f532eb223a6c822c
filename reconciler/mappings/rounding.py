"""Amounts that were calculated exactly: rounded line by line, and what is left over put on one line, or refused."""

from collections.abc import Mapping
from decimal import Decimal

from reconciler.mappings.numbers import half_up
from reconciler.mappings.refusal import CannotRenderError
from reconciler.specs.models.mapping import Rounding


def rounded(amounts: Mapping[str, Decimal], rounding: Rounding) -> dict[str, Decimal]:
    """Amounts by line that sum to zero. Raises CannotRenderError where that is no matter of rounding."""
    made = {name: half_up(amount, rounding.decimals) for name, amount in amounts.items()}
    rest = -sum(made.values(), Decimal(0))
    if rest == 0:
        return made
    if abs(rest) > rounding.at_most:
        raise CannotRenderError(f"rounding leaves {abs(rest)} over, and at most {rounding.at_most} may be")
    if rounding.difference_on not in made:
        raise CannotRenderError(f"rounding leaves {abs(rest)} over, and there is no line '{rounding.difference_on}'")
    made[rounding.difference_on] += rest
    return made
