"""What stands in the PDF, section by section, in the order of reading."""

from collections.abc import Iterator, Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer, Table, TableStyle

from reconciler.errors import UsageError
from reconciler.packages.cells import cleaned, norwegian
from reconciler.packages.sheets import FIGURES, FINDINGS, file_of
from reconciler.packages.summary import SMALL, Summary
from reconciler.packages.typography import INK, WIDTH, Look, pairs, paragraph, table
from reconciler.packages.words import SCOPES, SEVERITIES, grouped, shown
from reconciler.reports.document import Report

MOST = 200
"""Findings, and corrections, that are printed; `report.json` has all."""
NARROW = 7
"""Columns of a sheet that is printed as it is."""
WIDEST = 40
"""Letters of a column; a cell that has more is broken into lines."""
MOST_SIGNERS = 12
DECLARATION = (
    "Vi bekrefter at opplysningene i denne rapporten er riktige, at de er talt etter telleregelen som er oppgitt, og at"
    " grunnlaget kan dokumenteres."
)
SIGNED_BY = "For organisasjonen"


def organization_number(report: Report) -> str:
    """In threes, as people read it: 970 906 513."""
    number = cleaned(report.organization_number)
    return "\u00a0".join(number[start : start + 3] for start in range(0, 9, 3)) if len(number) == 9 else number


def head(report: Report) -> Iterator[Any]:
    """Whose report it is, of which time, by which rules."""
    version = str(report.version) if report.version == 1 else f"{report.version} (retter versjon {report.version - 1})"
    yield paragraph(cleaned(report.title), "title")
    yield paragraph(f"{cleaned(report.organization)}, grunnlagsår {report.year}", "subtitle")
    yield pairs(
        [
            ("Organisasjon", cleaned(report.organization)),
            ("Organisasjonsnummer", organization_number(report)),
            ("Grunnlagsår", str(report.year)),
            ("Periode", f"{norwegian(report.first)}–{norwegian(report.last)}, begge dager medregnet"),
            ("Omfang", SCOPES[report.scope]),
            ("Versjon", version),
            ("Telleregler", cleaned(report.rules)),
            ("Oppsett", f"{cleaned(report.name)}, versjon i git {cleaned(report.revision)}"),
        ]
    )
    if any(each.severity == "error" for each in report.findings):
        yield paragraph("Rapporten har feil og skal ikke underskrives. Feilene står under «Avvik».", "alarm")
    if introduction := cleaned(report.texts.get("introduction", "")):
        yield Spacer(0, 4 * mm)
        yield paragraph(introduction)


def figures(report: Report) -> Iterator[Any]:
    """The key figures, and how each was counted."""
    yield paragraph("Nøkkeltall", "section")
    if not report.figures:
        yield paragraph("Rapporten har ingen nøkkeltall.")
        return
    rows = [
        [cleaned(each.label), grouped(each.value), cleaned(each.unit), cleaned(each.note)] for each in report.figures
    ]
    yield table(("Nøkkeltall", "Verdi", "Enhet", "Slik er det telt"), rows, Look((33, 13, 14, 40), (1,)))


def left_out(summaries: Sequence[Summary]) -> Iterator[Any]:
    """How many rows have each value of the tallied columns, such as why they do not count."""
    for summary in summaries:
        for heading, tally in summary.tallies.items():
            yield paragraph(f"{cleaned(summary.sheet.name)}: {heading}", "section")
            rows = [[value, grouped(count)] for value, count in tally]
            rows.append(["Til sammen", grouped(sum(count for _, count in tally))])
            yield table((heading, "Antall"), rows, Look((78, 22), (1,), sums=True))


def small_sheet(report: Report, summary: Summary) -> Iterator[Any]:
    """A small sheet as it is, without the columns that only repeat whose report it is."""
    known = {cleaned(report.organization), cleaned(report.organization_number), str(report.year)}
    rows, columns = summary.first, summary.sheet.columns
    told = [n for n in range(len(columns)) if not all(norwegian(row[n]) in known for row in rows)]
    if summary.sheet.name in (FIGURES, FINDINGS) or not 0 < summary.rows <= SMALL or not 0 < len(told) <= NARROW:
        return
    yield paragraph(cleaned(summary.sheet.name), "section")
    lines = [[shown(row[n]) for n in told] for row in rows]
    if summary.places:
        words = ["Sum", *[""] * len(told)]
        lines.append([shown(summary.places.get(n, words[place])) for place, n in enumerate(told)])
    heads = [cleaned(columns[n].heading) for n in told]
    widths = [min(max(map(len, column)), WIDEST) + 3 for column in zip(heads, *lines, strict=True)]
    numbers = [place for place, n in enumerate(told) if columns[n].kind in ("whole", "decimal")]
    yield table(heads, lines, Look(widths, numbers, sums=bool(summary.places)))


def contents(summaries: Sequence[Summary]) -> Iterator[Any]:
    """What is in the package: every sheet, how many rows, what they add up to, in which file."""
    words = paragraph(
        "Arkene står i summary.xlsx og i hver sin CSV-fil. report.json er arkivet, med en kontrollsum for hver rad,"
        " og MANIFEST har kontrollsummen til hver fil. Kontrollsummen nederst på hver side er den til report.json:"
        " underskriften gjelder nettopp de tallene."
    )
    rows = []
    for place, each in enumerate(summaries, start=1):
        totals = "\n".join(f"{heading}: {grouped(total)}" for heading, total in each.totals.items())
        rows.append([cleaned(each.sheet.name), grouped(each.rows), totals, file_of(place, each.sheet)])
    listed = table(("Ark", "Rader", "Summer", "Fil"), rows, Look((24, 9, 37, 30), (1,)))
    yield KeepTogether([paragraph("Innholdet i pakken", "section"), words, listed])


def findings(report: Report) -> Iterator[Any]:
    """What a person has to know before signing."""
    yield paragraph("Avvik", "section")
    if not report.findings:
        yield paragraph("Ingen avvik.")
        return
    rows = [[SEVERITIES[each.severity], cleaned(each.message), cleaned(each.hint)] for each in report.findings[:MOST]]
    yield table(("Alvor", "Avvik", "Tiltak"), rows, Look((13, 50, 37)))
    yield from _rest(len(report.findings))


def corrections(report: Report) -> Iterator[Any]:
    """What differs from the version before, where there was one."""
    if not report.corrections:
        return
    yield paragraph(f"Rettelser siden versjon {max(report.version - 1, 1)}", "section")
    rows = [[str(number), cleaned(each)] for number, each in enumerate(report.corrections[:MOST], start=1)]
    yield table(("Nr.", "Rettelse"), rows, Look((8, 92), (0,)))
    yield from _rest(len(report.corrections))


def signature(report: Report) -> Iterator[Any]:
    """The declaration, and lines to write on: one set for each line of `signed_by`. Raises UsageError for too many."""
    parts: list[Any] = [paragraph("Erklæring og underskrift", "section")]
    parts.append(paragraph(cleaned(report.texts.get("declaration", "")) or DECLARATION))
    signers = [each for each in cleaned(report.texts.get("signed_by", "")).split("\n") if each.strip()]
    if len(signers) > MOST_SIGNERS:
        raise UsageError(
            f"'signed_by' has {len(signers)} lines, one for each who signs", f"at most {MOST_SIGNERS} sign"
        )
    for signer in signers or [SIGNED_BY]:
        parts += [Spacer(0, 3 * mm), paragraph(signer.strip(), "head"), *_lines()]
        yield KeepTogether(parts)
        parts = []


def _lines() -> list[Any]:
    """Place and date, signature; name in capital letters, role."""
    half = WIDTH / 2 - 4 * mm
    rules = [
        ("LINEABOVE", (0, 1), (0, 1), 0.6, INK),
        ("LINEABOVE", (2, 1), (2, 1), 0.6, INK),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ]
    found = []
    for left, right in (("Sted og dato", "Underskrift"), ("Navn med blokkbokstaver", "Rolle i organisasjonen")):
        rows = [["", "", ""], [paragraph(left, "soft"), "", paragraph(right, "soft")]]
        found.append(Table(rows, [half, 8 * mm, half], [11 * mm, 5 * mm], hAlign="LEFT", style=TableStyle(rules)))
    return found


def _rest(count: int) -> Iterator[Any]:
    if count > MOST:
        yield paragraph(f"Og {grouped(count - MOST)} til, som står i report.json.")
