"""The first page: whose organisations somebody may enter, and finding one among many."""

from dataclasses import replace

import pytest
from parts.installation import Installation
from parts.portal import ADMIN, HOME, Opened
from parts.synced import Synced

API = "/api/v1/organizations"
PLATFORM = "vakt"
MANY = """
    insert into reconciler.organizations (id, name, body, origins, revision, applied_at)
    select gen_random_uuid(), 'o' || lpad(n::text, 4, '0'), jsonb_build_object('title', 'Lag nr. ' || n, 'zone',
        'Europe/Oslo', 'language', 'nb', 'people', case when n <= %s then
        jsonb_build_array(jsonb_build_object('account', 'kari-blindeforbundet', 'roles', jsonb_build_array('viewer')))
        else '[]'::jsonb end), '{}', '', now() from generate_series(1, %s) n"""


def many(installation: Installation, own: int, whole: int) -> None:
    """Organisations of which `own` are the admin's too."""
    installation.sql(MANY, own, whole)


@pytest.fixture
def keeper(portal: Opened, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """A portal that somebody keeps the platform of."""
    house = portal.server.house
    monkeypatch.setattr(house, "portal", replace(house.portal, operators=frozenset({PLATFORM})))
    return portal


def test_somebody_of_one_organisation_is_shown_its_dashboard_at_once(portal: Opened) -> None:
    assert portal.enter(ADMIN).get("/").headers["location"] == HOME


def test_somebody_of_several_chooses_and_sees_where_somebody_is_needed(sent: Synced) -> None:
    portal, installation = sent
    many(installation, 2, 3)
    visitor = portal.enter(ADMIN)
    found = visitor.get(API).json()
    assert [each["name"] for each in found["organizations"]] == ["blindeforbundet", "o0001", "o0002"]
    assert not found["everything"]
    own = found["organizations"][0]
    assert (own["roles"], own["integrations"], own["needing"]) == (["admin", "reviewer"], 1, 3)
    page = visitor.get("/").text
    assert "3 bilag krever oppfølging" in page
    assert 'href="/o/o0002"' in page
    assert "o0003" not in page


def test_somebody_of_none_is_told_what_to_do(portal: Opened) -> None:
    visitor = portal.enter("nobody-anywhere")
    assert "Be en administrator om å føre den opp" in visitor.get("/").text
    assert visitor.get(API).json()["organizations"] == []


def test_the_pages_of_many_give_each_once(portal: Opened, installation: Installation) -> None:
    many(installation, 65, 65)
    visitor, beyond, seen = portal.enter(ADMIN), "", []
    for _ in range(3):
        found = visitor.get(API, params={"beyond": beyond}).json()
        seen += [each["name"] for each in found["organizations"]]
        beyond = found["beyond"]
        assert (f'href="/?beyond={beyond}"' in visitor.get("/").text) == (len(seen) == 30)
    assert beyond == ""
    assert len(seen) == len(set(seen)) == 66


def test_who_keeps_the_platform_finds_one_of_thousands_by_its_title(keeper: Opened, installation: Installation) -> None:
    many(installation, 0, 3000)
    visitor = keeper.enter(PLATFORM)
    found = visitor.get(API).json()
    assert found["everything"]
    assert len(found["organizations"]) == 30
    assert found["beyond"]
    found = visitor.get(API, params={"q": "LAG NR. 2999"}).json()
    assert [each["name"] for each in found["organizations"]] == ["o2999"]
    assert visitor.get(API, params={"q": "%"}).json()["organizations"] == []
    assert len(visitor.get("/", params={"q": "lag"}).content) < 100_000
    assert visitor.get("/o/o2999").status_code == 200


def test_what_is_searched_for_is_text_and_nothing_else(keeper: Opened) -> None:
    page = keeper.enter(PLATFORM).get("/", params={"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text
    assert "Ingen organisasjon heter noe med" in page.text
    assert keeper.enter(PLATFORM).get("/", params={"q": "x" * 101}).status_code == 422


def test_without_a_login_nobody_is_told_of_any(portal: Opened) -> None:
    assert portal.client().get("/").headers["location"] == "/login"
    assert portal.client().get(API).status_code == 401
