"""In a browser, by what stands on the pages: from a refused claim to what is applied, and what a reviewer finds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from git import Repo
from parts.browser import Visits, chromium, visit
from parts.controlled import controlled
from parts.installation import Installation
from parts.portal import ACCOUNTANT, ADMIN, Opened
from parts.reader import Reader, entered
from parts.running import WITHIN_S

from reconciler.git.writing import write_commit
from reconciler.plans.approval import Voice
from reconciler.portal.house import House
from reconciler.runs.host import Person, Proposal

__all__ = ["chromium", "visit"]
WHY = "Sett på sammen med kassereren"
TRIPS = "orgs/blindeforbundet/mappings/mileage-claims.yaml"
ELSEWHERE = "proposal/molde"


@pytest.fixture
def there(installation: Installation, tmp_path: Path) -> Iterator[tuple[Opened, Installation]]:
    installation.sync()
    with controlled(installation, tmp_path) as found:
        yield found


def approve(reader: Reader, title: str) -> None:
    reader.follow("Endringer").follow(title, "Forslag på vei")
    reader.sees("Venter på godkjenning", "Hva som endres", "Hva den gjør med oppsett og poster")
    reader.write("Begrunnelse, minst ti tegn", WHY).press("Godkjenn").sees("Du har godkjent")
    reader.page.get_by_text("I bruk siden").first.wait_for(timeout=1000 * WITHIN_S)
    reader.sees("etter det siste som ble sagt til det")


def test_a_refused_claim_is_mended_and_a_reviewer_approves_what_was_not_begun_in_the_portal(
    visit: Visits, there: tuple[Opened, Installation]
) -> None:
    portal, here = there
    reader = entered(visit, portal).follow("xledger").follow("Alle bilag")
    row = reader.page.get_by_role("row").filter(has_text="has no entry for 'Hamar'")
    row.get_by_role("link", name="Rett i feltoppsettet").click()
    reader.sees("Oppslagstabellen departments mangler denne linjen.", "Ett bilag er avvist av denne grunnen.")
    reader.write("Send som glObject1.code", "310").press("Lag et utkast med denne linjen")
    reader.sees("Utkastet har linjen for «Hamar»", 'Hamar: "310"')
    reader.press("Foreslå endringen").sees(
        "Venter på godkjenning", f"regnskapsfører eller plattformansvarlig: {ACCOUNTANT}"
    )
    reader.sees("Du har skrevet den selv: ditt eget ja teller ikke.")
    other = entered(visit, portal, ACCOUNTANT)
    approve(other, "departments: linje for Hamar")
    reader.page.get_by_text("I bruk siden").first.wait_for(timeout=1000 * WITHIN_S)
    assert here.states()["rejected"] == 3
    here.sync()
    assert here.states()["rejected"] == 2
    elsewhere(here, portal.server.house)
    other.follow("Endringer").sees(ELSEWHERE, ADMIN)
    approve(other, ELSEWHERE)


def elsewhere(here: Installation, house: House) -> None:
    """A branch of ADMIN's, pushed with git; whose it is was heard."""
    head, copy = house.copy.head(fresh=True), house.copy
    text = copy.files("blindeforbundet", head)[TRIPS].decode().replace("{Oslo: ", '{Molde: "320", Oslo: ')
    who, at = Person(ADMIN, f"{ADMIN}@example.org"), house.now
    commit = write_commit(here.repository, Proposal(ELSEWHERE, head, "main", {TRIPS: text}, who, at, "Molde"))
    with Repo(here.repository) as repository:
        repository.git.update_ref(f"refs/heads/{ELSEWHERE}", commit)
    pulls = house.pulls.listed(fresh=True)
    [pull] = [each for each in pulls.pulls if each.branch == ELSEWHERE]
    [step] = house.pulls.read(pull, head, house.now).steps
    asked = step.intent
    here.world().voices.speak(
        Voice(asked.organization, asked.organization_id, asked.digest, ADMIN, "author", "host", commit, "opened it", at)
    )
