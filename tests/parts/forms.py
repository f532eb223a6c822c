"""A form of a page as a browser without scripts would post it."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    """Gathers the successful controls (HTML, 4.10.21.4) of the form with an id."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted, self.inside = wanted, False
        self.fields: list[tuple[str, str]] = []
        self._area = self._select = ""
        self._chosen: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = own.get("id") == self.wanted
        elif not self.inside or "disabled" in own:
            return
        elif tag == "input" and own.get("name") and (own.get("type") not in ("checkbox", "radio") or "checked" in own):
            self.fields.append((own["name"], own.get("value", "on" if own.get("type") == "checkbox" else "")))
        elif tag == "textarea":
            self._area, self._text = own.get("name", ""), []
        elif tag == "select":
            self._select, self._chosen = own.get("name", ""), None
        elif tag == "option" and self._select and (self._chosen is None or "selected" in own):
            self._chosen = own.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self._area:
            text = "".join(self._text).removeprefix("\n").replace("\r\n", "\n")
            self.fields.append((self._area, text.replace("\n", "\r\n")))
            self._area = ""
        elif tag == "select" and self._select:
            self.fields.append((self._select, self._chosen or ""))
            self._select = ""


def fields_of(page: str, form: str) -> dict[str, str]:
    """What the form would post, without a button."""
    parser = _Form(form)
    parser.feed(page)
    found = dict(parser.fields)
    assert len(found) == len(parser.fields), "a name stands twice"
    return found
