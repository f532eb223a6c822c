"""No file of a package says who somebody is: what looks like it is refused by its place, and never repeated."""

import io
import re
import zipfile

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts.reports import ACTIVITY, report, rows, sheet

from reconciler.errors import PersonalData
from reconciler.packages.package import write
from reconciler.packages.privacy import MOST, kind_of
from reconciler.reports.document import Column, Figure

NUMBER, LATER, SYNTHETIC = "02013299997", "30108299939", "30508299920"
"""The vectors of research 10.1: the old rule, the rule of 2032."""
ID, MAIL, PHONE = "a national identity number", "an e-mail address", "a telephone number"


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (NUMBER, ID),
        (LATER, ID),
        ("020132 99997", ID),
        ("020132-99997", ID),
        ("Medlem 020132\u00a099997 var med", ID),
        ("０２０１３２９９９９７", ID),
        ("٠٢٠١٣٢٩٩٩٩٧", ID),
        ("0201\u200b3299997", ID),
        (f"lp_{NUMBER}", ID),
        (f"lp-{NUMBER}.", ID),
        (2013299997, ID),
        (30108299939, ID),
        ("kari.nordmann@example.no", MAIL),
        ("skriv til kari＠example.no i dag", MAIL),
        ("Kari <kari@blåbær.example>", MAIL),
        ("+47 922 33 445", PHONE),
        ("004792233445", PHONE),
        ("922 33 445", PHONE),
        ("22 33 44 55", PHONE),
        ("tlf. 22334455", PHONE),
        ("Telefon: 92233445", PHONE),
        ("ring 92233445 først", PHONE),
        ("92233445 ringes", PHONE),
        (NUMBER[:-1] + "8", None),
        ("86011117947", None),
        ("988077917", None),
        ("988 077 917", None),
        ("20250417", None),
        ("A-92233445", None),
        ("92233445", None),
        ("0301", None),
        ("01.02.2025 kl. 18.00-20.00", None),
        ("4f" * 20, None),
        ("3f0c9a5e-7a39-4f3b-9d4c-02013299997a", None),
        (f"{NUMBER}1", None),
        ("14 211 000", None),
        ("Møte 12 34 56", None),
        ("@", None),
        (14211, None),
        (True, None),
        (None, None),
        ("", None),
    ],
)
def test_what_looks_like_a_person_is_known(cell, kind):
    assert kind_of(cell) == kind


def test_it_is_refused_by_its_place_and_nothing_is_left(tmp_path):
    def hostile():
        yield from rows(3)
        yield *next(rows(1))[:-1], f"snakket med {NUMBER}"

    made = report(sheets=[*report().sheets[:3], type(report().sheets[3])("Likepersonsaktiviteter", ACTIVITY, hostile)])
    with pytest.raises(PersonalData) as caught:
        write(made, tmp_path / "pakke")
    assert caught.value.message == (
        f"sheet 'Likepersonsaktiviteter', row 5, column 'Merknad' holds what looks like {ID}"
    )
    assert caught.value.exit_code == 5
    assert [(each.severity, each.code) for each in caught.value.findings] == [("error", "personal-data")]
    assert NUMBER not in str(caught.value.findings) + str(caught.value) + caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_many_are_gathered_up_to_a_number(tmp_path):
    with pytest.raises(PersonalData, match=r"\(and 19 more\)") as caught:
        write(report(sheets=[sheet(*((NUMBER,) for _ in range(100)))]), tmp_path / "pakke")
    assert len(caught.value.findings) == MOST
    assert "row 21," in caught.value.findings[-1].message


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"texts": {"introduction": f"Spør {NUMBER}"}}, "the template's text 'introduction'"),
        ({"corrections": ["kari@example.no er strøket"]}, "a correction"),
        ({"organization": "Kari, tlf 92233445"}, "the head of the report"),
        ({"figures": [Figure("k", "Antall", 1, note="22 33 44 55")]}, "the key figure 'k'"),
        ({"sheets": [sheet(columns=[Column(NUMBER)])]}, "a heading of sheet 2"),
        ({"sheets": [sheet(name=NUMBER)]}, "a heading of sheet 2"),
    ],
)
def test_texts_are_looked_at_too(tmp_path, more, place):
    with pytest.raises(PersonalData, match=re.escape(place)) as caught:
        write(report(**more), tmp_path / "pakke")
    told = str(caught.value.findings)
    assert not any(word in told for word in (NUMBER, "kari@", "92233445", "22 33 44 55"))


def test_a_heading_that_says_too_much_is_not_repeated_with_its_rows(tmp_path):
    with pytest.raises(PersonalData) as caught:
        write(report(sheets=[sheet((NUMBER,), columns=[Column(LATER)], name=NUMBER)]), tmp_path / "pakke")
    assert [each.message for each in caught.value.findings][-1].startswith("sheet number 1, row 2, column number 1")
    assert not any(number in str(caught.value.findings) for number in (NUMBER, LATER))


def test_no_file_of_a_package_holds_a_name_or_an_identity_number(tmp_path):
    """The rows are made of pseudonyms; the names and numbers behind them are searched for in every file, unpacked."""
    names = [f"Seed Nordmann-{number % 97}" for number in range(40)]
    seeded = [*names, NUMBER, LATER, "kari@example.no", "92233445"]
    folder = write(report(40), tmp_path / "pakke").folder
    texts = []
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                texts += [parts.read(name).decode() for name in parts.namelist()]
        elif path.suffix == ".pdf":
            read = pypdf.PdfReader(io.BytesIO(content))
            texts += [page.extract_text() for page in read.pages] + [str(read.metadata)]
        else:
            texts.append(content.decode("utf-8-sig"))
    whole = "\n".join(texts)
    assert "lp-0039" in whole
    assert "Erklæring og underskrift" in whole
    assert [word for word in seeded if word in whole] == []
    candidates = re.findall(r"(?<![0-9a-f])\d{11}(?![0-9a-f])", whole)
    assert [number for number in candidates if kind_of(number)] == []


@given(st.integers(1, 28), st.integers(1, 12), st.integers(0, 99), st.integers(0, 999), st.sampled_from([0, 40, 80]))
def test_every_valid_number_is_found_within_text(day, month, year, individual, shift):
    """Made by the rule of the register, not by our check."""
    digits = f"{day:02}{month + shift:02}{year:02}{individual:03}"
    first = -sum(int(d) * w for d, w in zip(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2), strict=True)) % 11
    digits += str(first)
    second = -sum(int(d) * w for d, w in zip(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=False)) % 11
    if first < 10 and second < 10:
        assert kind_of(f"sa {digits}{second}, at") == ID
