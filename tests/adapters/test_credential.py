"""A credential becomes a header at the last moment, and is taken out of what comes back."""

import json

import httpx
import pytest

from reconciler.adapters.credential import DOTS, AsItLeaves, CredentialHeaders, cleaned
from reconciler.vaults.secret import Secret

VALUE = "q7Wm3xKp\"'\\%<&> L9vRt2YzB8n"
HEADERS = CredentialHeaders("X-Key", "token {token}", Secret({"token": VALUE}))


def test_the_header_is_there_for_who_asks_by_its_name_and_prints_as_dots():
    assert dict(HEADERS) == {"X-Key": f"token {VALUE}"}
    assert "q7Wm" not in f"{HEADERS} {HEADERS!r} {[HEADERS]}"
    with pytest.raises(KeyError):
        HEADERS["Authorization"]


def test_a_request_has_it_only_when_it_leaves():
    seen = []
    transport = httpx.MockTransport(lambda request: seen.append(request.headers["X-Key"]) or httpx.Response(200))
    with httpx.Client(auth=AsItLeaves(HEADERS), transport=transport) as client:
        request = client.build_request("POST", "http://127.0.0.1/")
        assert "X-Key" not in request.headers
        client.send(request)
    assert seen == [f"token {VALUE}"]


@pytest.mark.parametrize("form", ["{}", "token {}", "<{}>", "a {} b {} c"])
def test_text_and_trees_are_cleaned_of_it(form):
    text = form.format(VALUE, VALUE)
    found = cleaned({"a": [text, 7, None, True], text: json.dumps(text)}, HEADERS)
    assert "q7Wm" not in json.dumps(found)
    assert "2YzB" not in json.dumps(found)
    assert DOTS in found["a"][0]
    assert found["a"][1:] == [7, None, True]


def test_what_is_short_stays_since_it_would_stand_there_by_chance():
    short = CredentialHeaders("X-Key", "{pin}", Secret({"pin": "1234567"}))
    assert cleaned({"amount": "1234567.00"}, short) == {"amount": "1234567.00"}


def test_what_has_nothing_of_it_comes_back_as_it_was():
    tree = {"data": {"edges": [{"node": {"id": "1", "text": "token of thanks"}}]}}
    assert cleaned(tree, HEADERS) == tree


def test_a_credential_that_becomes_another_is_cleaned_of_in_its_new_form_at_once():
    fields = {"token": VALUE}

    class Renewed(Secret):
        def reveal(self):
            return dict(fields)

    headers = CredentialHeaders("X-Key", "token {token}", Renewed(fields))
    assert cleaned(f"bad {VALUE}", headers) == f"bad {DOTS}"
    fields["token"] = "Zr81-the-next-one"
    assert cleaned("bad Zr81-the-next-one", headers) == f"bad {DOTS}"
