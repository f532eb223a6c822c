"""An integration that only observes, and somebody else who books there meanwhile."""

from pathlib import Path
from typing import Any

from parts.installation import TOKEN, Books, Installation, committed, copied

ADD = "mutation ($in: [AddGLImportItemsInput!]!) { addGLImportItems(inputs: $in) { edges { node { dbId } } } }"
PAYLOADS = """
    select p.payload from reconciler.shadow_payloads p join reconciler.shadow_documents d
    using (run_id, category, record_id) where d.verdict = 'would_send' order by d.category, d.record_id"""


def in_mode(installation: Installation, folder: Path, mode: str) -> int:
    """The same specs with the integration's mode changed, applied."""
    if not folder.exists():
        copied(installation.repository, folder)
    path = folder / "orgs/blindeforbundet/integrations/xledger.yaml"
    text = path.read_text()
    path.write_text(text.replace("mode: send", f"mode: {mode}").replace("mode: observe", f"mode: {mode}"))
    committed(folder)
    return installation.run("apply", "--root", str(folder), minutes=1)


def would_go(installation: Installation) -> list[list[dict[str, Any]]]:
    """The lines of each document that the newest run would have sent, as nested nodes."""
    payloads = [row[0] for row in installation.sql(PAYLOADS)]
    return [[_nested(line["fields"]) for line in each["lines"]] for each in payloads]


def flat(installation: Installation) -> list[dict[str, str]]:
    """The only line of each document that the newest run would have sent."""
    return [row[0]["lines"][0]["fields"] for row in installation.sql(PAYLOADS)]


def _nested(fields: dict[str, str]) -> dict[str, Any]:
    node: dict[str, Any] = {}
    for name, value in fields.items():
        first, _, rest = name.partition(".")
        node[first] = {rest: value} if rest else value
    return node


def booked(books: Books, number: int, lines: list[dict[str, Any]], **change: Any) -> None:
    """A voucher of somebody else's, with their own number and no reference of ours, posted."""
    nodes = [{**line, "extIdentifier": f"HAND-{number}", "trRegNumber": number, **change} for line in lines]
    inputs = [{"clientId": str(place), "node": node} for place, node in enumerate(nodes)]
    body = {"query": ADD, "variables": {"in": inputs}}
    answer = books.client.post(books.url, json=body, headers={"Authorization": f"token {TOKEN}"}).json()
    assert not answer.get("errors"), answer
    books.control("/_import")
