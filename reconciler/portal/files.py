"""Lists as files for spreadsheets: streamed, bounded, and nothing in them is taken for a formula.

A Norwegian spreadsheet reads columns between semicolons and decimals behind a comma, an English one commas and points:
the visit's language decides. UTF-8 with its mark, without which Excel takes it for the machine's old code page.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain

from fastapi.responses import StreamingResponse

from reconciler.portal.texts import text
from reconciler.portal.visiting import Visit
from reconciler.runs.spreadsheet import defused
from reconciler.specs.languages import Language

MOST = 100_000
"""Rows of one file: more than that nobody reads, and a list can be asked for in parts."""
MARK = "\N{BYTE ORDER MARK}"
Row = Iterable[object]


def sheet(visit: Visit, name: str, columns: Iterable[str], pages: Iterable[Iterable[Row]]) -> StreamingResponse:
    """A file of that name: a heading for each column, which is a key of texts, and rows that come page by page.

    The first page is fetched at once, so that a database that does not answer is told as such.
    """
    coming = iter(pages)
    first = next(coming, ())
    visit.parts.tables.close()
    heading = [text(each, visit.language) for each in columns]
    headers = {"content-disposition": f'attachment; filename="{name}-{visit.today}.csv"'}
    body = _written(visit, heading, chain([first], coming))
    return StreamingResponse(body, media_type="text/csv; charset=utf-8", headers=headers)


def _written(visit: Visit, heading: list[str], pages: Iterable[Iterable[Row]]) -> Iterator[str]:
    """Between pages no connection is held: whoever reads may be slow."""
    yield MARK + lines([heading], visit.language)
    for page in pages:
        found = lines(page, visit.language)
        visit.parts.tables.close()
        yield found


def lines(rows: Iterable[Row], language: Language) -> str:
    """Rows as lines of text, each with its end."""
    out = io.StringIO()
    written = csv.writer(out, delimiter=";" if language == "nb" else ",", lineterminator="\r\n")
    written.writerows([cell(each, language) for each in row] for row in rows)
    return out.getvalue()


def cell(value: object, language: Language) -> str:
    """A value as a cell: numbers as numbers, everything else defused."""
    match value:
        case None:
            return ""
        case Decimal():
            return str(value).replace(".", ",") if language == "nb" else str(value)
        case int():
            return str(value)
        case _:
            return defused(str(value))
