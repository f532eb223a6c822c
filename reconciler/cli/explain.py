"""`reconciler explain`: which file and line set a value, what it means, and what else may stand there."""

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, format_option, root_option
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.specs.collection import Catalog, OrganizationSpecs
    from reconciler.specs.documents import Document
    from reconciler.specs.explain import Explained
    from reconciler.specs.models.shared import Model
    from reconciler.specs.origin import Path as Steps

PLACE = re.compile(r"(?P<file>.+?\.ya?ml)(?::(?P<line>\d{1,7}))?(?::(?P<column>\d{1,7}))?")
TITLE = re.compile(r"(?:(?P<organization>[a-z0-9_-]+)/)?(?P<kind>[A-Z][A-Za-z]+)/(?P<name>[a-z0-9_-]+)")
STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d{1,6})\]")
WIDTH = 78


@dataclass(frozen=True, slots=True)
class Found:
    """A document, and the organisation in which it stands, if any."""

    document: "Document[Model]"
    specs: "OrganizationSpecs | None"

    @property
    def title(self) -> str:
        return f"{self.document.kind}/{self.document.name}" + (f" of {self.specs.name}" if self.specs else "")


@click.command("explain")
@click.argument("place", metavar="PLACE")
@click.argument("field", required=False)
@root_option
@format_option
@click.pass_obj
def command(context: Context, place: str, field: str | None, root: Path, form: str) -> int:
    """Say where a value was written, what it means, and what else may stand there.

    PLACE is a file and a line (orgs/x/integrations/y.yaml:12, as findings print it), or a document
    (Integration/accounts, x/Integration/accounts where several organisations have one) with a FIELD
    such as spec.exports[0].since. Without line or FIELD: every value in force, and its source.
    """
    from reconciler.cli.validate import read
    from reconciler.specs.explain import leaves, on_line

    context.formatted(form)
    specs = read(context, root, None)
    documents = [Found(each, None) for each in specs.catalog.documents.values()]
    documents += [Found(each, org) for org in specs.organizations.values() for each in org.documents.values()]
    found, line, column = _find(documents, place, root)
    paths = [_steps(field)] if field else on_line(found.document, line, column) if line else []
    if line and not paths:
        raise UsageError(
            f"nothing is written on line {line} of {found.document.origins.file}", "name a line with a key"
        )
    if len(paths) == 1:
        return _one(context, found, _explained(found, paths[0], specs.catalog))
    everything = paths or leaves(found.document)
    return _list(context, found, [_explained(found, each, specs.catalog) for each in everything])


def _explained(found: Found, path: "Steps", catalog: "Catalog") -> "Explained":
    from reconciler.specs.explain import NothingThere, explain, keys
    from reconciler.specs.wording import choice

    try:
        return explain(found.document, path, found.specs, catalog)
    except NothingThere as error:
        hint = choice(str(path[-1]), keys(found.document.kind, path[:-1]))
        raise UsageError(str(error), hint or "reconciler explain without FIELD lists all") from None


def _find(documents: list[Found], place: str, root: Path) -> tuple[Found, int, int]:
    """The document that is meant, with line and column (0 where none is named). Raises UsageError."""
    from reconciler.specs.wording import choice, quoted

    if written := PLACE.fullmatch(place):
        file = written["file"].removeprefix("./").removeprefix(f"{root.as_posix()}/")
        here = [each for each in documents if each.document.origins.file == file]
        if not here:
            near = choice(file, [each.document.origins.file for each in documents], 0)
            raise UsageError(f"no document could be read from {quoted(file)}", near or "reconciler validate says why")
        return here[0], int(written["line"] or 0), int(written["column"] or 0)
    titled = TITLE.fullmatch(place)
    if titled is None:
        raise UsageError(f"{quoted(place)} names no place", "write FILE:LINE, or Kind/name and a field")
    here = [each for each in documents if (each.document.kind, each.document.name) == (titled["kind"], titled["name"])]
    if titled["organization"]:
        here = [each for each in here if each.specs and each.specs.name == titled["organization"]]
    if len(here) != 1:
        titles = [f"{each.specs.name if each.specs else ''}/{place}".lstrip("/") for each in here]
        known = [f"{each.document.kind}/{each.document.name}" for each in documents]
        message = f"several organisations have {place}" if here else f"there is no {quoted(place)}"
        raise UsageError(
            message, choice(None, titles) if here else choice(place.split("/", place.count("/") - 1)[-1], known)
        )
    return here[0], 0, 0


def _steps(field: str) -> "Steps":
    """`spec.exports[0].since` as a path; `spec.` may be left out. Raises UsageError."""
    found, at = list[str | int](), 0
    while at < len(field):
        step = STEP.match(field, at)
        if step is None:
            raise UsageError(f"'{field}' is not a field", "write it as spec.exports[0].since")
        found.append(int(step[2]) if step[2] else step[1])
        at = step.end()
    whole = found[0] in ("spec", "metadata", "kind", "apiVersion") if found else False
    return tuple(found) if whole else ("spec", *found)


def _source(explained: "Explained") -> str:
    match explained.source:
        case "written":
            return str(explained.origin)
        case "inherited":
            return f"{explained.origin}, from where it is inherited"
        case "default":
            return "nowhere: the default of this kind"
        case _:
            return "nowhere: it is left out"


def _one(context: Context, found: Found, explained: "Explained") -> int:
    if context.json:
        context.data(_data(found, explained))
        return 0
    context.say(f"{found.title}: {explained.path}", "bold")
    rows = {"value": _shown(explained.value), "set at": _source(explained), "means": explained.meaning}
    rows |= {"may be": explained.allowed, "required": "yes" if explained.required else "no"}
    for label, text in rows.items():
        if text:
            context.say(
                textwrap.fill(
                    text, WIDTH, initial_indent=f"  {label:<9} ", subsequent_indent=" " * 12, break_on_hyphens=False
                )
            )
    return 0


def _list(context: Context, found: Found, everything: "list[Explained]") -> int:
    if context.json:
        context.data({"document": found.title, "values": [_data(found, each) for each in everything]})
        return 0
    context.say(f"{found.title}, in {found.document.origins.file}", "bold")
    widest = min(max(len(each.path) for each in everything), 40)
    for each in everything:
        place = f"{each.origin.line}:{each.origin.column}" if each.source == "written" and each.origin else each.source
        value = _shown(each.value)
        context.say(f"  {place:<9} {each.path:<{widest}}  {value if len(value) <= 60 else value[:57] + '...'}")
    return 0


def _shown(value: Any) -> str:
    """A value on one line, cut where it is long, and masked where it looks like a credential."""
    from reconciler.specs.secrets import MASK, is_secret
    from reconciler.specs.write import flow

    text = " ".join(flow(value).split())
    return MASK if isinstance(value, str) and is_secret(value) else text if len(text) <= 300 else text[:297] + "..."


def _data(found: Found, explained: "Explained") -> dict[str, Any]:
    origin = explained.origin
    return {
        "document": found.title,
        "path": explained.path,
        "value": explained.value,
        "source": explained.source,
        "file": origin.file if origin else None,
        "line": origin.line if origin else None,
        "column": origin.column if origin else None,
        "meaning": explained.meaning,
        "allowed": explained.allowed,
        "required": explained.required,
    }
