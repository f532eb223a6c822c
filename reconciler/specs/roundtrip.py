"""A document written anew by ruamel.yaml's round trip: comments and order stay, the rest is in its own manner."""

import io
from typing import Any

from reconciler.specs.edit import EditRefused
from reconciler.specs.write import flow
from reconciler.specs.yaml import Tree


def round_trip(content: bytes, wanted: Tree) -> bytes:
    """The document that says `wanted`, as far as it can be written. Raises EditRefused."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1 << 20
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        found = yaml.load(content.decode("utf-8-sig"))
        written = io.StringIO()
        yaml.dump(_merged(found, wanted), written)
    except (YAMLError, TypeError, ValueError, AttributeError) as error:
        raise EditRefused("the document cannot be written so; edit it by hand") from error
    return written.getvalue().encode()


def _merged(found: Any, wanted: Any) -> Any:
    """The tree that ruamel.yaml knows, made equal to the one that is wanted: what is the same is left alone."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        for key in [each for each in found if each not in wanted]:
            del found[key]
        for key, value in wanted.items():
            found[key] = _merged(found[key], value) if key in found else _plain(value)
        return found
    if isinstance(found, list) and isinstance(wanted, list):
        for at, value in enumerate(wanted[: len(found)]):
            found[at] = _merged(found[at], value)
        del found[len(wanted) :]
        found.extend(_plain(each) for each in wanted[len(found) :])
        return found
    return found if str(found) == wanted and not isinstance(found, dict | list) else _plain(wanted)


def _plain(value: Any) -> Any:
    """Text that some reader takes for something else gets quotes."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if flow(value) == value else DoubleQuotedScalarString(value)
