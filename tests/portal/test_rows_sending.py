"""Rows E4 to E6 and F: runs are asked for and stopped, and nothing goes twice, in a browser."""

import re

from parts.browser import Visits, chromium, visit
from parts.decisions import only
from parts.installation import TOKEN, Books, Installation
from parts.midway import midway
from parts.portal import ACCOUNTANT, ADMIN, Opened
from parts.reader import Reader, entered

__all__ = ["chromium", "visit"]
WHY = "Regnskapsføreren venter på bilagene"
RECORD = re.compile("^[0-9a-f]{8}-")
FREE = "Hvorfor (kan stå tomt)"
FIRST = """
    select min((approved_at at time zone 'Europe/Oslo')::date)::text from app.driver_honorariums
    where status = 'approved' and approved_at >= '2026-01-02' and driver_number <> 'V99999'
        and organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007'"""
SENT = "select reference, attempt, changed_at from reconciler.exports where state = 'sent'"
CORRECTED = """
    update app.expense_claims set cost_center = (select max(cost_center) from app.expense_claims
        where cost_center <> '9999' and organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007')
    where cost_center = '9999'"""
CHANGED = "update app.driver_honorariums set amount = amount + 10 where id::text = %s"


def asked(reader: Reader) -> Reader:
    return reader.follow("Kjør nå").write(FREE, WHY).press("Be om kjøringen")


def vouchers(books: Books) -> int:
    return len(books.read()["vouchers"])


def test_e4_runs_are_stopped_with_a_reason_until_a_day_and_go_on(
    visit: Visits, portal: Opened, installation: Installation
) -> None:
    reader = entered(visit, portal).follow("xledger")
    reader.sees("på hverdager kl. 03.30 (Europe/Oslo)", "3. mars 2026 kl. 03.30", part="Neste kjøringer")
    reader.unfold("Stopp kjøringene").sees("Ingen kjøring begynner før noen lar dem gå videre.")
    reader.write("Begrunnelse (minst ti tegn)", WHY).write("Siste dag (kan stå tom)", "2026-03-05")
    reader.press("Stopp kjøringene").sees("Kjøringene av xledger er stoppet.")
    reader.sees(f"Satt på pause av {ADMIN} siden 2. mars 2026", "til 6. mars 2026 kl. 00.00", WHY, "Grå",
                part="Hvordan det står til")  # fmt: skip
    assert installation.sync() == 5
    reader.follow("Kjør nå").sees("Integrasjonen er satt på pause. La kjøringene gå videre før du ber om en.")
    assert not reader.offers("button", "Be om kjøringen")
    reader.follow("Avstemmer").sees(f"Satt på pause av {ADMIN}", WHY, "Til 6. mars 2026 kl. 00.00.")
    reader.follow("xledger").press("La kjøringene gå videre").sees("Kjøringene av xledger går videre.")
    reader.misses("Satt på pause av")
    reader.sees("satte kjøringene på pause", "lot kjøringene gå videre", part="Hendelser")
    assert installation.sync() == 6


def test_e5_a_run_that_is_asked_for_while_another_is_under_way_waits_and_one_run_serves_all(
    visit: Visits, portal: Opened, installation: Installation, books: Books
) -> None:
    reader = entered(visit, portal).follow("xledger")
    with midway(installation) as run:
        reader.page.reload()
        reader.sees("pågår", part="Kjøringer")
        for _ in range(2):
            asked(reader).sees("Du har bedt om en kjøring")
        installation.run("requests", "run")
        assert not run.done()
    reader.page.reload()
    assert reader.text("Forespørsler om kjøring").count(" alle venter ") == 2
    assert installation.run("requests", "run") == 0
    reader.page.reload()
    assert reader.text("Forespørsler om kjøring").count(" alle utført ") == 2
    assert installation.sql("select count(*) from reconciler.runs where state <> 'skipped'") == [(2,)]
    assert len(installation.sql("select distinct run_id from reconciler.run_requests")) == 1
    assert vouchers(books) == 16


def test_e6_a_run_is_asked_for_now_and_for_some_days_only(
    visit: Visits, portal: Opened, installation: Installation, books: Books
) -> None:
    reader = entered(visit, portal).follow("xledger").follow("Kjør nå")
    reader.sees("Dette ville gått nå", "Utleggskrav", "Kjøregodtgjørelse", "Sjåførhonorarer")
    [(last,)] = installation.sql(FIRST)
    reader.write("Fra og med dag", "2026-01-01").write("Til og med dag", last).press("Se hva som ville gått")
    reader.sees("Dette ville gått nå, fra dagene 1. januar 2026 til ")
    shown = re.search(r"Til sammen: (\d+)", reader.text())
    assert shown
    reader.write(FREE, WHY).press("Be om kjøringen").sees("1. januar 2026 – ", WHY, "venter")
    assert vouchers(books) == 0, "the portal sends nothing"
    installation.run("requests", "run")
    reader.waits("utført")
    some = vouchers(books)
    assert 0 < some <= int(shown[1]) < 16
    reader.follow("Se kjøringen").sees("på forespørsel", "Bare dagene 1. januar 2026 til ", WHY)
    reader.follow("Avstemmer").follow("xledger")
    asked(reader).sees("alle", part="Forespørsler om kjøring")
    assert installation.run("requests", "run") == 0
    reader.waits("delvis vellykket")
    assert vouchers(books) == 16


def test_f1_what_went_is_not_sent_again(
    visit: Visits, portal: Opened, installation: Installation, books: Books
) -> None:
    installation.sync()
    before = vouchers(books)
    reader = entered(visit, portal)
    reader.sees("Venter på sending ingenting")
    reader.follow("xledger").follow("Kjør nå")
    reader.sees("Ingenting venter på å bli sendt. En kjøring spør likevel etter bilag som ikke er avklart.")
    reader.write(FREE, WHY).press("Be om kjøringen")
    assert installation.run("requests", "run") == 0
    reader.page.reload()
    reader.follow("Se kjøringen").sees("vellykket", "1 fortsatt avvist")
    reader.misses(" sendt")
    assert vouchers(books) == before == 16


def test_f2_a_run_after_a_partial_failure_sends_only_the_rest(
    visit: Visits, portal: Opened, installation: Installation, books: Books
) -> None:
    installation.sync()
    before, sent = vouchers(books), set(installation.sql(SENT))
    reader = entered(visit, portal)
    reader.sees("16 sendt, 3 avvist")
    installation.sql(CORRECTED)
    asked(reader.follow("xledger"))
    assert installation.run("requests", "run") == 0
    reader.page.reload()
    reader.follow("Se kjøringen").sees("Utleggskrav 1 sendt", "Kjøregodtgjørelse 1 fortsatt avvist")
    assert vouchers(books) == before + 1
    assert sent < set(installation.sql(SENT))


def test_f3_what_went_goes_once_more_only_with_a_reason_and_its_number_and_is_in_the_trail(
    visit: Visits, portal: Opened, installation: Installation, books: Books
) -> None:
    installation.sync()
    reader = entered(visit, portal, ACCOUNTANT).follow("xledger").follow("Alle bilag")
    reader.follow("sendt", "Antall og sum etter status").tick(re.compile("^Velg bilag")).press("Send en gang til")
    reader.sees("Bekreft: Send en gang til", "hvis ingen tar det bort, står det der to ganger")
    reader.press("Send en gang til").sees("Bekreft: Send en gang til")  # the form asks for what is missing
    reader.write("Begrunnelse (10 til 500 tegn, uten navn på personer)", "Bilaget ble slettet der ved en feil")
    reader.press("Send en gang til").sees("Bekreft: Send en gang til")
    assert installation.states()["sent"] == 16
    reader.write("Skriv antall bilag, 1, for å bekrefte", "1").press("Send en gang til")
    reader.sees("1 bilag sendes en gang til ved neste kjøring.")
    before = vouchers(books)
    installation.sync()
    assert vouchers(books) == before + 1
    reader.follow("Hendelser").sees("ba om å sende det en gang til", "Bilaget ble slettet der ved en feil", ACCOUNTANT)


def test_f4_a_records_state_time_id_there_and_history_are_looked_up_and_why_is_a_sentence(
    visit: Visits, synced: tuple[Opened, Installation]
) -> None:
    portal, installation = synced
    [(record, reference, number, target)] = installation.sql(
        "select record_id, reference, number::text, target_ids from reconciler.exports where state = 'sent' limit 1"
    )
    reader = entered(visit, portal).follow("Finn en post")
    for words in (record, reference, number):
        reader.write("Postens id, referanse eller bilagsnummer", words).press("Søk").sees(record, "sendt")
    reader.follow(record).sees(
        reference, f"Id der {', '.join(target)}", "under sending", f"Hva som har skjedd med bilag {number}"
    )
    reader.sees(number, "2. mars 2026 kl. 08", part="Hvorfor")
    [(held,)] = installation.sql("select record_id from reconciler.withheld where reason like 'receipt%%' limit 1")
    reader.follow("Finn en post").write("Postens id, referanse eller bilagsnummer", held).press("Søk").sees(
        "holdt tilbake"
    )
    reader.follow(held).sees("Ingenting av posten er sendt.", "kvittering mangler")
    reader.follow("Finn en post").write("Postens id, referanse eller bilagsnummer", "nobody").press("Søk")
    reader.sees("Ingen post har dette som id, referanse eller nummer.")


def test_f6_what_changed_here_or_there_after_it_went_is_shown_and_never_sent_by_itself(
    visit: Visits, portal: Opened, installation: Installation, books: Books
) -> None:
    installation.sync()
    before = vouchers(books)
    [(record,)] = installation.sql(
        "select record_id from reconciler.exports where state = 'sent' and category = 'driver_honorariums'"
        " order by id desc limit 1"
    )
    installation.sql(CHANGED, record)
    [line, *_] = [each for each in books.read()["vouchers"][0]["lines"] if not each["amount"].startswith("-")]
    changed = {"in": [{"node": {"dbId": str(line["dbId"]), "amount": "1.00"}}]}
    query = "mutation($in:[UpdateGLImportItemsInput!]!){updateGLImportItems(inputs:$in){edges{clientId}}}"
    headers = {"Authorization": f"token {TOKEN}"}
    books.client.post(books.url, json={"query": query, "variables": changed}, headers=headers).raise_for_status()
    installation.sync(minutes=10)
    assert vouchers(books) == before
    assert only(installation, "drifted", "record_id") != record
    reader = entered(visit, portal)
    reader.sees("1 endret i mottakersystemet")
    reader.follow("xledger").follow("endret der", "Bilag som ikke er i orden").sees("endret der 1")
    reader.follow("Vis alle bilag").unfold("Velg ut bilag")
    reader.tick("Bare der posten er endret siden").press("Vis").sees("posten er endret siden", record)
    reader.follow(record).sees("sendt", part="Hvorfor")
