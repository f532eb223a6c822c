"""A time to keep content is one that people mean, and a key that stays for good is no national identity number."""

import pytest
from pydantic import TypeAdapter, ValidationError

from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.retention import Retention

LABEL = {"en": "x", "nb": "x"}


@pytest.mark.parametrize("text", ["0d", "0s", "3600s", "3661d", "99999999999999d", "-1d", "a year", ""])
def test_a_time_that_nobody_means_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Retention).validate_python(text)


@pytest.mark.parametrize("text", ["1d", "24h", "400d", "3660d"])
def test_a_time_between_a_day_and_ten_years_is_taken(text: str) -> None:
    assert TypeAdapter(Retention).validate_python(text) == text


def test_the_key_of_a_record_is_no_national_identity_number() -> None:
    fields = {"id": {"type": "text", "required": "true", "personal": "national_id", "label": LABEL}}
    fields["at"] = {"type": "date", "label": LABEL}
    body = {"label": LABEL, "relation": "app.x", "key": "id", "organization": "o", "cut_over": "at"}
    with pytest.raises(ValidationError, match="keys stay in the ledger for good"):
        DataCategory.model_validate({**body, "fields": fields, "samples": [{"id": "1"}]})
