"""`report.pdf`, for signature: what was counted, how, what was not, and which archive the signature binds."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reconciler.packages import sections
from reconciler.packages.cells import cleaned
from reconciler.packages.summary import Summary
from reconciler.reports.document import Report

FRAME = 6
"""Points that the library leaves free around what stands on a page, besides its margins."""


def write(path: Path, report: Report, summaries: Sequence[Summary], checksum: str) -> None:
    """Write it. `checksum` is the SHA-256 of `report.json`; it stands on every page.

    It is laid out twice: the foot of the first page says how many pages there are.
    """
    pages, _ = _laid_out(report, summaries, (checksum, None))
    _, content = _laid_out(report, summaries, (checksum, pages))
    path.write_bytes(content)


def _laid_out(report: Report, summaries: Sequence[Summary], foot: tuple[str, int | None]) -> tuple[int, bytes]:
    """How many pages, and their bytes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    from reconciler.packages import typography

    typography.register()
    whose = f"{cleaned(report.organization)} · {sections.organization_number(report)} · grunnlagsår {report.year}"
    drawn = typography.Foot(f"{whose} · versjon {report.version}", *foot)
    content = io.BytesIO()
    # invariant: no moment and no random name in it.
    document = SimpleDocTemplate(
        content, pagesize=A4, invariant=1, lang="nb-NO", title=f"{cleaned(report.title)} {report.year}",
        author=cleaned(report.organization), subject=f"Grunnlagsår {report.year}", creator="", producer="",
        leftMargin=typography.MARGIN - FRAME, rightMargin=typography.MARGIN - FRAME, topMargin=typography.ABOVE,
        bottomMargin=typography.BELOW,
    )  # fmt: skip
    document.build(
        list(_story(report, summaries)), onFirstPage=drawn.draw, onLaterPages=drawn.draw, canvasmaker=typography.Undated
    )
    return document.page, content.getvalue()


def _story(report: Report, summaries: Sequence[Summary]) -> Iterator[Any]:
    yield from sections.head(report)
    yield from sections.figures(report)
    yield from sections.left_out(summaries)
    yield from sections.findings(report)
    yield from sections.corrections(report)
    for summary in summaries:
        yield from sections.small_sheet(report, summary)
    yield from sections.contents(summaries)
    yield from sections.signature(report)
