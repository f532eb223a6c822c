"""How the PDF looks: letters, styles, tables, and what stands on the foot of each page."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import gmtime
from typing import Any
from xml.sax.saxutils import escape

import reportlab
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table, TableStyle

PLAIN, BOLD = "Package", "Package-Bold"
MARGIN, ABOVE, BELOW = 20 * mm, 18 * mm, 24 * mm
WIDTH: float = A4[0] - 2 * MARGIN
INK, SOFT, RULE, SHADE, ALARM = map(HexColor, ("#1B2733", "#55626F", "#B9C3CC", "#EEF2F5", "#A11B1B"))
LETTERS, LINES = 600, 20
"""What is printed of a cell."""
_SAMI = {"ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T"}
_BASE = ParagraphStyle("text", fontName=PLAIN, fontSize=9, leading=12.5, textColor=INK)
STYLES: Mapping[str, ParagraphStyle] = {
    "text": ParagraphStyle("body", _BASE, spaceAfter=2 * mm),
    "cell": _BASE,
    "cell-number": ParagraphStyle("number", _BASE, alignment=TA_RIGHT),
    "soft": ParagraphStyle("soft", _BASE, fontSize=8, leading=11, textColor=SOFT),
    "head": ParagraphStyle("head", _BASE, fontName=BOLD, fontSize=8, leading=11),
    "head-number": ParagraphStyle("head-number", _BASE, fontName=BOLD, fontSize=8, leading=11, alignment=TA_RIGHT),
    "sum": ParagraphStyle("sum", _BASE, fontName=BOLD),
    "sum-number": ParagraphStyle("sum-number", _BASE, fontName=BOLD, alignment=TA_RIGHT),
    "title": ParagraphStyle("title", _BASE, fontName=BOLD, fontSize=18, leading=23, spaceAfter=1 * mm),
    "subtitle": ParagraphStyle("subtitle", _BASE, fontSize=11, leading=15, textColor=SOFT, spaceAfter=4 * mm),
    "section": ParagraphStyle(
        "section", _BASE, fontName=BOLD, fontSize=11.5, leading=15, spaceBefore=6 * mm, spaceAfter=2 * mm,
        keepWithNext=1,
    ),
    "alarm": ParagraphStyle(
        "alarm", _BASE, fontName=BOLD, textColor=ALARM, borderColor=ALARM, borderWidth=0.8, borderPadding=5,
        leftIndent=6, rightIndent=6,
        spaceBefore=4 * mm, spaceAfter=5 * mm,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Foot:
    """What every page says below; `pages` is how many there are, None while nobody knows."""

    whose: str
    checksum: str
    pages: int | None

    def draw(self, canvas: Any, document: Any) -> None:
        """Draw it on the page that is being made."""
        canvas.saveState()
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, 19 * mm, A4[0] - MARGIN, 19 * mm)
        canvas.setFont(PLAIN, 7)
        canvas.setFillColor(SOFT)
        page = f"side {document.page} av {self.pages or document.page}"
        canvas.drawRightString(A4[0] - MARGIN, 15 * mm, page)
        canvas.drawString(MARGIN, 15 * mm, _shortened(drawable(self.whose), WIDTH - 30 * mm))
        canvas.drawString(MARGIN, 11.5 * mm, f"SHA-256 av report.json: {self.checksum}")
        canvas.restoreState()


class Undated(Canvas):  # type: ignore[misc]  # the library has no types
    """Pages without a moment. The library takes SOURCE_DATE_EPOCH for one, also where it is told to be invariant."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        moment = self._doc._timeStamp  # noqa: SLF001 - there is no other way to it
        moment.t, moment.lt, moment.YMDhms = 0.0, gmtime(0), tuple(gmtime(0))[:6]
        # From here on the pages themselves are added to it, and it becomes the identifier of the file.
        self._doc.signature = hashlib.md5(usedforsecurity=False)


@cache
def register() -> None:
    """Load the letters that come with the library, not those of the machine: the same bytes everywhere."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name, file in ((PLAIN, "Vera.ttf"), (BOLD, "VeraBd.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))


def drawable(text: str) -> str:
    """Text in letters that the font has: one without its marks where it lacks one, `?` where nothing comes near."""
    known = pdfmetrics.getFont(PLAIN).face.charToGlyph
    return "".join(each if ord(each) in known or each == "\n" else _near(each, known) for each in text)


def bounded(text: str) -> str:
    """Text that fits into a cell of a table, which no page break may cut. What is left out is marked."""
    lines = "\n".join(text.split("\n", LINES)[:LINES])[:LETTERS]
    return text if lines == text else f"{lines}…"


def paragraph(text: str, style: str = "text") -> Paragraph:
    """Text as it stands, its line breaks kept; nothing in it is taken for markup."""
    return Paragraph(escape(drawable(text)).replace("\n", "<br/>"), STYLES[style])


@dataclass(frozen=True, slots=True)
class Look:
    """How a table looks: `widths` are shares of the page, `numbers` the columns to the right, `sums` whether the last
    row adds the others up.
    """

    widths: Sequence[float]
    numbers: Sequence[int] = ()
    sums: bool = False


def table(head: Sequence[str], rows: Sequence[Sequence[str]], look: Look) -> Table:
    """A table whose head is repeated on each page."""
    styles = ["head", *["cell"] * (len(rows) - look.sums), *["sum"] * look.sums]
    body = [
        [
            paragraph(bounded(cell), f"{style}-number" if place in look.numbers else style)
            for place, cell in enumerate(row)
        ]
        for style, row in zip(styles, [head, *rows], strict=True)
    ]
    shares = [WIDTH * width / sum(look.widths) for width in look.widths]
    rules = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, 0), (-1, 0), SHADE),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]
    return Table(body, colWidths=shares, repeatRows=1, hAlign="LEFT", style=TableStyle(rules))


def pairs(rows: Sequence[tuple[str, str]]) -> Table:
    """Names and what they are, without lines."""
    body = [[paragraph(name, "soft"), paragraph(bounded(value), "cell")] for name, value in rows]
    rules = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
    ]
    return Table(body, colWidths=[WIDTH * 0.24, WIDTH * 0.76], hAlign="LEFT", style=TableStyle(rules))


def _near(letter: str, known: Mapping[int, int]) -> str:
    plain = unicodedata.normalize("NFKD", _SAMI.get(letter, letter))
    kept = "".join(each for each in plain if ord(each) in known and not unicodedata.combining(each))
    return kept or "?"


def _shortened(text: str, room: float) -> str:
    """Text that fits on one line; what is cut is marked."""
    line = text.replace("\n", " ")[:LETTERS]
    if line == text and pdfmetrics.stringWidth(line, PLAIN, 7) <= room:
        return line
    while pdfmetrics.stringWidth(f"{line}…", PLAIN, 7) > room:
        line = line[:-1]
    return f"{line}…"
