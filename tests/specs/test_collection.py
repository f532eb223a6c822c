"""A whole revision: what all share, each organisation by itself, and nobody spoils another."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reconciler.plans.compile import check, desired
from reconciler.specs.collection import Specs, collect
from reconciler.specs.models.integration_type import IntegrationType

ROOT = Path(__file__).parents[2]
ORG = """apiVersion: reconciler/v1
kind: Organization
metadata: {{name: {name}}}
spec: {{id: {id}, title: X, organization_number: "971272643"}}
"""
DAY = date(2026, 3, 1)
IDS = ("5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a001", "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a002")


def read(*folders: str) -> dict[str, bytes]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.yaml"))]
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in found}


def revision(files: dict[str, bytes]) -> Specs:
    specs = collect(files, read("specs"))
    check(specs, datetime(2026, 3, 1, tzinfo=UTC))
    return specs


def organization(name: str, identifier: str) -> dict[str, bytes]:
    return {f"orgs/{name}/organization.yaml": ORG.format(name=name, id=identifier).encode()}


def test_the_example_of_this_repository_has_nothing_wrong():
    assert revision(read("orgs", "specs")).diagnostics == []


@pytest.mark.parametrize("bad", [b"[", b"\xff", b"kind: Integration\n", b"", b"a: &x b\n", b"[" * 10_000, b"\x00"])
def test_one_bad_organization_never_spoils_another(bad):
    files = organization("good", IDS[0]) | organization("sad", IDS[1])
    alone = desired(revision(files).organizations["good"], revision(files).catalog, "r", DAY)
    specs = revision(files | {"orgs/sad/integrations/x.yaml": bad})
    assert (specs.organizations["good"].usable, specs.organizations["sad"].usable) == (True, False)
    assert desired(specs.organizations["good"], specs.catalog, "r", DAY).resources == alone.resources


def test_two_claimants_of_one_id_are_both_refused_and_a_third_is_not():
    specs = revision(organization("a", IDS[0]) | organization("b", IDS[0]) | organization("c", IDS[1]))
    assert [each.usable for each in specs.organizations.values()] == [False, False, True]


def test_the_order_of_the_files_means_nothing():
    files = read("orgs")
    specs = [revision(dict(order)) for order in (sorted(files.items()), sorted(files.items(), reverse=True))]
    found = [desired(each.organizations["blindeforbundet"], each.catalog, "r", DAY) for each in specs]
    assert found[0] == found[1]


def test_a_shared_document_is_replaced_only_aloud():
    own = (
        read("specs")["specs/features.yaml"]
        .replace(b"  nb: Meldinger", b"  nb: Prat")
        .replace(b"nb: Meldinger", b"nb: Prat")
    )
    aloud = own.replace(b"metadata: {name: app}", b"metadata: {name: app, annotations: {overrides: builtin}}")
    silent, spoken = revision({"specs/features.yaml": own}).catalog, revision({"specs/features.yaml": aloud}).catalog
    assert ([each.id for each in silent.diagnostics], silent.features) == (["override-builtin"], {})
    assert (spoken.diagnostics, spoken.features["app"].spec.features["chat"].label.nb) == ([], "Prat")


def test_a_broken_replacement_leaves_nobody_with_the_built_in_document():
    files = read("orgs") | {"specs/integration-types/xledger.yaml": b"apiVersion: reconciler/v1\nkind: [\n"}
    specs = revision(files)
    assert "xledger" not in {document.name for document in specs.catalog.of(IntegrationType).values()}
    assert not specs.organizations["blindeforbundet"].usable


def test_the_settings_schema_of_a_type_means_what_its_words_say():
    kind = revision({}).catalog.types["xledger"].spec
    assert kind.settings.schema_["additionalProperties"] is False


def test_applied_configuration_is_read_again_by_the_same_models():
    specs = revision(read("orgs"))
    shelves = (specs.catalog, specs.organizations["blindeforbundet"])
    for document in [each for shelf in shelves for each in shelf.documents.values()]:
        assert type(document.spec).model_validate(document.spec.plain()) == document.spec
