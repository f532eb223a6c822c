"""Amounts that were calculated exactly: rounded line by line, and what is left over put on one line, or refused."""

from collections.abc import Mapping
from decimal import Decimal

from reconciler.mappings.numbers import half_up
from reconciler.mappings.refusal import CannotRenderError
from reconciler.specs.models.mapping import Rounding
from reconciler.specs.sentences import say


def rounded(amounts: Mapping[str, Decimal], rounding: Rounding) -> dict[str, Decimal]:
    """Amounts by line that sum to zero. Raises CannotRenderError where that is no matter of rounding."""
    made = {name: half_up(amount, rounding.decimals) for name, amount in amounts.items()}
    rest = -sum(made.values(), Decimal(0))
    if rest == 0:
        return made
    if abs(rest) > rounding.at_most:
        raise CannotRenderError(
            say("rounding leaves {abs} over, and at most {at_most} may be", abs=abs(rest), at_most=rounding.at_most)
        )
    if rounding.difference_on not in made:
        raise CannotRenderError(
            say(
                "rounding leaves {abs} over, and there is no line '{difference_on}'",
                abs=abs(rest),
                difference_on=rounding.difference_on,
            )
        )
    made[rounding.difference_on] += rest
    return made
