"""The review of a proposal on a page: what it does to one organisation's configuration and records, in blocks.

A proposal may be about others as well: what it does to them is theirs to read.
"""

from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, Field

from reconciler.controller.reviewing import Asked, Reviewer
from reconciler.database.reviewing import ReviewTables
from reconciler.plans.review.blocks import blocks
from reconciler.plans.review.change_words import NOUNS
from reconciler.plans.review.report import Report
from reconciler.plans.review.words import Block, Bullets, Code, Heading, Paragraph, Quoted, Strong, Table, Words
from reconciler.portal.fields import English
from reconciler.portal.proposing.copy import Copy
from reconciler.portal.visiting import Visit
from reconciler.specs.paths import organization_of
from reconciler.specs.sentences import Sentence, say
from reconciler.wiring import own_rules


class Span(BaseModel):
    """A few words: `code` is a value or a name, `strong` what the eye has to find first."""

    text: English
    look: Literal["", "code", "strong", "quoted"] = ""


class ReviewBlock(BaseModel):
    """One block of the review."""

    kind: Literal["heading", "paragraph", "bullets", "table"]
    level: int = 2
    headings: list[English] = Field(default_factory=list)
    right: list[str] = Field(default_factory=list)
    rows: list[list[list[Span]]] = Field(default_factory=list)


def report(visit: Visit, copy: Copy, base: str, head: str, title: str, *, admitted: bool = True) -> Report:
    """The review of a commit, as far as it is about the organisation that is visited. Raises Blocked, UsageError."""
    facts = ReviewTables(visit.parts.tables, own_rules)
    allowed = visit.parts.house.settings.endpoints
    reviewer = Reviewer(copy.mirror(), copy.rules().builtin, lambda: visit.now, allowed, facts)
    found = reviewer.report(Asked(base, head, copy.mirror().branch, title, title, admitted=admitted))
    name = visit.organization.name

    def own(path: str) -> bool:
        return organization_of(path) in (name, None)

    return replace(
        found,
        organizations=tuple(each for each in found.organizations if each.name == name),
        diagnostics=tuple(each for each in found.diagnostics if own(each.origin.file)),
        step=replace(
            found.step,
            files=tuple(each for each in found.step.files if own(each)),
            meanwhile=tuple(each for each in found.step.meanwhile if own(each)),
        ),
    )


def shown(found: Report) -> list[ReviewBlock]:
    """As a page draws it."""
    return [_block(each) for each in blocks(found)]


def _block(block: Block) -> ReviewBlock:
    match block:
        case Heading(words, level):
            return ReviewBlock(kind="heading", level=level, rows=[[_spans(words)]])
        case Paragraph(words):
            return ReviewBlock(kind="paragraph", rows=[[_spans(words)]])
        case Bullets(items):
            return ReviewBlock(kind="bullets", rows=[[_spans(_item(each))] for each in items])
        case Table():
            rows = [[_spans(cell) for cell in row] for row in block.rows]
            return ReviewBlock(kind="table", headings=list(block.headings), right=list(block.right), rows=rows)


def _item(words: Words) -> Words:
    """A point below another says so by a dash; here each has its own."""
    head = words[0]
    return (head.removeprefix("- "), *words[1:]) if isinstance(head, str) and head.startswith("- ") else words


def _spans(words: Words) -> list[Span]:
    return [one for each in words for one in _named(each)]


def _named(span: Any) -> list[Span]:
    """An object by what people call its kind: `tidsplan books` of `SyncSchedule/books`."""
    match span:
        case Code(text) if (found := text.partition("/"))[2] and (noun := NOUNS.get(found[0])):
            return [Span(text=say("{noun} ", noun=noun)), Span(text=found[2], look="code")]
        case _:
            return [_span(span)]


def _span(span: Any) -> Span:
    match span:
        case Code(Sentence(nb=str(said)) as text) if said != text:  # no value, but what it means in words
            return Span(text=text)
        case Code(text):
            return Span(text=text, look="code")
        case Strong(text):
            return Span(text=text, look="strong")
        case Quoted():
            return Span(text=span, look="quoted")
        case _:
            return Span(text=span)
