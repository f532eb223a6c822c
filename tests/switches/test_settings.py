"""What an installation says of switches and signatures in its environment: plainly, or not at all."""

from pathlib import Path

import pytest

from reconciler.errors import UsageError
from reconciler.settings import read_settings
from reconciler.wiring import signatures


@pytest.mark.parametrize(("text", "on"), [("1", True), ("true", True), ("YES", True), ("0", False), ("", False)])
def test_an_installation_only_looks_where_it_says_so(text: str, on: bool) -> None:
    assert read_settings({"RECONCILER_DETECT_ONLY": text}).detect_only is on


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("RECONCILER_DETECT_ONLY", "maybe", "neither on nor off"),
        ("RECONCILER_SIGNERS", "signers", "names no whole path"),
        ("RECONCILER_KEYRING", "../keyring", "names no whole path"),
        ("RECONCILER_SIGNED", "all", "is 'all'"),
        ("RECONCILER_HOST_MERGE", "octopus", "is 'octopus'"),
    ],
)
def test_a_word_that_could_mean_either_is_refused(name: str, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_settings({name: text, "RECONCILER_HOST": "github"})


def test_signatures_are_asked_for_where_a_file_of_keys_is_named(tmp_path: Path) -> None:
    assert signatures(read_settings({"RECONCILER_SIGNED": "each"}), tmp_path) is None
    assert signatures(read_settings({"RECONCILER_SIGNERS": "/nowhere/signers"}), tmp_path) is not None
    assert signatures(read_settings({"RECONCILER_KEYRING": "/nowhere/keyring"}), tmp_path) is not None
