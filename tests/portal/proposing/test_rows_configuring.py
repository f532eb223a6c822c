"""Rows C, D and E: fields are mapped, data chosen and runs planned in a browser, by what stands on the screen.

One installation and one page for all of it: whoever has logged in goes on from where the last scenario ended.
"""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import psycopg
import pytest
from parts.browser import Chromium, Visits, chromium, visiting
from parts.changing import Changing, changing
from parts.databases import database, url_of
from parts.drafting import Drafting
from parts.editing import claims
from parts.followed import ROOT
from parts.pages import no_overflow, no_violations
from parts.proposing import ACCOUNTANT, ADMIN
from parts.reader import Reader, entered
from playwright.sync_api import Route, expect

__all__ = ["chromium"]
MAPPING = "orgs/alfa/mappings/expense-claims.yaml"
EDITS = (
    (MAPPING, "Utlegg {incurred_on}", "Refusjon {incurred_on}"),
    ("orgs/beta/mappings/expense-claims.yaml", "Utlegg {incurred_on}", "Beta {incurred_on}"),
)
HEAD = "apiVersion: reconciler/v1\nkind: {}\nmetadata: {{name: {}}}\nspec:\n"
BOOKS = HEAD.format("Integration", "xledger") + (
    '  type: xledger\n  environment: simulator\n  settings: {entity: "31007"}\n  credentials: {name: xledger}\n'
    "  exports: [{category: mileage_claims, since: 2026-01-01}]\n"
)
OWNED = HEAD.format("Exclusion", "own-portal") + "  features: [chat, news]\n  reason: Kept in our own portal only\n"
FILES = {
    "orgs/alfa/integrations/xledger.yaml": BOOKS,
    "orgs/alfa/mappings/mileage-claims.yaml": (ROOT / "orgs/blindeforbundet/mappings/mileage-claims.yaml").read_text(),
    "orgs/alfa/exclusions/own-portal.yaml": OWNED,
}
CHANGED = "Endring av feltoppsettet members-expense-claims"
WHAT_COMES = "Hva det gjør med postene"
MEANS = "Dette betyr det"
NUMBERS = "Antall desimaler (2)"
TEXT, TYPED = "Kilde for Tekst (expense)", "Verdi eller uttrykk for Tekst (expense)"


@pytest.fixture(scope="module")
def there(
    tmp_path_factory: pytest.TempPathFactory, administration: psycopg.Connection, template: str, server_url: str
) -> Iterator[Changing]:
    with (
        database(administration, "configuring", template) as name,
        changing(tmp_path_factory.mktemp("configuring"), url_of(server_url, name), *EDITS, more=FILES) as found,
    ):
        claims(
            cast("Drafting", SimpleNamespace(here=found.here)),
            ("approved", "2026-02-01", 100, "receipts/1"),
            ("approved", "2026-02-02", 200, "receipts/2"),
            ("approved", "2026-02-03", 40, None),
            ("approved", "2025-11-03", 500, "receipts/3"),
            ("draft", "", 30, None),
        )
        yield found


@pytest.fixture(scope="module")
def visit(there: Changing, chromium: Chromium) -> Iterator[Visits]:
    """Before the portal goes, its pages do."""
    with visiting(chromium) as found:
        yield found


@pytest.fixture(scope="module")
def reader(there: Changing, visit: Visits) -> Reader:
    """The admin, at a desk."""
    return entered(visit, there.portal, ADMIN).follow("Demoforeningen")


def mapping(reader: Reader, name: str = "members-expense-claims") -> Reader:
    return reader.follow("Feltoppsett").follow(f"Rediger {name}")


def steps(reader: Reader, summary: str) -> Reader:
    """A row with all that may be done to its value."""
    reader.unfold(f"Omforming: {summary}").waits("Verdi når feltet er tomt")
    return reader


def previews(reader: Reader, *words: str) -> None:
    """Each comes to stand in the preview, by itself."""
    for each in words:
        expect(reader.page.get_by_role("region", name="Forhåndsvisning")).to_contain_text(each)


def test_c1_a_field_is_dragged_onto_a_row_or_chosen_in_its_list(reader: Reader) -> None:
    mapping(reader)
    source = reader.page.get_by_label(TEXT)
    row, chip = reader.page.locator(".target", has=source), reader.page.locator('.chip[data-field="cost_center"]')
    row.scroll_into_view_if_needed()
    chip.scroll_into_view_if_needed()
    chip.drag_to(row)
    expect(source).to_have_value("from:cost_center")
    previews(reader, "from: cost_center", "310")
    reader.choose(TEXT, "Prosjekt")
    previews(reader, "from: project", "4100")
    reader.press("Kontroller og lagre utkast").sees("Dette er et utkast.", "Ingen feil funnet")
    expect(source).to_have_value("from:project")


def test_c1_a_field_is_carried_by_keyboard_alone(reader: Reader) -> None:
    page, source = mapping(reader).page, reader.page.get_by_label(TEXT)
    page.locator('.chip[data-field="project"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("Tatt opp: Prosjekt. Velg en rad med piltastene.")
    for _ in range(20):
        page.keyboard.press("ArrowDown")
        if page.locator(".target.over", has=source).count():
            break
    page.keyboard.press("Enter")
    expect(source).to_have_value("from:project")
    expect(source).to_be_focused()
    page.locator('.chip[data-field="status"]').focus()
    for key in ("Enter", "ArrowUp", "Escape"):
        page.keyboard.press(key)
    expect(page.locator(".target.over")).to_have_count(0)
    previews(reader, "from: project")


def test_c1_the_editor_is_whole_on_a_phone_without_scripts_and_for_everybody(visit: Visits, reader: Reader) -> None:
    kept, address = reader.page.context.storage_state(), mapping(reader).page.url
    phone = visit(address, width=390, dark=True, storage_state=kept)
    phone.evaluate(
        "document.querySelectorAll('details:not(.steps), .target:first-child .steps').forEach(one => one.open = true)"
    )
    for then in ("", address.rpartition("/mappings")[0] + "/mappings"):
        if then:
            phone.goto(then)
        no_overflow(phone)
        no_violations(phone)
    plain = Reader(visit(address, java_script_enabled=False, storage_state=kept))
    plain.choose(TEXT, "Kostnadssted").press("Vis forhåndsvisning").sees("from: cost_center")
    phone.context.close()
    plain.page.context.close()


def test_c2_a_date_is_written_in_the_format_that_is_chosen(reader: Reader) -> None:
    mapping(reader, "members-activity-logs")
    for target, chosen, made in (
        ("Minutter", "sekunder siden 1970", "Minutter17"),
        ("Aktivitetstype", "31.12.2026", ".2026"),
        ("Aktivitetstype", "2026-12-31T12:00:00+01:00", ":00+01:00"),
    ):
        source = f"Kilde for {target} (activity)"
        row = reader.page.locator(".target", has=reader.page.get_by_label(source))
        if not row.get_by_label("Datoformat").count():
            row.get_by_text("Omforming").click()
        reader.choose(source, "Startet")
        row.get_by_label("Datoformat").select_option(label=chosen)
        previews(reader, made)


def test_c3_five_samples_and_records_that_wait_are_shown_as_they_become(reader: Reader) -> None:
    mapping(reader).unfold("Eksempel 2")
    reader.sees(*(f"Eksempel {count}" for count in range(1, 6)), "Post 1 som venter (personopplysninger er skjult)")
    reader.misses("Eksempel 6")
    reader.sees("Dato 2026-01-13 Utleggstype travel Beløp 348.00 Tekst Refusjon 2026-01-13", "meeting")


def test_c4_what_is_unmapped_clashes_or_is_unknown_stands_in_its_row_and_cannot_be_proposed(reader: Reader) -> None:
    mapping(reader).choose("Kilde for Beløp (expense)", "– ikke i bruk –").choose(
        "Kilde for Dato (expense)", "Utleggstype"
    )
    reader.choose(TEXT, "Tekst med felter i klammer").write(TYPED, "Utlegg {nothing}")
    reader.choose("Kilde for Utleggstype (expense)", "Kvittering")
    reader.choose("Kilde for Medlemsnummer (expense)", "Fast verdi")
    reader.write("Verdi eller uttrykk for Medlemsnummer (expense)", "V30001-og-mye-mer-enn-det")
    reader.press("Kontroller og lagre utkast").sees("5 ting må rettes", "må fylles ut")
    for target, said in (
        ("Utleggstype", "'kind' tar imot 40 tegn, og dette har opptil 100"),
        ("Medlemsnummer", "den faste verdien har 25 tegn; det er plass til 20"),
    ):
        row = reader.page.locator(".target", has=reader.page.get_by_label(f"Kilde for {target} (expense)"))
        expect(row).to_contain_text(said)
    reader.sees("linjen 'expense' mangler 'amount' (Beløp), som er påkrevd", part="Linje: expense")
    reader.sees(
        "expense_claims har ikke feltet 'nothing'", "`date` tar imot en dag eller et tidspunkt, og dette er tekst"
    )
    reader.press("Lagre og gå videre").sees("Noe må rettes før endringen kan foreslås.")
    reader.sees(*(f"{MAPPING}:{line}" for line in (10, 13, 14, 15, 16)), part="Funn")
    assert not reader.offers("button", "Foreslå endringen")


def test_c5_constants_lookups_templates_defaults_and_dated_rates_make_a_balanced_voucher(reader: Reader) -> None:
    mapping(reader, "xledger-mileage-claims").sees("'postedDate' er påkrevd, og kilden er tom")
    reader.sees("Tekst Km 2026-01-20 Konto 7100 Beløp 297.50 Kostnadssted 310 Mva-kode 0")
    reader.sees("Konto 5330 Beløp 153.00", "Konto 2910 Beløp -450.50")
    reader.write("Verdi eller uttrykk for Konto (tax_free)", "7110").unfold("Tabell: departments")
    reader.write("Verdi i bilaget 1", "311")
    reader.write("Verdi eller uttrykk for Tekst (Felles for alle linjer)", "Kjørt {distance_km} km")
    rate = "min(amount, product(distance_km, reference(mileage.state_rate, travelled_on)))"
    reader.write("Verdi eller uttrykk for Beløp (tax_free)", rate)
    steps(reader, "Datoformat (iso), Dato i avsluttet periode").write(
        "Verdi når feltet er tomt", "2026-03-01T12:00+01:00"
    )
    previews(reader, 'default: "2026-03-01T12:00+01:00"')
    reader.sees("Tekst Kjørt 85.0 km Konto 7110 Beløp 450.50 Kostnadssted 311", "Konto 2910 Beløp -450.50")
    made = reader.text("Forhåndsvisning")
    assert ("kilden er tom" in made, "Konto 5330" in made) == (False, False), made


def test_c5_a_number_is_written_with_its_decimals_and_marks(reader: Reader) -> None:
    steps(mapping(reader), "Lengste tekst (200)").write("Lengste tekst", "").choose(TEXT, "Beløp")
    reader.choose("Antall desimaler", "1").choose("Desimaltegn", "komma").choose("Tusenskille", "mellomrom")
    previews(reader, "Tekst348,0", "Tekst1 874,5")


def test_c6_a_sample_becomes_a_test_and_the_mapping_begins_again_from_what_it_was_or_others_have(
    reader: Reader,
) -> None:
    mapping(reader).unfold("Eksempel 2").press("Lag test av eksempel 2").sees("Test 1: består", "Test 2: består")
    reader.choose("Kilde for Utleggstype (expense)", "Status").press("Kontroller og lagre utkast")
    reader.sees("Test 2: feiler", "expense.kind er approved, og meeting var ventet")
    reader.sees("Kari Nordmann", "the first commit", part="Historikk")
    text = reader.page.get_by_label(TYPED)
    for link, then in (
        ("Begynn med denne", "Utlegg {incurred_on}"),
        ("members-expense-claims hos Demoforeningen", "Beta {incurred_on}"),
    ):
        reader.page.get_by_role("link", name=re.compile(link)).last.click()
        expect(text).to_have_value(then)
    reader.follow("Forslag ut fra feltenes navn")
    expect(reader.page.get_by_label(re.compile("^Kilde for Vår referanse"))).to_have_value("from:export.reference")


def test_c6_each_version_has_its_author_and_reviewer_and_an_earlier_one_comes_back(
    reader: Reader, visit: Visits, there: Changing
) -> None:
    mapping(reader).write(TYPED, "Dekket {incurred_on}").press("Lagre og gå videre").press("Foreslå endringen")
    other = entered(visit, there.portal, ACCOUNTANT).follow("Endringer").follow(CHANGED)
    other.write("Begrunnelse, minst ti tegn", "Sett på sammen på kontoret").press("Godkjenn").sees("Du har godkjent")
    other.page.context.close()
    [branch] = there.here.bare.git("for-each-ref", "--format=%(refname)", "refs/heads/proposal").split()
    there.here.bare.git("update-ref", "refs/heads/main", branch)
    there.here.settle()
    there.portal.server.house.copy.head(fresh=True)
    versions = [each.inner_text().split("\t") for each in mapping(reader).page.locator("#history tbody tr").all()]
    assert [each[:3] for each in versions] == [
        [f"alfa: {CHANGED}", ADMIN, ACCOUNTANT],
        ["a change", "Kari Nordmann", "ingen kjent"],
        ["the first commit", "Kari Nordmann", "ingen kjent"],
    ]
    expect(reader.page.get_by_label(TYPED)).to_have_value("Dekket {incurred_on}")
    reader.page.get_by_role("link", name=re.compile("^Begynn med denne")).nth(1).click()
    expect(reader.page.get_by_label(TYPED)).to_have_value("Refusjon {incurred_on}")
    reader.press("Lagre og gå videre").sees('fjernet: - {to: text, template: "Dekket {incurred_on}"', "lagt til")
    assert reader.offers("button", "Foreslå endringen")


def selection(reader: Reader) -> Reader:
    return reader.follow("Oppsett").follow("Utvalg for members")


def test_d1_a_category_is_switched_off_and_on(reader: Reader) -> None:
    selection(reader).untick("Sendes", part="Aktivitetslogg").press("Sjekk")
    reader.sees("Endringen ligger i utkastet", "Aktivitetslogg, members Poster Nå Med utkastet", "sendes ikke")
    reader.sees("Utleggskrav, members: Utkastet endrer ikke hva som velges ut.")
    reader.tick("Sendes", part="Aktivitetslogg").press("Sjekk")
    reader.sees("Aktivitetslogg, members Poster Nå sendes ved neste kjøring").misses("sendes ikke", "Med utkastet")


def test_d2_records_are_filtered_and_incomplete_ones_wait_with_the_missing_field_named(reader: Reader) -> None:
    selection(reader).tick("submitted", part="Status")
    reader.choose("Hvilke", "bare disse", part="Utleggstype").tick("travel", part="Utleggstype")
    reader.unfold("Vilkår på andre felt", part="Utleggskrav")
    reader.choose("Må feltet være fylt ut?", "ja, ellers holdes posten tilbake", part="Kostnadssted")
    reader.unfold("Vilkår på andre felt", part="Aktivitetslogg")
    reader.choose("Hvilke", "bare disse", part="Avdeling").write("Verdier, én på hver linje", "Oslo", part="Avdeling")
    reader.press("Sjekk").sees("2: kostnadssted mangler (kr 300,00)", "1: kvittering mangler (kr 40,00)")
    reader.sees("1: status er ikke approved eller submitted (kr 30,00)").press("Lagre i utkastet")
    reader.sees("expense_type: [travel]", "present: [receipt, cost_center]", "department: [Oslo]")


def test_d3_a_cut_over_day_and_a_range_of_days_say_what_is_never_sent(reader: Reader) -> None:
    selection(reader).sees(
        "Måles på «Godkjent». Ingenting fra før denne dagen blir noen gang sendt.", part="Utleggskrav"
    )
    reader.write("Første dag som sendes", "2025-11-01", part="Utleggskrav")
    reader.unfold("Vilkår på andre felt", part="Utleggskrav")
    reader.write("Til og med dag", "2026-02-01", part="Godkjent").press("Sjekk")
    reader.sees(
        "Advarsel: Dagen er flyttet bakover fra 1. januar 2026: eldre poster vil bli sendt.", part="Utleggskrav"
    )
    reader.sees(
        "sendes ved neste kjøring 2 kr 300,00 2 kr 600,00", "2: godkjent er etter 1. februar 2026, eller mangler"
    )


def test_d4_an_exclusion_has_a_reason_and_an_end(reader: Reader) -> None:
    reader.follow("Oppsett").follow("Unntak").sees("Utleggstype: course", "uten slutt (gjelder)").follow("Nytt unntak")
    reader.choose("Kategori", "Utleggskrav").press("Velg").write("Navn på unntaket", "smaa")
    reader.unfold("Vilkår på andre felt").write("Høyst", "150", part="Beløp").press("Sjekk")
    assert reader.page.get_by_label("Begrunnelse").evaluate("field => field.validity.valueMissing")
    reader.write("Begrunnelse", "Småbeløp betales kontant").write("Gjelder til og med", "2026-12-31").press("Sjekk")
    reader.sees("1: unntatt til og med 31. desember 2026: Småbeløp betales kontant (kr 100,00)")


def test_d5_what_would_go_and_what_waits_is_counted_with_the_reasons(reader: Reader) -> None:
    selection(reader).misses("sendes ved neste kjøring").follow("Tell postene")
    reader.sees("sendes ved neste kjøring 2 kr 300,00 holdes tilbake 1 utenfor utvalget 2")
    reader.sees("Hvorfor de holdes tilbake 1: kvittering mangler (kr 40,00)", "1: status er ikke approved (kr 30,00)")
    reader.sees("1: godkjent er før den første dagen som eksporteres (1. januar 2026), eller mangler (kr 500,00)")


def test_d6_what_a_portal_owns_is_off_for_the_app_by_its_feature_flag(reader: Reader, there: Changing) -> None:
    reader.follow("Oppsett").follow("Unntak")
    reader.sees("own-portal Funksjoner i appen Nyheter; Meldinger Funksjonsflagg som er av i appen: chat, news")
    off = there.here.one.rows("select feature from public.feature_flags where not enabled order by feature")
    assert off == [("chat",), ("news",)]
    reader.follow("own-portal").sees("Appen leser dem som funksjonsflagg", "Se og endre egne kontaktopplysninger")


def schedule(reader: Reader) -> Reader:
    return reader.follow("Oppsett").follow("Tidsplan for members")


def test_e1_a_schedule_is_manual_daily_weekly_monthly_or_cron(reader: Reader) -> None:
    late: list[Route] = []
    reader.page.route("**/editors.js", lambda route: late.append(route))  # noqa: PLW0108 - it takes no method
    with reader.page.expect_request("**/editors.js"):
        schedule(reader)
    reader.choose("Hvor ofte", "Daglig")
    late[0].continue_()
    reader.page.unroute("**/editors.js")
    reader.waits("hver dag kl. 03.30 (Europe/Oslo)")
    reader.choose("Hvor ofte", "Ukentlig").choose("Ukedag", "fredag").waits("på fredager kl. 03.30 (Europe/Oslo)")
    reader.choose("Hvor ofte", "Månedlig").choose("Dag i måneden", "siste dag").waits(
        "siste dag i hver måned kl. 03.30"
    )
    reader.choose("Hvor ofte", "Egendefinert (cron)").write("Cron-uttrykk", "0 6 1 */3 *").waits("kl. 06.00")
    reader.choose("Hvor ofte", "Manuelt: bare når noen ber om det").waits("Ingenting kjøres av seg selv.")


def test_e2_a_time_and_a_zone_give_the_next_runs(reader: Reader) -> None:
    schedule(reader).choose("Hvor ofte", "Ukentlig").choose("Ukedag", "søndag").write("Klokkeslett", "06:15")
    reader.waits("på søndager kl. 06.15 (Europe/Oslo)")
    reader.sees("søndag 8. mars 2026 kl. 06.15 om 5 dager", "søndag 5. april 2026 kl. 06.15", part=MEANS)
    reader.write("Tidssone", "America/New_York").waits("på søndager kl. 06.15 (America/New_York)")
    reader.write("Tidssone", "Oslo").waits("Tidsplanen kan ikke leses")


def test_e3_a_cron_expression_is_read_out_in_both_languages_and_one_that_is_none_is_refused(reader: Reader) -> None:
    schedule(reader).sees("på mandager og torsdager kl. 05.15 (Europe/Oslo)").press("English")
    reader.sees("on Mondays and Thursdays at 05:15 (Europe/Oslo)").press("Norsk")
    reader.write("Cron-uttrykk", "61 3 * * 1-5").waits("Tidsplanen kan ikke leses")
    reader.sees("minutt 61 er utenfor 0-59", part=MEANS).press("Foreslå nå").sees("kan ikke foreslås slik det er")
    reader.write("Cron-uttrykk", "30 3 * * 1-5").waits("på hverdager kl. 03.30 (Europe/Oslo)")
