"""Rows A1 and G: what stands how, why, and what somebody can do about it, in a browser."""

import csv
import re
from pathlib import Path

from parts.browser import Visits, chromium, visit
from parts.installation import Books, Installation
from parts.portal import Opened
from parts.reader import entered
from parts.synced import VIEWER, Synced

__all__ = ["chromium", "visit"]
SAID = "The service is closed for maintenance (HTTP 503)"
FAILED = "update reconciler.runs set state = 'failed', problem = %s"
MENDED = "update reconciler.runs set state = 'succeeded', problem = ''"
OLD = "update reconciler.runs set started_at = started_at - interval '4 days', ended_at = ended_at - interval '4 days'"
CHANNEL = """
    update reconciler.organizations set body = body || jsonb_build_object('notifications',
        '[{"channel": "styret", "by": "mail"}, {"channel": "drift", "by": "webhook"}]'::jsonb)"""
SHUT = "update reconciler.allowances set closed_until = now() + interval '99 years', closed_reason = %s"


def test_a1_the_dashboard_lists_the_types_with_their_state(
    visit: Visits, portal: Opened, installation: Installation
) -> None:
    reader = entered(visit, portal)
    types = "Systemer som kan kobles til"
    reader.sees("Xledger aktiv xledger", "Dynamics 365 ikke satt opp ingen", "REST-grensesnitt ikke satt opp ingen",
                part=types)  # fmt: skip
    reader.sees("simulator", "Grå har aldri kjørt", "Neste kjøring om 19 timer", part="xledger")
    installation.sync()
    installation.sql(FAILED, SAID)
    reader.waits("siste kjøring feilet")
    reader.sees("Xledger feil xledger", part=types)
    reader.press("English").sees("Xledger error xledger", "Dynamics 365 not configured none")
    reader.follow("xledger", "Systems that can be connected").sees("How it stands")


def test_g1_green_yellow_and_red_are_words_with_their_reason(visit: Visits, sent: Synced) -> None:
    portal, installation = sent
    reader = entered(visit, portal)
    reader.sees("Gul 3 avvist")
    installation.sql(f"update reconciler.exports set state = 'sent' where state = 'rejected'; {MENDED}")
    reader.page.reload()
    reader.sees("Grønn alt er sendt")
    installation.sql(FAILED, SAID)
    reader.page.reload()
    reader.sees("Rød siste kjøring feilet", SAID)
    installation.sql(f"{MENDED}; {OLD}; update reconciler.schedules set applied_at = applied_at - interval '4 days'")
    reader.page.reload()
    reader.sees("Rød ingen vellykket kjøring på 4 dager")
    reader.follow("xledger").sees("Rød ingen vellykket kjøring på 4 dager", part="Hvordan det står til")


def test_g2_what_is_in_error_shows_the_systems_own_message_the_time_and_the_failed_records(
    visit: Visits, sent: Synced
) -> None:
    portal, installation = sent
    installation.sql(FAILED, SAID)
    reader = entered(visit, portal).follow("xledger")
    reader.sees("Dette stoppet siste kjøring, 2. mars 2026 kl. 08.0", SAID, part="Hvordan det står til")
    assert len(reader.page.get_by_role("link", name=re.compile(", nummer ")).all()) == 3
    reader.sees("3 bilag krever oppfølging", "dimension 9999 does not exist in entity 31007", "02.03.2026 08.0")
    reader.follow("avvist", "Bilag som ikke er i orden").sees("avvist 3")


def test_g3_a_failed_record_shows_the_message_the_field_and_the_line_of_the_mapping(
    visit: Visits, synced: Synced
) -> None:
    portal, _ = synced
    reader = entered(visit, portal, VIEWER).follow("xledger")
    story = ("dimension 9999 does not exist in entity 31007", "glObject1.code")
    reader.sees(*story, "expense-claims.yaml, linje 21", "Bilaget er avvist, og står ikke i mottakersystemet.")
    reader.follow(re.compile("^Utleggskrav, nummer"), "3 bilag krever oppfølging")
    reader.sees(f"Melding {story[0]} Felt {story[1]}", "orgs/blindeforbundet/mappings/expense-claims.yaml:21:11")
    reader.sees("det sendes på nytt når koden finnes der", part="Hvorfor")
    assert not reader.offers("button", "Prøv på nytt"), "somebody who may only look"


def test_g4_the_history_has_counts_durations_and_revisions_is_narrowed_down_and_saved(
    visit: Visits, synced: Synced, tmp_path: Path
) -> None:
    portal, installation = synced
    [(revision,)] = installation.sql("select revision from reconciler.runs")
    reader = entered(visit, portal, VIEWER).follow("xledger").follow("Alle kjøringer")
    reader.sees("delvis vellykket", "16 sendt, 3 avvist", "kr 9 936,54", "for hånd kari", revision[:10], " s ")
    assert reader.page.get_by_role("img", name=re.compile("16 bilag sendt og 3 avvist")).count() == 1
    reader.choose("Status", "feilet").press("Vis")
    reader.sees("Ingen kjøring passer. Velg en annen status eller flere dager.")
    reader.choose("Status", "delvis vellykket").write("Fra og med dag", "2026-03-02").press("Vis")
    with reader.page.expect_download() as saved:
        reader.follow("Last ned som regneark (CSV)")
    saved.value.save_as(tmp_path / "runs.csv")
    [row] = csv.DictReader((tmp_path / "runs.csv").read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    assert (row["sendt"], row["avvist"], row["Versjon i git"], row["Beløp"]) == ("16", "3", revision, "9936,54")
    reader.follow(re.compile("^02.03.2026")).sees("Varighet", "Per kategori", "Utleggskrav", revision)


def test_g5_who_is_told_and_what_is_left_of_a_quota_until_when(visit: Visits, sent: Synced) -> None:
    portal, installation = sent
    installation.sql(CHANNEL)
    reader = entered(visit, portal)
    reader.sees("99 % igjen", "av 5 000 forespørsler er brukt. Ny kvote 1. april 2026.")
    installation.sql(SHUT, "Rate limit reached")
    reader.page.reload()
    reader.sees("Systemet tar ikke imot mer før", "Rate limit reached")
    reader.follow("xledger").sees("Systemet blir ikke spurt før", "Rate limit reached", part="Hvordan det står til")
    reader.follow("Påloggingsdetaljer")
    reader.sees("styret Varsling (e-post)", "drift Varsling (webhook)", "mangler: ingen blir varslet")


def test_g6_one_is_retried_all_are_retried_one_is_given_up_and_the_page_follows(
    visit: Visits, portal: Opened, installation: Installation, books: Books
) -> None:
    installation.sync()
    reader = entered(visit, portal).follow("3 bilag")
    reader.follow(re.compile("^[0-9a-f]{8}-"), "Bilag").press("Prøv på nytt").press("Prøv på nytt")
    reader.sees("1 bilag sendes på nytt ved neste kjøring.")
    reader.follow("Bare de som krever oppfølging").tick(re.compile("^Velg bilag")).press(
        "Gi opp", "Med de valgte bilagene"
    )
    reader.sees("Bekreft: Gi opp", "Bilagene blir aldri sendt.")
    reader.write("Begrunnelse (10 til 500 tegn, uten navn på personer)", "Betalt kontant samme dag")
    reader.tick("Jeg har lest hva som skjer, og det er dette jeg vil").press("Gi opp")
    reader.sees("1 bilag er gitt opp.", "gitt opp")
    reader.follow("Bare de som krever oppfølging").press("Prøv på nytt", "Med alle bilagene i utvalget")
    reader.sees("Bekreft: Prøv på nytt").press("Prøv på nytt")
    said = installation.sql("select detail ->> 'to', count(*) from reconciler.audit where action like 'export-%%'"
                            " group by 1 order by 1")  # fmt: skip
    assert dict(said)["not_applied"] >= 2
    reader.follow("Avstemmer").sees("Gul 2 prøves på nytt").misses("2 avvist")
    installation.sync()
    reader.waits("2 avvist")  # nobody has loaded the page again
