"""The examples of the reference pages are real: each is a document that the program reads."""

import re
from pathlib import Path

import pytest

from reconciler.specs.documents import KINDS
from reconciler.specs.parse import parse

PAGES = sorted((Path(__file__).parents[2] / "docs" / "reference").glob("*.md"))
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLES = [
    (page.name, block) for page in PAGES for block in BLOCK.findall(page.read_text("utf-8")) if "\nkind: " in block
]


@pytest.mark.parametrize(("page", "example"), EXAMPLES, ids=[page for page, _ in EXAMPLES])
def test_an_example_of_the_reference_can_be_read(page, example):
    kind = re.search(r"^kind: (\w+)$", example, re.MULTILINE)
    assert kind is not None
    folder = "orgs/demo/" if KINDS[kind[1]].place == "orgs" else "specs/"
    parsed = parse(f"{folder}{page}.yaml", example.encode())
    assert [str(each) for each in parsed.diagnostics] == []
    assert parsed.document is not None
