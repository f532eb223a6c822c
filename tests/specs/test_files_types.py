"""A type of the protocol files says everything that a drop needs, or is told what is missing."""

from typing import Any

import pytest
from parts.declared import plain
from parts.dropbox import TYPE
from pydantic import ValidationError

from reconciler.specs.models.integration_type import IntegrationType


def declared(**drop: Any) -> dict[str, Any]:
    found = plain(TYPE)
    found["documents"]["visit"]["create"]["drop"] |= drop
    return found


def problem(kind: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        IntegrationType.model_validate(kind)
    return str(caught.value)


def test_a_drop_can_be_asked_for_what_it_carried_without_any_lookup() -> None:
    create = IntegrationType.model_validate(declared()).documents["visit"].create
    assert (create.idempotency, create.lookups, create.can_be_asked) == ("A", [], True)


@pytest.mark.parametrize(
    "drop",
    [
        {"name": "today.csv"},
        {"acknowledgement": "ack/answer.json"},
        {"refusals": {"file": "err/all.csv", "reference": "r", "message": "m"}},
    ],
)
def test_every_name_holds_the_batch(drop: dict[str, Any]) -> None:
    assert "need `{batch}` in them" in problem(declared(**drop))


@pytest.mark.parametrize("place", ["../in", "/in", "in/../../x", "in//x", ".ssh", "in/.hidden", "in\\x", "in x", ""])
def test_a_folder_never_leads_up_or_to_what_is_hidden(place: str) -> None:
    assert "String should match pattern" in problem(declared(folder=place))


@pytest.mark.parametrize("name", ["../{batch}", "in/{batch}.csv", ".{batch}", "{batch} .csv"])
def test_a_name_is_one_step(name: str) -> None:
    assert "String should match pattern" in problem(declared(name=name))


def test_columns_and_the_amount_are_fields_of_the_document() -> None:
    assert "not among `fields`: sum" in problem(declared(amount="sum"))
    assert "not among `fields`: ours" in problem(declared(columns=["reference", "ours"]))


def test_the_login_names_what_is_declared() -> None:
    kind = declared()
    kind["auth"] = {"scheme": "ssh", "user": "login", "host_key": "pin"}
    assert "not among the settings: login, pin" in problem(kind)
    kind["auth"] = {"scheme": "ssh", "secret": "key"}
    assert "logs in by the credential's field `key`: declare it" in problem(kind)


def test_files_and_ssh_belong_together() -> None:
    kind = declared()
    kind["auth"] = {"scheme": "header", "header": "X", "format": "{secret}"}
    assert "the protocol files goes with the scheme ssh" in problem(kind)
