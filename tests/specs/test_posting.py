"""What a type says of posting, of lookups by number, and of its family: and what does not fit together."""

from typing import Any

import pytest
from parts.business_central import declared
from pydantic import ValidationError

from reconciler.specs.models.integration_type import IntegrationType


def changed(*path: str, value: Any) -> dict[str, Any]:
    """The built-in type with another value at a path; without that key where it is None."""
    body = declared()
    held = body
    for step in path[:-1]:
        held = held[step]
    held[path[-1]] = value
    if value is None:
        del held[path[-1]]
    return body


CREATE = ("documents", "voucher", "create")
COST_CENTER = ("documents", "voucher", "fields", "costCenter", "entry")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (changed(*CREATE, "number", value=None), "a lookup by number needs `number`"),
        (changed(*CREATE, "number", value="voucherNumber"), "not among `fields`: voucherNumber"),
        (changed(*CREATE, "lookups", value=declared()["documents"]["voucher"]["create"]["lookups"][:1]), "`posted`"),
        (changed("protocol", value="rest"), "the protocol rest has no"),
        (changed("pace", value={"requests": 24, "seconds": 7}), "72 parts begin within 20 seconds"),
        (changed(*COST_CENTER, "keys", value={"code": "{dimension}"}), "not among the settings: dimension"),
    ],
)
def test_a_type_that_does_not_fit_together_is_refused(body: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        IntegrationType.model_validate(body)


def test_the_built_in_type_belongs_to_its_family() -> None:
    assert IntegrationType.model_validate(declared()).family == "dynamics"
