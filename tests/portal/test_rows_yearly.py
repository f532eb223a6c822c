"""Rows I: the yearly report, by nothing but what stands on the pages, from counting to a correction."""

import hashlib
import io
import re
import zipfile
from pathlib import Path

import pytest
from parts.browser import Visits, chromium, visit
from parts.portal import Opened
from parts.reader import Reader, entered
from parts.synced import Synced
from parts.yearly import LONGER, TYPE, WHY, registered

__all__ = ["chromium", "visit"]
SEEN = "Jeg har sett på nøkkeltallene og det som ble funnet."


@pytest.fixture(scope="module")
def yearly(synced: Synced) -> Synced:
    """The scenarios follow each other on one installation, as a year does."""
    registered(synced[1])
    return synced


def at_report(visit: Visits, portal: Opened) -> Reader:
    """The page of the report on 2025, by the dashboard."""
    reader = entered(visit, portal)
    reader.follow("bufdir 2025", "Årsrapporter")
    return reader.sees("Grunnlagsår 1. januar 2025 til 31. desember 2025", "Frist 15. september 2026")


def at_check(reader: Reader) -> Reader:
    """Today's data, once they are counted."""
    reader.follow("Kontroller med dagens data").waits("Det som kontrolleres")
    return reader


def test_i1_members_branches_and_activities_are_counted_by_dated_rules_and_nobody_is_named(
    visit: Visits, yearly: Synced
) -> None:
    portal, installation = yearly
    reader = at_check(at_report(visit, portal))
    [(members,)] = installation.sql(
        "select count(*) from app.members where organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007'"
        " and joined_on <= '2025-12-31' and coalesce(left_on > '2025-12-31', true)"
    )
    reader.sees(f"Antall medlemmer {members} ", part="Nøkkeltall")
    reader.sees("digitale aktiviteter: regelen i versjon", "Spør tilskuddsgiveren", part="Det som ble funnet")
    reader.sees("Filene har ingen fødselsnumre, e-postadresser eller telefonnumre i orden",
                part="Det som kontrolleres")  # fmt: skip


def test_i3_an_unmapped_type_blocks_zeros_are_shown_and_totals_are_checked(visit: Visits, yearly: Synced) -> None:
    portal, installation = yearly
    installation.sql(TYPE, "podkast", "conversation")
    reader = at_check(at_report(visit, portal))
    reader.press("Tell på nytt").waits("1 feil må rettes")
    reader.sees("Aktivitetstypen «podkast» er ikke knyttet til reglene", "under activity_types i rapportens oppsett",
                "reports/bufdir.yaml, linje", part="Det som ble funnet")  # fmt: skip
    reader.sees("Medlemmene i fylkene er til sammen alle medlemmene i orden", part="Det som kontrolleres")
    assert not reader.offers("button", "Lås for godt")
    reader.follow("Tilbake: bufdir 2025").sees("1 feil hindrer låsing")
    installation.sql(TYPE, "conversation", "podkast")
    at_check(reader).press("Tell på nytt").waits("Ingenting hindrer at rapporten låses.")


def test_i4_it_is_frozen_downloaded_handed_over_and_compared_with_what_was_handed_over(
    visit: Visits, yearly: Synced
) -> None:
    portal, installation = yearly
    reader = at_check(at_report(visit, portal))
    reader.write("Begrunnelse", WHY).tick(SEEN).press("Lås for godt").waits("Låst av kari-blindeforbundet")
    reader.sees("Låst, ikke levert", "2. mars 2026", WHY, "Ikke levert.")
    files = _downloaded(reader, "Last ned hele pakken, versjon 1")
    for name, content in files.items():
        reader.sees(f"{name} {hashlib.sha256(content).hexdigest()}", part="Versjon 1")
    reader.write("Levert til", "Bufdir").write("Kvittering eller referanse", "2026-117").press("Skriv at den er levert")
    reader.sees("Levert til Bufdir 2. mars 2026 av kari-blindeforbundet, kvittering 2026-117", "Grønn Levert")
    installation.sql(LONGER, "conversation")
    reader.press("Sammenlign med dagens data").waits("Forskjeller fra versjon 1")
    reader.sees("Versjon 1 er levert", "2 forskjeller", part="Forskjeller fra versjon 1")
    reader.write("Begrunnelse", "En samtale varte lenger").tick(SEEN).press("Lås for godt")
    reader.waits("Årsak til rettelsen: En samtale varte lenger")
    reader.sees("Årsak til rettelsen: En samtale varte lenger", "Timer: 89,7 er rettet til 90,7", part="Versjon 2")
    assert _downloaded(reader, "Last ned hele pakken, versjon 1") == files
    reader.follow("Se alt som er gjort med rapporten").sees("leverte rapporten", "låste rapporten", "2026-117")


def test_i2_the_files_have_the_organisations_own_columns_and_name_the_version_of_its_mapping(
    visit: Visits, yearly: Synced
) -> None:
    portal, installation = yearly
    reader = at_check(at_report(visit, portal))
    files = _downloaded(reader, "Last ned utkastet")
    [(revision, title)] = installation.sql("select revision, body ->> 'title' from reconciler.reports")
    reader.sees(title)
    assert revision in files["report.json"].decode()
    [(venue,)] = installation.sql(
        "select venue from app.peer_support_activities where held_on between '2025-01-01' and '2025-12-31'"
        " and organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007' and venue is not null limit 1"
    )
    tables = [content.decode() for name, content in files.items() if name.endswith(".csv")]
    assert any(venue in each for each in tables), "what others call a town is a venue here"
    reader.follow("Tilbake: bufdir 2025").sees(f"Oppsettets versjon {revision}")


def _downloaded(reader: Reader, name: str) -> dict[str, bytes]:
    """The files of a package that a button gives."""
    with reader.page.expect_download() as coming:
        reader.follow(name)
    content = Path(coming.value.path()).read_bytes()
    assert re.fullmatch(r"blindeforbundet-bufdir-2025-(v\d+|utkast)\.zip", coming.value.suggested_filename)
    with zipfile.ZipFile(io.BytesIO(content)) as parcel:
        return {each.rpartition("/")[2]: parcel.read(each) for each in parcel.namelist()}
