"""What a browser makes of the portal's answers: a form that leads to a page, a table that a spreadsheet opens."""

import csv
import io

from parts.portal import Visitor


def sheet(visitor: Visitor, path: str, separator: str = ";") -> list[dict[str, str]]:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:]), delimiter=separator))


def followed(visitor: Visitor, path: str, **fields: object) -> str:
    """A form posted from its own page, and the page that the browser shows then."""
    headers = {"origin": visitor.address, "referer": visitor.address + path}
    where = fields.pop("to", path)
    answer = visitor.client.post(where, data={"csrf": visitor.csrf, **fields}, headers=headers)
    assert answer.status_code == 303, answer.text
    return visitor.get(answer.headers["location"]).text
