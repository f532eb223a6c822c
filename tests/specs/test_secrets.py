"""What must never stand in a spec, what may, and that no message repeats it."""

import pytest

from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.parse import parse
from reconciler.specs.secrets import MASK, is_personal
from reconciler.specs.wording import quoted

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
JWT = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
REFUSED = {
    "a password": ("settings", "password", "kaffe"),
    "a password in Norwegian": ("settings", "passord", "kaffe"),
    "a client secret": ("settings", "clientSecret", "kaffe"),
    "an access token": ("settings", "accessToken", "kaffe"),
    "an API key": ("settings", "x-api-key", "kaffe"),
    "a PEM key": ("settings", "note", "-----BEGIN RSA PRIVATE KEY-----"),
    "a JWT": ("settings", "note", JWT),
    "a JWT in an annotation": ("annotations", "note", JWT),
    "a GitHub token": ("settings", "note", TOKEN),
    "a GitHub token in any other place": ("contacts", "note", TOKEN),
    "a fine-grained GitHub token": ("settings", "note", "github_pat_" + "11ABCDEFG0abcdefghijkl"),
    "a Vault token": ("settings", "note", "hvs." + "CAESIJ1234567890abcdefgh"),
    "a header": ("settings", "note", "token " + "abc123def456ghi789jkl"),
    "a bearer header": ("settings", "note", "Bearer " + "abc123def456ghi789jkl"),
    "a basic header": ("settings", "note", "Basic " + "a2FyaTpodW50ZXIyMTIzNA=="),
    "an address with a password": ("settings", "url", "https://kari:hunter2@example.org/"),
    "long opaque text": ("settings", "note", "q7Wm3xKpL9vRt2YzB8nCf5HdJ4sGa6Ee"),
    "thirty-two hexadecimal digits": ("settings", "note", "9f86d081884c7d659a2feaa0c55ad015"),
    "a credential's name that is a value": ("credentials", "name", "q7wm3xkpl9vrt2yzb8ncf5hdj4sga6ee"),
}
ALLOWED = {
    "a uuid": ("settings", "tenant", "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"),
    "a uuid in capitals": ("settings", "tenant", "5F0C7B52-8D0E-4D5C-9A51-31B4F1D0A007"),
    "an entity number": ("settings", "entity", "31007"),
    "an organisation number": ("settings", "number", "971272643"),
    "a sentence": (
        "annotations",
        "note",
        "Basic administrasjonsopplegg is agreed with the accountants, see token policy",
    ),
    "a long slug": ("settings", "note", "norges-blindeforbund-avdeling-oslo-og-akershus"),
    "a path": ("settings", "folder", "receipts/2026/norges-blindeforbund/avdeling"),
    "an address": ("settings", "url", "https://blindeforbundet.crm4.dynamics.com/api/data/v9.2/"),
    "cron": ("annotations", "cron", "30 3 * * 1-5"),
    "GraphQL": ("annotations", "query", "query ($keys: [String!]!) { glImportItems(first: 10) { edges } }"),
    "a token's format": ("annotations", "format", "token {token}"),
    "the name of a credential": ("credentials", "name", "xledger-sandbox-credential-of-2026"),
}


def found(place: str, key: str, value: str) -> list[str]:
    parents = "metadata:\n  name: x\n  annotations: " if place == "annotations" else f"spec:\n  {place}: "
    text = f"apiVersion: reconciler/v1\nkind: Integration\n{parents}\n    {key}: '{value}'\n"
    return [str(each) for each in parse("orgs/demo/x.yaml", text.encode()).diagnostics]


@pytest.mark.parametrize(("place", "key", "value"), REFUSED.values(), ids=REFUSED)
def test_what_looks_like_a_credential_is_refused_and_not_repeated(place, key, value):
    messages = found(place, key, value)
    assert any("[plaintext-secret]" in each for each in messages)
    assert not any(value in each for each in messages)


@pytest.mark.parametrize(("place", "key", "value"), ALLOWED.values(), ids=ALLOWED)
def test_what_only_looks_long_may_stand(place, key, value):
    assert not any("[plaintext-secret]" in each for each in found(place, key, value))


def test_a_credential_as_a_key_is_refused_and_not_repeated():
    messages = found("settings", TOKEN, "x") + found("other", TOKEN, "x")
    assert sum("[plaintext-secret]" in each for each in messages) == 2
    assert not any(TOKEN in each for each in messages)


def test_a_credential_in_a_field_with_rules_of_its_own_is_not_repeated_by_them():
    text = f"apiVersion: {TOKEN}\nkind: {TOKEN}\nmetadata: {TOKEN}\nspec: {TOKEN}\n"
    assert TOKEN not in "".join(str(each) for each in parse("orgs/demo/x.yaml", text.encode()).diagnostics)


SMUGGLED = {
    "a long key that stands twice": f"kind: x\n{'x' * 40}-{TOKEN}: a\n{'x' * 40}-{TOKEN}: b\n",
    "a key that stands twice": f"kind: x\n{TOKEN}: a\n{TOKEN}: b\n",
    "a name among others": f"kind: DataCategory\nmetadata: {{name: x}}\nspec: {{key: {TOKEN.lower()}, subject: a}}\n",
    "a name of a kind": f"kind: [{TOKEN}]\nmetadata: ~\n",
    "an apiVersion in a list": f"apiVersion: [{TOKEN}]\n",
    "a document that is only this": f"'{TOKEN}'\n",
    "a list that is only this": f"- {TOKEN}\n",
}


@pytest.mark.parametrize("text", SMUGGLED.values(), ids=SMUGGLED)
def test_no_message_repeats_a_credential_wherever_it_stands(text):
    messages = "".join(str(each) for each in parse("orgs/demo/x.yaml", text.encode()).diagnostics)
    assert messages
    assert TOKEN.lower()[:9] not in messages.lower()


def test_a_value_is_quoted_on_one_line_cut_and_never_if_it_holds_a_credential():
    assert quoted("a\nb") == "'a b'"
    assert quoted("x" * 61) == f"'{'x' * 60}...'"
    assert quoted("x" * 50 + " " + TOKEN) == MASK


@pytest.mark.parametrize(
    "value", ["01017012345", "010170 12345", "41017012345", "01417012345", "01817012345", "kari@example.org"]
)
def test_identifiers_of_people_are_known(value):
    assert is_personal(f"paid to {value}, as agreed")


UUIDS = ["5f0c7b52-8d0e-4d5c-9a51-01017012345a", "5f0c7b52-8d0e-4d5c-9a51-010170123456"]
NUMBERS = ["971272643", "99139912345", "010170123456", "V01017012345", "31007", "2026-01-01"]


@pytest.mark.parametrize("value", [*UUIDS, *NUMBERS])
def test_other_numbers_are_not_taken_for_identifiers_of_people(value):
    assert not is_personal(value)


OPAQUE = "q7Wm3xKpL9vRt2YzB8nCf5HdJ4sGa6Ee"
REASON = "the checksum of the agreed chart"


def marked(mark: str, note: str = OPAQUE, more: str = "") -> list[Diagnostic]:
    """The findings for a document whose setting `note` holds a value, and which bears a mark."""
    annotations = f'{{reconciler/not-a-secret: "{mark}"}}'
    text = (
        f"apiVersion: reconciler/v1\nkind: Integration\nmetadata: {{name: x, annotations: {annotations}}}\n"
        f"spec:\n  type: t\n  environment: simulator\n  credentials: {{name: c}}\n"
        f"  exports: [{{category: c, since: 2026-01-01, where: {{status: [a]}}}}]\n"
        f"  settings:\n    note: '{note}'\n{more}"
    )
    return parse("orgs/demo/x.yaml", text.encode()).diagnostics


def ids(findings: list[Diagnostic]) -> list[str]:
    return [each.id for each in findings]


def test_a_marked_value_may_stand_and_is_shown_as_no_warning():
    (only,) = marked(f"spec.settings.note: {REASON}")
    assert (only.id, only.severity, only.origin.line) == ("not-a-secret", "info", 10)
    assert REASON in only.message
    assert OPAQUE not in str(only)


def test_several_marks_stand_with_semicolons_between_them():
    more = f"    other: '{OPAQUE[::-1]}'\n"
    mark = f"spec.settings.note: {REASON}; spec.settings.other: {REASON} too"
    assert ids(marked(mark, more=more)) == ["not-a-secret"] * 2
    assert ids(marked(mark.split(";", maxsplit=1)[0], more=more)) == ["not-a-secret", "plaintext-secret"]


@pytest.mark.parametrize(
    "path",
    ["spec.settings", "spec.settings.notes", "settings.note", "note", "spec.settings.*", "", "spec.settings.Note"],
)
def test_a_mark_silences_exactly_its_path(path):
    assert sorted(ids(marked(f"{path}: {REASON}"))) == ["mark-unused", "plaintext-secret"]


@pytest.mark.parametrize("mark", ["spec.settings.note", "spec.settings.note:", "spec.settings.note: too short"[:-3]])
def test_a_mark_without_a_reason_silences_nothing(mark):
    assert sorted(ids(marked(mark))) == ["mark-unused", "plaintext-secret"]


def test_a_mark_of_a_path_that_two_values_could_mean_silences_neither():
    more = f"    a.b: '{OPAQUE}'\n    a: {{b: '{OPAQUE}'}}\n"
    found = ids(marked(f"spec.settings.a.b: {REASON}", "plain", more))
    assert sorted(found) == ["mark-unused", "plaintext-secret", "plaintext-secret"]


KNOWN = {
    name: REFUSED[name][2]
    for name in ("a PEM key", "a JWT", "a GitHub token", "a fine-grained GitHub token", "a Vault token")
} | {name: REFUSED[name][2] for name in ("a bearer header", "an address with a password")}


@pytest.mark.parametrize("value", KNOWN.values(), ids=KNOWN)
def test_a_mark_never_silences_a_known_form_of_credential(value):
    found = marked(f"spec.settings.note: {REASON}", value)
    assert sorted(ids(found)) == ["mark-unused", "plaintext-secret"]
    assert value not in "".join(map(str, found))


@pytest.mark.parametrize("reason", [f"it is {OPAQUE}, you see", f"it is {TOKEN}"])
def test_a_reason_that_holds_a_credential_is_refused_itself(reason):
    found = marked(f"spec.settings.note: {reason}")
    assert "plaintext-secret" in ids(found)
    assert OPAQUE not in "".join(map(str, found))
    assert TOKEN not in "".join(map(str, found))


def test_a_mark_that_silences_nothing_is_a_warning_and_the_document_stands():
    (only,) = marked(f"spec.settings.note: {REASON}", "plain text")
    assert (only.id, only.severity) == ("mark-unused", "warning")


def test_a_mark_holds_for_its_own_document_alone():
    assert ids(marked(f"spec.settings.note: {REASON}")) == ["not-a-secret"]
    assert "plaintext-secret" in ids(marked(f"spec.settings.other: {REASON}"))
