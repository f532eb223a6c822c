"""What is not said in Norwegian: of blocks of a review, and of a page; and how blocks read there."""

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from reconciler.plans.review.words import Block, Bullets, Code, Heading, Paragraph, Quoted, Span, Table
from reconciler.specs.sentences import norwegian

VOID = {"meta", "link", "input", "br", "hr", "img", "rect", "path", "circle", "line"}


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


def marked(page: str) -> set[str]:
    """The texts that a Norwegian page marks as English."""
    found = _Marked()
    found.feed(page)
    found.close()
    assert found.page == "nb", f"a page in {found.page}"
    return found.texts


class _Marked(HTMLParser):
    """The texts of elements with lang="en", and of what is in them."""

    def __init__(self) -> None:
        super().__init__()
        self.page = ""
        self.texts: set[str] = set()
        self._inside: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs).get("lang")
        if tag == "html":
            self.page = said or ""
        elif tag not in VOID:
            inside = bool(self._inside and self._inside[-1])
            self._inside.append(said == "en" if said else inside)

    def handle_endtag(self, tag: str) -> None:
        if tag != "html" and tag not in VOID and self._inside:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and self._inside and self._inside[-1]:
            self.texts.add(data.strip())
