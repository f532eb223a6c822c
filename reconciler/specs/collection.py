"""All documents of one revision: what all share, and each organisation by itself, so that one cannot spoil another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
from reconciler.specs.parse import organization_of, parse

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
            message = f"{document.kind} '{document.name}' exists already, at {first.origins.at(())}"
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

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """All findings, in the order of the files."""
        found = [*self.catalog.diagnostics, *(item for org in self.organizations.values() for item in org.diagnostics)]
        return sorted(found, key=lambda item: item.origin)


def collect(files: Mapping[str, bytes], builtin: Mapping[str, bytes]) -> Specs:
    """Read every file of a config repository (`orgs/...`, `specs/...`) over the built-in catalogue (`specs/...`)."""
    catalog = Catalog()
    for path, content in sorted(builtin.items()):
        _take(catalog, path, content)
    own = Catalog()
    organizations: dict[str, OrganizationSpecs] = {}
    for path, content in sorted(files.items()):
        name = organization_of(path)
        if path.startswith("specs/"):
            if builtin.get(path) != content:
                _take(own, path, content)
        elif name is not None:
            _take(organizations.setdefault(name, OrganizationSpecs(name=name)), path, content)
        else:
            hint = "move it to orgs/<organisation>/ or specs/"
            own.diagnostics.append(Diagnostic("wrong-place", Origin(path), "nobody reads a file in this place", hint))
    for key, document in list(catalog.documents.items()):
        if any(found.origin.file == document.origins.file for found in own.diagnostics) and key not in own.documents:
            own.broken.setdefault(key, document.origins.file)
    _overlay(catalog, own)
    return Specs(catalog, organizations)


def _take(shelf: Shelf, path: str, content: bytes) -> None:
    parsed = parse(path, content)
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
            message = f"{document.kind} '{document.name}' is part of the built-in catalogue"
            place: Origin = document.origins.at(("metadata", "name"))
            hint = "to replace it, write metadata: {annotations: {overrides: builtin}}"
            own.diagnostics.append(Diagnostic("override-builtin", place, message, hint))
            catalog.broken[key] = document.origins.file
            del catalog.documents[key]
            continue
        catalog.documents[key] = document
    catalog.diagnostics += own.diagnostics


def read_yaml(paths: Iterable[str]) -> list[str]:
    """The paths that are specs: YAML files below `orgs/` and `specs/`."""
    return [path for path in paths if path.startswith(("orgs/", "specs/")) and path.endswith((".yaml", ".yml"))]
