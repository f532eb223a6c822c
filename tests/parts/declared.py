"""Declarations as plain values, read once: to read one takes longer than most of the tests that change it."""

from copy import deepcopy
from functools import cache
from typing import Any

from ruamel.yaml import YAML


def plain(text: str) -> Any:
    """What YAML says, every scalar as text; the caller's own, to be changed."""
    return deepcopy(_read(text))


@cache
def _read(text: str) -> Any:
    return YAML(typ="base", pure=True).load(text)
