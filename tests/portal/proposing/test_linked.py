"""From a new admin's login to a link that is live, a schedule of their own and a mapping that somebody else approves.

In a browser, by nothing but what stands on the pages; a controller of its own follows what is proposed.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.browser import Visits, chromium, visit
from parts.controlled import controlled
from parts.installation import Books, Installation
from parts.portal import ACCOUNTANT, Opened
from parts.reader import Reader, entered
from parts.running import WITHIN_S
from playwright.sync_api import expect

__all__ = ["chromium", "visit"]
TOKEN = "T0ken-of-the-other-entity"
WHY = "Sett på sammen på kontoret"
OPERATOR = "petra-plattform"
MAPPED = """
    select name, field_mappings::text from public.organization_integrations where name = 'ungdom'"""


@pytest.fixture
def there(installation: Installation, books: Books, tmp_path: Path) -> Iterator[tuple[Opened, Installation]]:
    books.control("/_tokens", add=f"{TOKEN}@31008")
    installation.sync()
    with controlled(installation, tmp_path, operators=OPERATOR) as found:
        yield found


def test_a_new_admin_sets_up_a_link_moves_its_schedule_and_has_a_change_of_its_mapping_approved(
    visit: Visits, there: tuple[Opened, Installation]
) -> None:
    portal, here = there
    admin = entered(visit, portal)
    _placed(admin)
    _mapped(admin)
    _proposed(admin)
    others = [entered(visit, portal, account) for account in (ACCOUNTANT, OPERATOR)]
    others[1].follow("Norges Blindeforbund")
    for each in others:
        _approved(each, "Ny integrasjon: Xledger (ungdom)")
    _live(admin)
    admin.follow("Norges Blindeforbund").sees("ungdom Xledger simulator", "Xledger aktiv")
    _moved(admin)
    _reworded(admin)
    _approved(others[0], "Endring av feltoppsettet ungdom-expense-claims")
    _live(admin)
    name, rules = here.sql(MAPPED)[0]
    assert (name, "Utlegg til frivillige" in rules, "cost_center" in rules) == ("ungdom", True, True)


def _placed(admin: Reader) -> None:
    """Where it leads, a login that works, and what is sent."""
    admin.follow("Ny integrasjon").press("Sett opp Xledger")
    admin.write("Navn på integrasjonen", "ungdom").pick(re.compile("^simulator")).write("Selskapsnummer", "31008")
    admin.press("Lagre og gå videre").write("API-nøkkel", TOKEN).press("Test og lagre").sees("Påloggingen virker.")
    admin.follow("Videre til: Data og startdag").tick("Send Utleggskrav")
    admin.write("Startdag", "2026-03-02", part="Utleggskrav").press("Lagre og gå videre")


def _mapped(admin: Reader) -> None:
    """What nobody can guess is typed; one field is dragged to its place, another one carried there by keys."""
    admin.write("Fast verdi for Konto (debet)", "7140").write("Fast verdi for Konto (kredit)", "2910")
    admin.press("Lagre og bli her").follow(re.compile("^Åpne feltoppsettet"))
    page = admin.page
    admin.choose("Felt i bilaget (Linje: debit)", "Kostnadssted (glObject1.code)")
    source = page.get_by_label("Kilde (Linje: debit)")
    row, chip = page.locator(".target", has=source), page.locator(".chip", has_text="Kostnadssted")
    row.scroll_into_view_if_needed()
    chip.scroll_into_view_if_needed()
    chip.drag_to(row)
    expect(page.locator("#difference")).to_contain_text("{to: glObject1.code, from: cost_center}")
    admin.choose("Felt i bilaget (Linje: credit)", "Tekst (text)")
    source = page.get_by_label("Kilde (Linje: credit)")
    page.locator(".chip", has_text="Utleggstype").focus()
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("ArrowDown")
        if page.locator(".target.over", has=source).count():
            break
    page.keyboard.press("Enter")
    expect(page.locator("#difference")).to_contain_text("{to: text, from: expense_type}")
    admin.press("Lagre og gå videre").sees("Ny integrasjon: Xledger (ungdom)")


def _proposed(admin: Reader) -> None:
    admin.follow("Fortsett oppsettet").follow(re.compile("^Tidsplan"))
    admin.choose("Hvor ofte", "Ukentlig").press("Lagre og gå videre").sees(
        "bestått: entity 31008", "på mandager kl. 03.30"
    )
    admin.follow("Se over og foreslå").press("Foreslå endringen")
    admin.sees("Venter på godkjenning", "Du har skrevet den selv: ditt eget ja teller ikke.")


def _approved(reader: Reader, title: str) -> None:
    """Somebody else looks at it and says yes."""
    reader.follow("Endringer").follow(title).sees("Venter på godkjenning", "Hva som endres")
    reader.write("Begrunnelse, minst ti tegn", WHY).press("Godkjenn").sees("Du har godkjent")


def _live(reader: Reader) -> float:
    """Until the page says so by itself; the seconds that it tells."""
    reader.page.get_by_text("I bruk siden").first.wait_for(timeout=1000 * WITHIN_S)
    told = re.search(r"(\d+) s etter det siste", reader.text())
    assert told
    return int(told[1])


def _moved(admin: Reader) -> None:
    """Its schedule is theirs alone."""
    admin.follow("Oppsett").follow("Tidsplan for ungdom").choose("Hvor ofte", "Daglig").write("Klokkeslett", "05:15")
    admin.press("Foreslå nå")
    assert _live(admin) < 10


def _reworded(admin: Reader) -> None:
    """A change of the mapping is somebody else's to approve."""
    admin.follow("Feltoppsett").follow("Rediger ungdom-expense-claims")
    source = admin.page.get_by_label("Kilde for Tekst (credit)")
    source.select_option(label="Fast verdi")
    admin.write("Verdi eller uttrykk for Tekst (credit)", "Utlegg til frivillige")
    admin.press("Lagre og gå videre").sees("lagt til: - {to: text, value: Utlegg til frivillige}").press(
        "Foreslå endringen"
    )
    admin.sees("Venter på godkjenning")
