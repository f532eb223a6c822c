"""Write the bill of materials of the image, in CycloneDX: sbom.py FILE

Names, versions and hashes are those of image/runtime.lock; licences and who needs whom, of what is installed here,
which the lock of the whole project holds to the same versions. The same tree gives the same file, to the byte.
"""

import re
import sys
import tomllib
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "image/runtime.lock"
EXTRAS = ("cluster", "portal", "server", "tracing")
"""Of our own package: what the image is installed with, as scripts/lock.sh has it."""
PIN = re.compile(r"^([a-z0-9-]+)==([^\s;]+)[^\\\n]*((?:\\\n\s+--hash=sha256:[0-9a-f]{64} ?)+)", re.MULTILINE)
SHA256 = re.compile(r"sha256:([0-9a-f]{64})")
NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""A file of the same tree is the same: what it says of time is that it says nothing."""


def pinned(lock: str) -> dict[str, tuple[str, list[str]]]:
    """Version and hashes of each package of a lock."""
    return {name: (version, SHA256.findall(hashes)) for name, version, hashes in PIN.findall(lock)}


def licences(name: str) -> list[str]:
    """What a package says of its licence, the clearest first; nothing where it is not installed here."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return []
    short = [text for text in (said.get("License-Expression"), said.get("License")) if text and len(text) < 60]
    classes = [each.rpartition(" :: ")[2] for each in said.get_all("Classifier", []) if each.startswith("License ::")]
    return short[:1] or classes[:1]


def component(name: str, version: str, hashes: list[str]) -> Component:
    """One package, with the hashes of every file that its lock allows: one for each platform."""
    url = PackageURL("pypi", name=name, version=version)
    files = [HashType(alg=HashAlgorithm.SHA_256, content=each) for each in hashes]
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        purl=url,
        bom_ref=url.to_string(),
        external_references=[
            ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(url.to_string()), hashes=files)
        ],
        licenses=[LicenseFactory().make_from_string(text) for text in licences(name)],
    )


def asked(name: str, extras: tuple[str, ...]) -> list[Requirement]:
    """What an installed package with these extras asks for in this environment."""
    try:
        wanted = [Requirement(text) for text in requires(name) or []]
    except PackageNotFoundError:
        return []
    return [
        each
        for each in wanted
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ("", *extras))
    ]


def bill(lock: str, project: dict[str, Any]) -> Bom:
    """The whole bill: our package, and below it what the lock names."""
    parts = {name: component(name, *found) for name, found in pinned(lock).items()}
    own = Component(
        name=project["name"], version=project["version"], type=ComponentType.APPLICATION, bom_ref="reconciler"
    )
    made = Bom(components=parts.values(), serial_number=uuid5(NAMESPACE_URL, lock))
    made.metadata.component, made.metadata.timestamp = own, NO_MOMENT
    more = [text for extra in EXTRAS for text in project["optional-dependencies"][extra]]
    waiting = [(own, [Requirement(text) for text in (*project["dependencies"], *more)])]
    seen: set[tuple[str, tuple[str, ...]]] = set()
    while waiting:
        each, wanted = waiting.pop()
        below = {(canonicalize_name(one.name), tuple(sorted(one.extras))) for one in wanted}
        below = {one for one in below if one[0] in parts}
        made.register_dependency(each, [parts[name] for name, _ in sorted(below)])
        waiting += [(parts[name], asked(name, extras)) for name, extras in sorted(below - seen)]
        seen |= below
    return made


def main(into: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    made = bill(LOCK.read_text("utf-8"), project)
    into.write_text(
        make_outputter(made, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1) + "\n", "utf-8"
    )
    print(f"{into}: {len(made.components)} packages")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
