"""Typical mistakes as people read them: one golden folder per diagnostic, laid over the worked example."""

import re

import pytest

from reconciler.specs.diagnostic import CATALOG
from tests.parts.mistakes import MISTAKES, folders, said

LINE = re.compile(
    r"(?P<place>[^:]+(:[0-9]+:[0-9]+)?): (error|warning|info): (?P<what>.+) \((?P<hint>.+)\) \[[a-z0-9-]+\]"
)


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_a_mistake_is_told_where_it_is_what_is_wrong_and_how_to_mend_it(folder, tmp_path):
    expected = (folder / "expected.txt").read_text(encoding="utf-8")
    code, found = said(folder, tmp_path)
    assert found == expected
    assert code == (1 if ": error: " in expected else 0)
    assert f"[{folder.name}]" in expected
    for line in expected.splitlines():
        assert LINE.fullmatch(line), line


def test_every_diagnostic_has_a_mistake_and_every_mistake_a_diagnostic():
    assert {folder.name for folder in folders()} == set(CATALOG), f"see {MISTAKES}/README.md"
