"""The forms of a page as a browser without script would send them: what is successful, in the order of the page."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Pairs = list[tuple[str, str]]
BUTTONS = ("submit", "button", "reset", "image")


@dataclass
class Form:
    """A form: where it goes, and what it holds."""

    action: str
    method: str
    pairs: Pairs = field(default_factory=list)

    def fields(self) -> dict[str, list[str]]:
        """What is sent, by name."""
        found: dict[str, list[str]] = {}
        for name, value in self.pairs:
            found.setdefault(name, []).append(value)
        return found

    def put(self, name: str, value: str) -> "Form":
        """Write into the only field of that name."""
        assert [each for each, _ in self.pairs].count(name) == 1, (name, self.pairs)
        self.pairs = [(each, value if each == name else old) for each, old in self.pairs]
        return self

    def put_at(self, place: str, value: str) -> "Form":
        """Write into the field that follows the hidden name of a place."""
        at = self.pairs.index(("at", place))
        self.pairs[at + 1] = ("value", value)
        return self

    def put_row(self, row: int, name: str, value: str) -> "Form":
        """Write into the field of that name that stands in a row."""
        at = [at for at, (each, _) in enumerate(self.pairs) if each == name][row]
        self.pairs[at] = (name, value)
        return self

    def tick(self, name: str, value: str) -> "Form":
        self.pairs.append((name, value))
        return self

    def untick(self, name: str, value: str) -> "Form":
        self.pairs.remove((name, value))
        return self


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select = ""
        self.options: list[tuple[str, bool]] = []
        self.area: list[str] | None = None
        self.named = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.open = Form(given.get("action") or "", given.get("method") or "get")
            self.forms.append(self.open)
        if self.open is None or "disabled" in given:
            return
        name = given.get("name") or ""
        if tag == "input" and name and given.get("type") not in BUTTONS:
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                self.open.pairs.append((name, given.get("value") or ""))
        elif tag == "select":
            self.select, self.options = name, []
        elif tag == "option":
            self.options.append((given.get("value") or "", "selected" in given))
        elif tag == "textarea":
            self.named, self.area = name, []

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self.open is None:
            return
        if tag == "form":
            self.open = None
        elif tag == "select" and self.options:
            chosen = next((value for value, selected in self.options if selected), self.options[0][0])
            self.open.pairs.append((self.select, chosen))
        elif tag == "textarea" and self.area is not None:
            text = "".join(self.area).removeprefix("\n")
            self.open.pairs.append((self.named, text.replace("\n", "\r\n")))
            self.area = None


def forms(page: str) -> list[Form]:
    """All of a page."""
    reader = _Forms()
    reader.feed(page)
    return reader.forms


def form(page: str, action: str) -> Form:
    """The one that is posted to a path."""
    found = [each for each in forms(page) if each.action == action and each.method == "post"]
    assert len(found) == 1, [each.action for each in forms(page)]
    return found[0]
