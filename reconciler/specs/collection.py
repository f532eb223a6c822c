"""All documents of one revision: what all share, and each organisation by itself, so that one cannot spoil another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar, cast

from reconciler.specs.diagnostic import Diagnostic, errors
from reconciler.specs.documents import Document
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.features import FeatureCatalog
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.organization import Organization
from reconciler.specs.models.reference import ReferenceTable
from reconciler.specs.models.shared import Model
from reconciler.specs.origin import Origin
from reconciler.specs.parse import Parsed, parse
from reconciler.specs.paths import organization_of
from reconciler.specs.sentences import say

SpecT = TypeVar("SpecT", bound=Model)
Key = tuple[str, str]
"""(kind, name)"""


@dataclass(slots=True)
class Shelf:
    """Documents by (kind, name), and what was wrong on the way."""

    documents: dict[Key, Document[Model]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: dict[Key, str] = field(default_factory=dict)
    """Documents that are there but cannot be used, and their files. Nobody is told that they are missing."""

    def of(self, model: type[SpecT]) -> dict[str, Document[SpecT]]:
        """The documents of the kind that `model` types, by name."""
        return {
            name: cast("Document[SpecT]", document)
            for (kind, name), document in self.documents.items()
            if kind == model.__name__
        }

    def names(self, model: type[Model]) -> set[str]:
        """The names of all documents of a kind, the broken ones included."""
        return {name for kind, name in (*self.documents, *self.broken) if kind == model.__name__}

    def is_broken(self, model: type[Model], name: str = "") -> bool:
        """Whether a document of the kind, or the one of that name, is there but cannot be used."""
        return any(kind == model.__name__ and name in ("", found) for kind, found in self.broken)

    def put(self, document: Document[Model]) -> None:
        """Take in a document; a second one of the same identity is an error that names the first."""
        key = (document.kind, document.name)
        if (first := self.documents.get(key)) is not None:
            message = say(
                "{kind} '{name}' exists already, at {at}",
                kind=document.kind,
                name=document.name,
                at=first.origins.at(()),
            )
            place = document.origins.at(("metadata", "name"))
            found = Diagnostic(
                "duplicate-document", place, message, "rename or remove one", "error", document.organization
            )
            self.diagnostics.append(found)
        else:
            self.documents[key] = document


@dataclass(slots=True)
class Catalog(Shelf):
    """What all organisations share."""

    @property
    def types(self) -> dict[str, Document[IntegrationType]]:
        return self.of(IntegrationType)

    @property
    def categories(self) -> dict[str, Document[DataCategory]]:
        return self.of(DataCategory)

    @property
    def tables(self) -> dict[str, Document[ReferenceTable]]:
        return self.of(ReferenceTable)

    @property
    def features(self) -> dict[str, Document[FeatureCatalog]]:
        return self.of(FeatureCatalog)


@dataclass(slots=True)
class OrganizationSpecs(Shelf):
    """One organisation's folder."""

    name: str = ""

    @property
    def organization(self) -> Document[Organization] | None:
        """Its Organization document, where the folder holds exactly one."""
        found = list(self.of(Organization).values())
        return found[0] if len(found) == 1 else None

    @property
    def usable(self) -> bool:
        """Whether nothing is wrong. Unread is not empty: a folder with an error is not used at all."""
        return not errors(self.diagnostics)


@dataclass(slots=True)
class Specs:
    """Everything that one revision says."""

    catalog: Catalog
    organizations: dict[str, OrganizationSpecs]
    claimed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Ids in the app, and the organisations that claim them without being among `organizations`."""

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """All findings, in the order of the files."""
        found = [*self.catalog.diagnostics, *(item for org in self.organizations.values() for item in org.diagnostics)]
        return sorted(found, key=lambda item: item.origin)


def collect(files: Mapping[str, bytes], builtin: Mapping[str, bytes]) -> Specs:
    """Read every file of a config repository (`orgs/...`, `specs/...`) over the built-in catalogue (`specs/...`)."""
    folders: dict[str | None, dict[str, bytes]] = {None: {}}
    for path, content in sorted(files.items()):
        folders.setdefault(organization_of(path), {})[path] = content
    catalog = read_catalog(folders.pop(None), builtin)
    return Specs(catalog, {name: read_organization(name, found) for name, found in folders.items() if name})


def read_organization(name: str, files: Mapping[str, bytes]) -> OrganizationSpecs:
    """The folder of one organisation."""
    found = OrganizationSpecs(name=name)
    for path, content in sorted(files.items()):
        _take(found, path, content)
    return found


def read_catalog(files: Mapping[str, bytes], builtin: Mapping[str, bytes]) -> Catalog:
    """What all share: the files of no organisation over the built-in catalogue."""
    catalog = Catalog()
    for path, content in sorted(builtin.items()):
        _put(catalog, path, _of_the_program(path, content))
    own = Catalog()
    for path, content in sorted(files.items()):
        if not path.startswith("specs/"):
            hint = "move it to orgs/<organisation>/ or specs/"
            own.diagnostics.append(Diagnostic("wrong-place", Origin(path), "nobody reads a file in this place", hint))
        elif builtin.get(path) != content:
            _take(own, path, content)
    for key, document in list(catalog.documents.items()):
        if any(found.origin.file == document.origins.file for found in own.diagnostics) and key not in own.documents:
            own.broken.setdefault(key, document.origins.file)
    _overlay(catalog, own)
    return catalog


@lru_cache(maxsize=256)
def _of_the_program(path: str, content: bytes) -> Parsed:
    """A file of the built-in catalogue. Verbs that write specs read it again with every file, and it never changes."""
    return parse(path, content)


def _take(shelf: Shelf, path: str, content: bytes) -> None:
    _put(shelf, path, parse(path, content))


def _put(shelf: Shelf, path: str, parsed: Parsed) -> None:
    shelf.diagnostics += parsed.diagnostics
    if parsed.document is not None:
        shelf.put(parsed.document)
    elif parsed.broken is not None:
        shelf.broken[parsed.broken] = path


def _overlay(catalog: Catalog, own: Catalog) -> None:
    """The repository's own shared documents; replacing a built-in one has to be said aloud, else nobody has either."""
    for key, file in own.broken.items():
        # Not the built-in one instead: unread is not absent.
        catalog.documents.pop(key, None)
        catalog.broken[key] = file
    for key, document in own.documents.items():
        replaced = catalog.documents.get(key)
        aloud = document.metadata.annotations.get("overrides") == "builtin"
        if replaced is not None and replaced.spec != document.spec and not aloud:
            message = say("{kind} '{name}' is part of the built-in catalogue", kind=document.kind, name=document.name)
            place: Origin = document.origins.at(("metadata", "name"))
            hint = "to replace it, write metadata: {annotations: {overrides: builtin}}"
            own.diagnostics.append(Diagnostic("override-builtin", place, message, hint))
            catalog.broken[key] = document.origins.file
            del catalog.documents[key]
            continue
        catalog.documents[key] = document
    catalog.diagnostics += own.diagnostics
