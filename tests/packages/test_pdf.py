"""The PDF as another library reads it: what it says, on which page, and which archive it binds."""

import io
import re
from dataclasses import replace
from decimal import Decimal

import pypdf
import pypdfium2
import pytest
from parts.reports import report, sheet

from reconciler.errors import UsageError
from reconciler.packages.package import write
from reconciler.reports.document import Column, Figure, Finding

FOOT = re.compile(r"SHA-256 av report\.json: ([0-9a-f]{64})")


def pages(tmp_path, **more):
    """The text of each page, blanks made equal; and the package."""
    written = write(replace(report(14), **more), tmp_path / "pakke")
    read = pypdf.PdfReader(io.BytesIO((written.folder / "report.pdf").read_bytes()))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in read.pages], written


def test_it_says_whose_report_it_is_and_what_was_counted(tmp_path):
    found, _ = pages(tmp_path)
    for words in (
        "Rapport om medlemmer og likepersonsarbeid", "Demoforeningen for blåbær & ærlighet", "988 077 917",
        "01.01.2025–31.12.2025", "hele landet", "likepersonsarbeid, versjon 3", "4f" * 20,
        "Antall medlemmer 5 385 medlemmer", "1 234,50 timer", "vises ikke Færre enn fem",
        "Årsak ikke tellende Antall", "færre enn tre deltakere 3", "kortere enn 45 minutter 2", "Til sammen 5",
        "To digitale møter er talt etter en regel som er uavklart.",
    ):  # fmt: skip
        assert words in found[0], words


def test_every_page_is_numbered_and_binds_the_archive(tmp_path):
    found, written = pages(tmp_path)
    assert [re.search(r"side \d av \d", text)[0] for text in found] == ["side 1 av 3", "side 2 av 3", "side 3 av 3"]
    assert [FOOT.findall(text) for text in found] == [[written.files["report.json"]]] * 3
    assert all("988 077 917 · grunnlagsår 2025 · versjon 1" in text for text in found)


def test_there_is_room_to_sign_for_each_who_signs(tmp_path):
    found, _ = pages(tmp_path)
    whole = " ".join(found)
    assert "Erklæring og underskrift Vi bekrefter at opplysningene" in whole
    for line in ("Generalsekretær", "Styreleder"):
        assert line in whole
    for line in ("Sted og dato", "Underskrift", "Navn med blokkbokstaver", "Rolle i organisasjonen"):
        assert whole.count(line) == 2
    assert "Rettelser" not in whole


def test_small_sheets_are_printed_and_large_ones_only_summed_up(tmp_path):
    found, _ = pages(tmp_path)
    whole = " ".join(found)
    assert "Fylkesnr Fylke Antall medlemmer Betalende medlemmer Medlemmer under 26 år 03 Oslo 100 93 11" in whole
    assert "Sum 5 385 5 280 592" in whole
    assert "Likepersonsaktiviteter 14 Antall deltakere: 91 Varighet (min): 511 Timer: 8,52" in whole
    assert "A-0000001" not in whole


def test_thirty_one_rows_are_too_many_to_print(tmp_path):
    small, large = (
        sheet(*((f"rad-{n}",) for n in range(count)), name=name) for name, count in (("Liten", 30), ("Stor", 31))
    )
    whole = " ".join(pages(tmp_path, sheets=[small, large])[0])
    assert whole.count("rad-29") == 1


def test_a_correction_names_its_version_and_each_difference(tmp_path):
    found, _ = pages(tmp_path, version=3, corrections=["Oslo: 100 i stedet for 101", "Møtet 3. mai er strøket"])
    whole = " ".join(found)
    assert "3 (retter versjon 2)" in whole
    assert "Rettelser siden versjon 2" in whole
    assert "1 Oslo: 100 i stedet for 101 2 Møtet 3. mai er strøket" in whole


def test_a_report_with_errors_says_that_nobody_shall_sign_it(tmp_path):
    found, _ = pages(tmp_path, findings=[Finding("error", "x", "Fylkene stemmer ikke.", "Rett dem.")])
    assert "Rapporten har feil og skal ikke underskrives." in found[0]
    assert "Feil Fylkene stemmer ikke. Rett dem." in found[0]
    assert "skal ikke underskrives" not in " ".join(pages(tmp_path / "a")[0])


def test_no_finding_is_said_so(tmp_path):
    assert "Avvik Ingen avvik." in pages(tmp_path, findings=())[0][0]


def test_more_findings_than_are_printed_are_counted(tmp_path):
    many = [Finding("warning", "x", f"Avvik nummer {number}.", "Se etter.") for number in range(203)]
    whole = " ".join(pages(tmp_path, findings=many, corrections=[f"Rettelse {n}" for n in range(201)])[0])
    assert "Avvik nummer 199." in whole
    assert "Avvik nummer 200." not in whole
    assert "Og 3 til, som står i report.json." in whole
    assert "Og 1 til, som står i report.json." in whole


def test_what_people_wrote_is_never_taken_for_markup(tmp_path):
    nasty = '<font size="99">&amp;</font><img src="file:///etc/passwd"/></para>'
    found, _ = pages(tmp_path, organization=nasty, texts={"introduction": nasty, "signed_by": nasty})
    assert found[0].count(nasty) == 4


def test_letters_that_the_font_lacks_become_their_nearest(tmp_path):
    found, _ = pages(tmp_path, organization="Norgga Sámiid Eŋgen ja Ŧuvla Čállit, őrøst ☃")
    assert "Norgga Sámiid Engen ja Tuvla Čállit, orøst ?" in found[0]


@pytest.mark.parametrize("word", ["x" * 900, "blåbær " * 200, "\n" * 700, "a\n" * 700])
def test_long_words_and_names_stay_on_the_page(tmp_path, word):
    long = Figure("k", word, 10**14, word[:60], word)
    columns = [Column(f"{n} {word[:30]}") for n in range(7)]
    more = {
        "figures": [long],
        "sheets": [sheet((word,) * 7, columns=columns)],
        "organization": word,
        "corrections": [word],
        "texts": {"introduction": word},
    }
    written = write(replace(report(), **more), tmp_path / "pakke")
    drawn = pypdfium2.PdfDocument(written.folder / "report.pdf")
    for page in drawn:
        bitmap = page.render(scale=0.5).to_pil().convert("L")
        width, height = bitmap.size
        margin = bitmap.crop((width - 24, 0, width, height))
        assert margin.getextrema() == (255, 255), "ink in the right margin"
        assert bitmap.crop((0, 0, 24, height)).getextrema() == (255, 255), "ink in the left margin"


def test_an_empty_report_can_be_read(tmp_path):
    found, _ = pages(tmp_path, figures=(), sheets=(), findings=(), texts={})
    assert "Rapporten har ingen nøkkeltall." in found[0]
    assert "For organisasjonen" in " ".join(found)


def test_a_number_on_paper_is_grouped_and_its_minus_is_one(tmp_path):
    columns = [Column("Beløp", "decimal", summed=True)]
    one = sheet((Decimal("-1234567.50"),), (Decimal("0.25"),), columns=columns)
    assert "−1 234 567,50 0,25 −1 234 567,25" in " ".join(pages(tmp_path, sheets=[one])[0])


def test_more_who_sign_than_anybody_has_are_refused(tmp_path):
    with pytest.raises(UsageError, match="'signed_by' has 13 lines"):
        pages(tmp_path, texts={"signed_by": "Styremedlem\n" * 13})
    assert list(tmp_path.iterdir()) == []
