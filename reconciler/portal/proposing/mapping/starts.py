"""What a mapping may be begun from: a suggestion by the labels of both ends, an earlier version of its file, or the
mapping of another organisation that the visitor is somebody in.
"""

from pydantic import BaseModel, Field

from reconciler.database.portal_proposals import ProposalTable, Spoken
from reconciler.git.log import Logged
from reconciler.mappings.suggest import Suggested, suggest
from reconciler.portal.proposing.mapping.desk import Desk, named
from reconciler.portal.proposing.mapping.sheet import HEAD
from reconciler.portal.proposing.neighbours import neighbours, spec_tree, specs_of
from reconciler.portal.refusals import NotThere
from reconciler.specs.collection import OrganizationSpecs
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.yaml import Tree, read

SUGGESTION = "suggestion"
MOST = 20


class Version(BaseModel):
    """A commit that changed the file."""

    commit: str
    author: str = Field(description="The account that proposed it, where that is known; else the name that git shows.")
    reviewers: list[str] = Field([], description="The accounts that approved it, where that is known.")
    at: str = Field(description="When, as ISO 8601.")
    title: str


class Start(BaseModel):
    """Something to begin from; `key` is what `begin` takes."""

    key: str
    organization: str
    title: str
    mapping: str


def history(desk: Desk) -> list[Version]:
    """The newest commits that changed the mapping's file, with who is known to have written and approved them."""
    copy, visit = desk.editing.copy, desk.editing.visit
    found = copy.mirror().log(copy.head(), [desk.edited.file], MOST)
    said = ProposalTable(visit.parts.tables, visit.organization.id).spoken([each.commit for each in found])
    return [_known(version(each), said.get(each.commit)) for each in found]


def _known(found: Version, said: Spoken | None) -> Version:
    if said is None:
        return found
    return found.model_copy(update={"author": ", ".join(said.authors) or found.author, "reviewers": [*said.reviewers]})


def version(found: Logged) -> Version:
    """A commit as it is shown: what stands in it was written by anybody."""
    return Version(commit=found.commit, author=found.author[:80], at=found.at, title=found.title[:120])


def starts(desk: Desk) -> list[Start]:
    """Mappings of other organisations of the visitor that make the same document of the same records."""
    return [
        Start(key=f"{whose}/{name}", organization=whose, title=title, mapping=name)
        for whose, title in neighbours(desk.editing.visit)
        for name in _alike(desk, specs_of(desk.editing.copy, whose))
    ][:MOST]


def started(desk: Desk, key: str, commit: str) -> Tree:
    """The spec to begin with. Raises NotThere for what there is not, or not for this visitor."""
    if commit:
        return _earlier(desk, commit)
    if key == SUGGESTION:
        return _suggested(desk)
    whose, _, name = key.partition("/")
    if whose not in dict(neighbours(desk.editing.visit)):
        raise NotThere
    specs = specs_of(desk.editing.copy, whose)
    if name not in _alike(desk, specs):
        raise NotThere
    return _taken(desk, spec_tree(desk.editing.copy, specs, "FieldMapping", name))


def _alike(desk: Desk, specs: OrganizationSpecs) -> list[str]:
    own = desk.checked.own.of(Integration).get(named(desk.edited.spec, "integration"))
    found = []
    for name, each in specs.of(FieldMapping).items():
        there = specs.of(Integration).get(each.spec.integration)
        same = (each.spec.category, each.spec.document) == tuple(named(desk.edited.spec, key) for key in HEAD[1:])
        if own is not None and there is not None and there.spec.type == own.spec.type and same:
            found.append(name)
    return sorted(found)


def _taken(desk: Desk, spec: Tree) -> Tree:
    """Another's rules under our own head."""
    head = {key: desk.edited.spec[key] for key in HEAD if key in desk.edited.spec}
    return {**head, **{key: value for key, value in spec.items() if key not in HEAD}}


def _earlier(desk: Desk, commit: str) -> Tree:
    """What an earlier commit of the followed branch says."""
    copy, visit = desk.editing.copy, desk.editing.visit
    if not copy.within(commit, copy.head()):
        raise NotThere
    content = copy.files(visit.organization.name, commit).get(desk.edited.file)
    found = read(desk.edited.file, content or b"").tree
    if not isinstance(found, dict) or not isinstance(found.get("spec"), dict):
        raise NotThere
    return found["spec"]


def _suggested(desk: Desk) -> Tree:
    """Rules by the labels of both ends. A constant that only people know is left out, and marked as missing."""
    ends = desk.ends
    if ends.category is None or ends.document is None:
        raise NotThere
    found = suggest(ends.document, ends.category)
    lines = [{"name": name, "fields": _rules(rules)} for name, rules in found.lines.items()]
    kept = {key: desk.edited.spec[key] for key in (*HEAD, "tests") if key in desk.edited.spec}
    return {**kept, "shared": _rules(found.shared), "lines": lines}


def _rules(rules: tuple[Suggested, ...]) -> list[Tree]:
    return [_said({"to": each.to, **each.rule}) for each in rules if each.rule is not None]


def _said(value: Tree) -> Tree:
    """A tree as it is read: every scalar is text."""
    if isinstance(value, dict):
        return {key: _said(each) for key, each in value.items()}
    return str(value).lower() if isinstance(value, bool) else str(value)
