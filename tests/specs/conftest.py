"""A way to parse the text of one document of an organisation."""

from collections.abc import Callable

import pytest

from reconciler.specs.parse import Parsed, parse

HEAD = "apiVersion: reconciler/v1\nkind: {kind}\nmetadata: {{name: x}}\nspec: {spec}\n"


@pytest.fixture
def parsed() -> Callable[[str, str], Parsed]:
    """`parsed(kind, spec)`: the outcome for a document whose spec is the given YAML."""
    return lambda kind, spec: parse("orgs/demo/x.yaml", HEAD.format(kind=kind, spec=spec).encode())
