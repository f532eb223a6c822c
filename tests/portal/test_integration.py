"""The page of an integration: what it is, why it has its colour, who is needed, and what comes next."""

from dataclasses import replace

from parts.installation import Installation
from parts.portal import ADMIN, HOME, TWIN, Opened, opened
from parts.synced import Synced

HERE, SAME = f"{HOME}/integrations/xledger", f"{TWIN}/integrations/xledger"


def test_it_says_what_it_is_where_it_is_written_why_it_has_its_colour_and_who_is_needed(sent: Synced) -> None:
    portal, _ = sent
    visitor = portal.enter(ADMIN)
    page, twin = visitor.get(HERE), visitor.get(SAME)
    assert (page.status_code, twin.status_code) == (200, 200), page.text + twin.text
    found = twin.json()
    assert found["health"]["colour"] == "yellow"
    assert found["known"]["written"]["origin"] == "orgs/blindeforbundet/integrations/xledger.yaml:2:1"
    [failed, *_] = found["failed"]
    assert "dimension 9999 does not exist in entity 31007" in page.text
    assert failed["origin"].startswith("orgs/blindeforbundet/mappings/")
    assert len(found["known"]["schedule"]["coming"]) == 5
    assert "kl. 03.30 (Europe/Oslo)" in page.text
    assert [each["state"] for each in found["runs"]] == ["partial"]
    for text in ("glObject1.code", "expense-claims.yaml, linje 21", "delvis vellykket", "Course costs", "avvist"):
        assert text in page.text, text
    for path in (f"{HERE}/runs", f"{HERE}/sync", f"{HOME}/runs/{found['runs'][0]['id']}", f"{HOME}/audit"):
        answer = visitor.get(path)
        assert answer.status_code == 200, (path, answer.text)


def test_a_red_one_shows_what_the_outside_system_said_last_and_when(sent: Synced) -> None:
    portal, installation = sent
    said = "The service is closed for maintenance (HTTP 503)"
    installation.sql("update reconciler.runs set state = 'failed', problem = %s", said)
    visitor = portal.enter(ADMIN)
    found = visitor.get(SAME).json()
    assert (found["health"]["colour"], found["problem"]) == ("red", said)
    assert found["problem_at"] == found["runs"][0]["ended_at"]
    page = visitor.get(HERE).text
    assert "Dette stoppet siste kjøring, 2. mars 2026 kl. 08." in page
    assert said in page
    visitor.post("/language", language="en")
    assert "This stopped the last run, 2026-03-02 08:" in visitor.get(HERE).text


def test_what_stands_for_the_configuration_is_shown_and_not_changed_here(
    portal: Opened, installation: Installation
) -> None:
    why = "Revisor ser på oppsettet"
    assert installation.run("suspend", "blindeforbundet", "--configuration", "--reason", why) == 0
    visitor = portal.enter(ADMIN)
    [found] = visitor.get(SAME).json()["switches"]
    assert (found["what"], found["by"], found["reason"]) == ("stop", "kari", why)
    page = visitor.get(HERE).text
    assert "Endringer i oppsettet (ikke kjøringene) er stoppet av kari siden 2. mars 2026" in page
    assert why in page
    looking = replace(installation, settings=replace(installation.settings, detect_only=True))
    with opened(looking) as other:
        assert "Endringer i oppsettet blir bare sett på" in other.enter(ADMIN).get(HERE).text
