"""Rows B: a credential is shown, replaced, tested, put back and revoked, in a browser."""

import time

import pytest
from parts.browser import Visits, chromium, visit
from parts.installation import TOKEN, Books, Installation
from parts.midway import midway
from parts.portal import ADMIN, Opened
from parts.reader import Reader, entered

__all__ = ["chromium", "visit"]
NEWER, WRONG = "T0ken-of-the-browser-newer", "T0ken-of-the-browser-wrong"
STATES = "select version, state from reconciler.credentials where state <> 'revoked' order by version"
KEY = "API-nøkkel"


@pytest.fixture
def reader(visit: Visits, portal: Opened, books: Books) -> Reader:
    """On the page of the credential; the outside system knows another key besides."""
    books.control("/_tokens", add=NEWER)
    return entered(visit, portal).follow("Påloggingsdetaljer").follow("xledger")


def put(reader: Reader, value: str, last: str = "") -> None:
    reader.write(KEY, value).write("Siste gyldige dag (om den utløper)", last).press("Test og lagre")


def test_b1_a_credential_is_shown_as_its_last_four_characters_only(reader: Reader, installation: Installation) -> None:
    masked = f"••••••••{TOKEN[-4:]}"
    reader.sees(masked, "31007 Norges Blindeforbund", part="I bruk nå")
    assert reader.page.get_by_label(KEY, exact=True).get_attribute("type") == "password"
    assert reader.page.get_by_label(KEY, exact=True).input_value() == ""
    for name in ("Påloggingsdetaljer", "Avstemmer", "xledger", "Hendelser"):
        assert TOKEN not in reader.page.content()
        reader.follow(name)
    assert TOKEN not in reader.page.content()
    [(kept,)] = installation.sql("select v::text from reconciler.secret_values v")
    assert TOKEN not in kept
    assert TOKEN.encode().hex() not in kept


def test_b2_a_new_credential_leaves_integration_schedule_and_history_alone(
    reader: Reader, installation: Installation
) -> None:
    installation.sync()
    reader.follow("Avstemmer").follow("xledger")
    parts = ("Neste kjøringer", "Kjøringer", "Bilag som ikke er i orden")
    before = [reader.text(each) for each in parts]
    put(reader.follow("Se påloggingsdetaljene"), NEWER)
    reader.sees("De er lagret som versjon 2 og er i bruk fra nå.")
    reader.follow("Avstemmer").follow("xledger")
    assert [reader.text(each) for each in parts] == before
    reader.sees(f"••••••••{NEWER[-4:]}", part="Oppsett")
    assert installation.sync(minutes=1) == 0


def test_b3_a_new_credential_is_tested_before_it_replaces_the_old_one_and_a_run_ends_with_its_own(
    reader: Reader, installation: Installation
) -> None:
    began = time.monotonic()
    put(reader, WRONG)
    reader.sees("Påloggingsdetaljene ble ikke tatt i bruk. Ingenting er endret.",
                "Påloggingsdetaljene: systemet godtar dem ikke.",
                "Kopier alt på nytt.")  # fmt: skip
    assert time.monotonic() - began < 10
    assert WRONG not in reader.page.content()
    assert installation.sql(STATES) == [(1, "current")]
    with midway(installation) as run:
        put(reader, NEWER)
        reader.sees("Påloggingsdetaljene virker. De er lagret som versjon 3 og er i bruk fra nå.")
        reader.sees("Bokfører i 31007 Norges Blindeforbund", "2910 Skyldig frivillige", part="Resultat av testen")
        assert installation.sql(STATES) == [(1, "previous"), (3, "current")]
        assert not run.done()
    assert run.result().state == "partial"
    assert installation.states()["sent"] == 16
    reader.page.reload()
    reader.sees("Versjon 3", "Sist brukt aldri", part="I bruk nå")


def test_b4_who_set_it_when_it_was_tested_and_used_and_when_it_ends(reader: Reader, installation: Installation) -> None:
    installation.sync()
    reader.page.reload()
    reader.sees("Versjon 1 i bruk", "Satt av", "Sist testet 2. mars 2026 kl. 08", "Sist brukt 2. mars 2026 kl. 08",
                "Utløper ingen dato er satt", part="I bruk nå")  # fmt: skip
    put(reader, NEWER, "2026-03-08")
    reader.sees("Versjon 2 i bruk", f"Satt av {ADMIN}, 2. mars 2026 kl. 08", "Utløper 8. mars 2026 kl. 23.59",
                "Sist brukt aldri", "Utløper innen 7 dager. Lagre nye før det skjer.",
                part="I bruk nå")  # fmt: skip
    reader.sees("Du blir minnet på det 30, 7 og 1 dag før.", "1 forrige", "2 i bruk")
    reader.follow("Avstemmer").sees("utløper 8. mars 2026 kl. 23.59").follow("Se påloggingsdetaljene")
    reader.sees("Påloggingsdetaljer for xledger")


def test_b5_the_previous_version_is_put_back_and_a_version_revoked(reader: Reader, installation: Installation) -> None:
    put(reader, NEWER)
    reader.sees("Versjon 1 testes først.")
    reader.press("Test og ta i bruk igjen").sees("Versjon 1 virker og er i bruk igjen.")
    assert installation.sql(STATES) == [(1, "current"), (2, "previous")]
    reader.unfold("Trekk tilbake versjon 1")
    reader.press("Trekk tilbake")
    assert installation.sql(STATES) == [(1, "current"), (2, "previous")], "the page asks for a reason first"
    reader.write("Begrunnelse (minst ti tegn)", "Den ble vist i et møte")
    reader.tick("Ja, slett verdien av versjon 1")
    reader.tick("Jeg vet at de er i bruk, og at ingenting blir sendt før nye er lagret").press("Trekk tilbake")
    reader.sees("Ingenting blir sendt før nye er lagret.",
                "Ingen påloggingsdetaljer er i bruk, og ingenting blir sendt.",
                "Trukket tilbake: Den ble vist i et møte")  # fmt: skip
    assert installation.sql("select version from reconciler.secret_values") == [(2,)]
    reader.follow("Avstemmer").sees("Grå", "ingen påloggingsdetaljer er lagret", "Påloggingsdetaljer mangler")


def test_b6_every_use_and_change_is_in_the_trail_and_the_value_on_no_page(
    reader: Reader, installation: Installation
) -> None:
    installation.sync()
    put(reader, WRONG)
    put(reader, NEWER)
    reader.sees("tatt i bruk", "besto ikke testen, ikke tatt i bruk", "brukt av en kjøring", "mottatt",
                part="Bruk og endringer")  # fmt: skip
    seen = [reader.page.content()]
    reader.follow("Hendelser").sees("brukt av en kjøring xledger", "ikke tatt i bruk xledger")
    reader.write("Hvem", ADMIN).press("Vis").sees("tatt i bruk xledger").misses("brukt av en kjøring xledger")
    seen.append(reader.page.content())
    for name in ("Avstemmer", "xledger", "Alle bilag", "Påloggingsdetaljer", "API-nøkler"):
        reader.follow(name)
        seen.append(reader.page.content())
    assert not [each for each in seen for value in (TOKEN, NEWER, WRONG) if value in each]
