"""What of blocks of a review is not said in Norwegian, and how they read there."""

from collections.abc import Iterable, Iterator

from reconciler.plans.review.words import Block, Bullets, Code, Heading, Paragraph, Quoted, Span, Table
from reconciler.specs.sentences import norwegian


def spans(blocks: Iterable[Block]) -> Iterator[Span]:
    """Every span, those of headings of columns too."""
    for block in blocks:
        match block:
            case Heading(words) | Paragraph(words):
                yield from words
            case Bullets(items):
                yield from (span for item in items for span in item)
            case Table():
                yield from block.headings
                yield from (span for row in block.rows for cell in row for span in cell)


def english(blocks: Iterable[Block]) -> set[str]:
    """Sentences that nobody said in Norwegian, and other texts: those have to be words of people."""
    found = {
        each if isinstance(each, str) else each.text for each in spans(blocks) if not isinstance(each, Code | Quoted)
    }
    return {each for each in found if norwegian(each) is None and any(map(str.isalpha, each))}


def read(blocks: Iterable[Block]) -> str:
    """All of it in Norwegian, for a person to look at."""
    texts = (each if isinstance(each, str) else each.text for each in spans(blocks))
    return "\n".join(norwegian(each) or each for each in texts)
