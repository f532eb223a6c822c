"""Rows A2 to A6: a new link, from the list of types to a proposal, in a browser, by what stands on the screen."""

import re
import time

import pytest
from parts.browser import Visits, chromium, visit
from parts.installation import Books, Installation
from parts.pages import no_overflow, no_violations
from parts.portal import Opened
from parts.reader import entered

__all__ = ["chromium", "visit"]
NEWER, WRONG = "T0ken-of-the-other-entity", "T0ken-that-nobody-knows"
KEPT = "select count(*) from reconciler.secret_values"


@pytest.mark.usefixtures("books")
def test_a2_a_new_link_is_set_up_tested_and_proposed_by_what_stands_on_the_screen(
    visit: Visits, portal: Opened, books: Books, installation: Installation
) -> None:
    books.control("/_tokens", add=f"{NEWER}@31008")
    before = installation.sql(KEPT)
    reader = entered(visit, portal)
    reader.sees("Dynamics 365 ikke satt opp ingen · Sett opp", part="Systemer som kan kobles til").follow(
        "Ny integrasjon"
    )
    reader.sees("Dynamics 365", "REST-grensesnitt", "Consio", "Cornerstone", "Du trenger: API-nøkkel")
    reader.press("Sett opp Xledger").write("Navn på integrasjonen", "Datter")
    reader.press("Lagre og gå videre").sees("Navnet kan bare ha små bokstaver", "Dette må fylles ut.")
    reader.sees("produksjon På ordentlig", "Ikke tillatt i denne installasjonen.", "test Leverandørens testmiljø")
    reader.write("Navn på integrasjonen", "datter").pick(re.compile("^simulator")).write("Selskapsnummer", "31008")
    reader.press("Lagre og gå videre").sees("Pålogging og test", "Testes mot: simulator 31008")
    began = time.monotonic()
    reader.write("API-nøkkel", WRONG).press("Test og lagre")
    reader.sees("Testen feilet. Ingenting er lagret", "Påloggingsdetaljene: systemet godtar dem ikke.")
    assert time.monotonic() - began < 10
    assert installation.sql(KEPT) == before
    reader.follow(re.compile("^Oppsummering")).sees("Gjenstår før den kan foreslås", "ikke bestått ennå")
    assert not reader.offers("link", "Se over og foreslå")
    reader.follow("Pålogging og test", part="Gjenstår før den kan foreslås")
    reader.write("API-nøkkel", NEWER).press("Test og lagre")
    reader.sees("Påloggingen virker.", "Bokfører i 31008", "Kontoer", f"••••••••{NEWER[-4:]}")
    reader.follow("Videre til: Data og startdag")
    reader.tick("Send Utleggskrav").write("Startdag", "2026-03-02", part="Utleggskrav").press("Lagre og gå videre")
    reader.sees("Utleggskrav blir bilag", "Godkjent (gjetning, se over)", "alle Vår referanse vår referanse")
    reader.press("Lagre og gå videre").sees("Velg et felt eller skriv en fast verdi.")
    reader.write("Fast verdi for Konto (debet)", "7140").write("Fast verdi for Konto (kredit)", "2910")
    no_overflow(reader.page)
    no_violations(reader.page)
    reader.press("Lagre og gå videre").choose("Hvor ofte", "Ukentlig").press("Lagre og gå videre")
    reader.sees(
        "Sendes til Xledger simulator",
        "bestått: entity 31008 Norges Blindeforbunds Ungdom",
        "Utleggskrav",
        'entity: "31008"',
        "since: 2026-03-02",
    )
    assert NEWER not in reader.page.content()
    reader.follow("Se over og foreslå").sees("orgs/blindeforbundet/integrations/datter.yaml")
    reader.press("Foreslå endringen").sees("Venter på godkjenning")
    assert installation.sql("select count(*) from public.organization_integrations where name = 'datter'") == [(0,)]
