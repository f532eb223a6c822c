"""A report as one page of HTML, complete in itself: no script, and nothing that is fetched."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import assert_never

from reconciler.plans.review.markdown import one_line
from reconciler.plans.review.words import Block, Bullets, Code, Heading, Paragraph, Span, Strong, Table, Words

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #767676;padding:.3rem .6rem;text-align:left;"
    "vertical-align:top}.number{text-align:right}code{background:#eee;padding:0 .2rem}"
)


def page(blocks: Iterable[Block], title: str) -> str:
    """The page; `title` is what a browser shows in its tab."""
    head = f'<meta charset="utf-8"><title>{escape(one_line(title))}</title><style>{STYLE}</style>'
    body = "\n".join(line for each in blocks for line in _block(each))
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(words, level):
            yield f"<h{level}>{_inline(words)}</h{level}>"
        case Paragraph(words):
            yield f"<p>{_inline(words)}</p>"
        case Bullets(items):
            yield from ("<ul>", *(f"<li>{_item(each)}</li>" for each in items), "</ul>")
        case Table():
            yield from _table(block)
        case _:
            assert_never(block)


def _item(words: Words) -> str:
    said = _inline(words)
    return said.removeprefix("- ")


def _table(table: Table) -> Iterator[str]:
    classes = [' class="number"' if each in table.right else "" for each in table.headings]
    heads = zip(table.headings, classes, strict=True)
    yield f"<table><tr>{''.join(f'<th{kind}>{escape(each)}</th>' for each, kind in heads)}</tr>"
    for row in table.rows:
        cells = zip(row, classes, strict=True)
        yield f"<tr>{''.join(f'<td{kind}>{_inline(each)}</td>' for each, kind in cells)}</tr>"
    yield "</table>"


def _inline(words: Words) -> str:
    return "".join(map(_span, words))


def _span(span: Span) -> str:
    match span:
        case Code(text):
            return f"<code>{escape(one_line(text))}</code>"
        case Strong(text):
            return f"<strong>{escape(one_line(text))}</strong>"
        case _:
            return escape(one_line(span))
