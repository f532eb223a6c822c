"""From a red light to a green one, by nothing but what stands on the pages."""

import re

from parts.browser import Visits, chromium, visit
from parts.installation import TOKEN, Books, Installation
from parts.portal import opened
from parts.reader import Reader, arrived

__all__ = ["chromium", "visit"]
NEWER = "T0ken-that-they-made-anew"
SPECIAL = """
    delete from app.expense_claims where receipt is null or cost_center is null;
    delete from app.mileage_claims where department = 'Hamar';
    delete from app.driver_honorariums where driver_number = 'V99999'"""
ANOTHER = """
    insert into app.driver_honorariums
    select (jsonb_populate_record(null::app.driver_honorariums,
        to_jsonb(d) || jsonb_build_object('id', gen_random_uuid()))).*
    from app.driver_honorariums d where status = 'approved' and approved_at >= '2026-01-02'
        and organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007' limit 1"""


def test_from_a_red_light_to_a_green_one_by_the_words_on_the_pages(
    visit: Visits, installation: Installation, books: Books
) -> None:
    installation.sql(SPECIAL)
    installation.sync()
    installation.sql(ANOTHER)
    books.control("/_tokens", add=NEWER)
    books.control("/_tokens", revoke=TOKEN)
    installation.sync(minutes=30)
    installation.at += 5
    with opened(installation) as portal:
        reader = arrived(visit, portal)
        number = _found(reader)
        _given_a_credential(reader)
        books.control("/_reference", kind="glObject1", code="9999")  # what the message asks for, done there
        _asked_again(reader, number)
        assert installation.run("requests", "run") == 0
        reader.waits("alt er sendt")
        reader.sees("Grønn alt er sendt", part="Hvordan det står til")
        reader.misses("krever oppfølging", "Dette stoppet siste kjøring")
        reader.follow("Tilbake: Oversikt").sees("Grønn", "2 sendt", "Xledger aktiv")


def _found(reader: Reader) -> str:
    """What the pages say is wrong; the number of the document that needs somebody."""
    reader.sees("Rød siste kjøring feilet", "systemet godtok ikke påloggingsdetaljene", "Xledger feil")
    reader.follow("xledger")
    reader.sees(
        "Dette stoppet siste kjøring, 2. mars 2026 kl. 08.30:", "Invalid API token", "1 bilag krever oppfølging"
    )
    reader.follow(re.compile("nummer"), "1 bilag krever oppfølging")
    reader.sees("dimension 9999 does not exist in entity 31007", "glObject1.code", "expense-claims.yaml, linje 21")
    shown = re.search(r"Bilag (\d+) til", reader.text())
    assert shown
    return shown[1]


def _given_a_credential(reader: Reader) -> None:
    reader.follow("Avstemmer").follow("Se påloggingsdetaljene").sees("Påloggingsdetaljene testes mot systemet")
    reader.write("API-nøkkel", NEWER).press("Test og lagre")
    reader.sees("Påloggingsdetaljene virker. De er lagret som versjon 2", "31007 Norges Blindeforbund")


def _asked_again(reader: Reader, number: str) -> None:
    """Retried from its own page, and a run asked for."""
    reader.follow("Finn en post").write("Postens id, referanse eller bilagsnummer", number).press("Søk")
    reader.follow(re.compile("^[0-9a-f]{8}-"), "").press("Prøv på nytt")
    reader.sees("Bekreft: Prøv på nytt", "1 bilag", "med samme referanse og nummer")
    reader.press("Prøv på nytt").sees("1 bilag sendes på nytt ved neste kjøring.")
    reader.follow("Integrasjonen").follow("Kjør nå").sees("Dette ville gått nå")
    reader.write("Hvorfor (kan stå tomt)", "Koden er lagt inn der").press("Be om kjøringen")
    reader.sees("Du har bedt om en kjøring av xledger.", "venter")
