"""A monthly statement as a PDF that an accountant files: head, accounts with sums, and every record with a word."""

import io
from collections.abc import Sequence
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import reportlab
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from reconciler.packages.statement_words import (
    amount_of,
    comparison_of,
    day_of,
    explained,
    moment_of,
    month_of,
    words_of,
)
from reconciler.runs.account_statement import GROUPS, AccountLine, AccountStatement, Entry, Part, by_account

FONT, BOLD = "StatementVera", "StatementVera-Bold"
"""The fonts that come with the library: embedded, so that every reader shows the same."""
WIDTH = A4[0] - 36 * mm
INK, PALE, LINE = colors.HexColor("#1c2733"), colors.HexColor("#eef1f4"), colors.HexColor("#9aa7b4")
BODY = ParagraphStyle("body", fontName=FONT, fontSize=7.5, leading=10, textColor=INK)
SMALL = ParagraphStyle("small", BODY, fontSize=6.8, leading=8.6)
RIGHT = ParagraphStyle("right", SMALL, alignment=2)
HEAD = ParagraphStyle("head", SMALL, fontName=BOLD)
HEAD_RIGHT = ParagraphStyle("head-right", HEAD, alignment=2)
TITLE = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=15, leading=19)
SECTION = ParagraphStyle("section", BODY, fontName=BOLD, fontSize=9.5, leading=13, spaceBefore=9, spaceAfter=3)


def as_pdf(statement: AccountStatement) -> bytes:
    """The pages; the same statement makes the same bytes."""
    _fonts()
    content, words = io.BytesIO(), words_of(statement.language)
    title = f"{words['title']} {month_of(statement.first, statement.language)}"
    margins = {"leftMargin": 18 * mm, "rightMargin": 18 * mm, "topMargin": 18 * mm, "bottomMargin": 18 * mm}
    document = SimpleDocTemplate(content, pagesize=A4, title=title, author=statement.title, invariant=1, **margins)
    story: list[Flowable] = [Paragraph(escape(title), TITLE), Spacer(1, 2 * mm), _head(statement), Spacer(1, 2 * mm)]
    for part in statement.parts:
        story += _part(statement, part)
    foot = f"{statement.title} · {statement.integration} · {statement.month}"
    document.build(story, canvasmaker=lambda *given, **more: _Pages(foot, words["page"], *given, **more))
    return content.getvalue()


class _Pages(Canvas):  # type: ignore[misc] # the library has no types
    """A canvas that knows on each page how many there are."""

    def __init__(self, foot: str, page: str, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._foot, self._words, self._kept = foot, page, list[dict[str, Any]]()

    def showPage(self) -> None:  # noqa: N802 - the library's name
        """Keep the page until all are known."""
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write the feet, and the pages."""
        for number, page in enumerate(self._kept, 1):
            self.__dict__.update(page)
            self.setFont(FONT, 6.5)
            self.setFillColor(INK)
            self.drawString(18 * mm, 10 * mm, self._foot[:110])
            self.drawRightString(A4[0] - 18 * mm, 10 * mm, self._words.format(page=number, pages=len(self._kept)))
            super().showPage()
        super().save()


def _fonts() -> None:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name, file in ((FONT, "Vera.ttf"), (BOLD, "VeraBd.ttf")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(folder / file)))


def _head(statement: AccountStatement) -> Table:
    words, language = words_of(statement.language), statement.language
    rows = [
        (words["organization"], f"{statement.title}, {words['number_of']} {statement.organization_number}"),
        (words["integration"], f"{statement.integration} ({statement.system})"),
        (
            words["period"],
            f"{day_of(statement.first, language)} – {day_of(statement.last, language)} ({statement.zone})",
        ),
        (words["made"], moment_of(statement.made_at, statement.zone, language)),
    ]
    cells = [[Paragraph(escape(name), HEAD), Paragraph(escape(value), BODY)] for name, value in rows]
    return Table(
        cells, colWidths=[32 * mm, WIDTH - 32 * mm], hAlign="LEFT", style=[("LEFTPADDING", (0, 0), (0, -1), 0)]
    )


def _part(statement: AccountStatement, part: Part) -> list[Flowable]:
    words, language = words_of(statement.language), statement.language
    numbers = f", {words['numbers'].lower()} {part.first_number}–{part.last_number}" if part.first_number else ""
    amount = f", {words['sum'].lower()} NOK {amount_of(part.amount, language)}" if part.money else ""
    title = Paragraph(escape(f"{words['target']}: {part.target}"), SECTION)
    first = Paragraph(escape(f"{words['documents']}: {part.documents}{amount}{numbers}."), BODY)
    story: list[Flowable] = [KeepTogether([title, first])]
    story += [Spacer(1, 2 * mm), _accounts(statement, part)] if part.accounts else []
    if not part.documents:
        story.append(Paragraph(words["nothing"], BODY))
    if part.unkept:
        text = words["unkept"].format(count=part.unkept, amount=f"NOK {amount_of(part.unkept_amount, language)}")
        story.append(Paragraph(escape(text), BODY))
    for group in GROUPS:
        entries = part.of(group)
        if group == "difference":
            said = comparison_of(part.compared, len(entries), statement.zone, language)
            story += [Paragraph(words[group], SECTION), Paragraph(escape(said), BODY)]
        elif entries:
            story.append(Paragraph(f"{words[group]} ({len(entries) + part.more.get(group, 0)})", SECTION))
        if entries:
            story += [Spacer(1, 1 * mm), _entries(statement, entries)]
        if left := part.more.get(group):
            story.append(Paragraph(words["more"].format(count=left), BODY))
    return story


def _accounts(statement: AccountStatement, part: Part) -> Table:
    """Each account with its lines and, where it has several, their sum; and the sum of all."""
    words, language = words_of(statement.language), statement.language
    names = ("account", "category", "line", "count", "debit", "credit", "balance")
    rows: list[list[Any]] = [[Paragraph(words[name], HEAD_RIGHT if name in names[3:] else HEAD) for name in names]]
    sums: list[int] = []
    for account, lines in by_account(part.accounts):
        for line in lines:
            amounts = (line.debit, line.credit, line.total)
            label = statement.labels.get(line.category, line.category)
            rows.append(_row((account, label, line.line), line.count, amounts, language))
        if len(lines) > 1 and account:
            sums.append(len(rows))
            rows.append(_sum(f"{words['sum']} {account}", lines, language))
    if any(each.debit is not None for each in part.accounts):
        sums.append(len(rows))
        rows.append(_sum(words["total"], part.accounts, language))
    widths = [20 * mm, 40 * mm, 30 * mm, 14 * mm, 23 * mm, 23 * mm, WIDTH - 150 * mm]
    style = [*_STYLE, *(("SPAN", (0, row), (2, row)) for row in sums)]
    style += [("LINEABOVE", (0, row), (-1, row), 0.4, LINE) for row in sums]
    style += [("LINEABOVE", (0, row), (-1, row), 0.9, INK) for row in sums[-1:]]
    return Table(rows, colWidths=widths, repeatRows=1, hAlign="LEFT", style=style)


def _sum(title: str, lines: Sequence[AccountLine], language: str) -> list[Any]:
    debit = sum((each.debit or Decimal(0) for each in lines), Decimal(0))
    credit = sum((each.credit or Decimal(0) for each in lines), Decimal(0))
    figures = [amount_of(each, language) for each in (debit, credit, debit - credit)]
    count = str(sum(each.count for each in lines))
    return [Paragraph(escape(title), HEAD), "", "", *(Paragraph(each, HEAD_RIGHT) for each in (count, *figures))]


def _row(texts: tuple[str, str, str], count: int, amounts: Sequence[Any], language: str) -> list[Any]:
    figures = [str(count), *(amount_of(each, language) for each in amounts)]
    return [*(Paragraph(escape(each), SMALL) for each in texts), *(Paragraph(each, RIGHT) for each in figures)]


def _entries(statement: AccountStatement, entries: Sequence[Entry]) -> Table:
    words, language = words_of(statement.language), statement.language
    names = ("number", "day", "record", "ours", "theirs", "words")
    rows: list[list[Any]] = [[Paragraph(words[name], HEAD_RIGHT if name in names[3:5] else HEAD) for name in names]]
    for each in entries:
        label = statement.labels.get(each.category, each.category)
        record = f"{escape(label)}<br/><font size=5.8>{escape(each.record_id or each.reference)}</font>"
        texts = (escape(str(each.number or "")), day_of(each.day, language), record)
        amounts = (amount_of(each.amount, language), amount_of(each.theirs, language))
        cells = [*(Paragraph(text, SMALL) for text in texts), *(Paragraph(text, RIGHT) for text in amounts)]
        rows.append([*cells, Paragraph(escape(explained(each, language)), SMALL)])
    widths = [20 * mm, 19 * mm, 49 * mm, 20 * mm, 20 * mm, WIDTH - 128 * mm]
    return Table(rows, colWidths=widths, repeatRows=1, hAlign="LEFT", style=_STYLE)


_STYLE: list[tuple[Any, ...]] = [
    ("BACKGROUND", (0, 0), (-1, 0), PALE),
    ("LINEBELOW", (0, 0), (-1, 0), 0.6, LINE),
    ("LINEBELOW", (0, 1), (-1, -1), 0.25, PALE),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 1.6),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
    ("LEFTPADDING", (0, 0), (-1, -1), 2.5),
    ("RIGHTPADDING", (0, 0), (-1, -1), 2.5),
]
