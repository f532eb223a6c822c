"""Counting, comparing and freezing, as they are done in a thread of their own. What is given back holds no records."""

import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reconciler.database.scoped import Lines
from reconciler.engine import reporting
from reconciler.engine.desk import Desk
from reconciler.engine.reporting import Opened
from reconciler.errors import PersonalData
from reconciler.packages.package import write
from reconciler.portal.house import House
from reconciler.portal.refusals import NotDone
from reconciler.portal.yearly.counts import Going
from reconciler.portal.yearly.desk import desk
from reconciler.reports.build import Built
from reconciler.reports.document import Figure, Finding
from reconciler.reports.rows import Difference, Rows, digests, gathered
from reconciler.reports.sentences import Language

SHOWN = 100
"""Differences that are kept for a page."""
BY_US = frozenset({"frozen-already"})
"""Findings that the page says by itself, and with a way on."""
WRITTEN = {"unmapped-type": "activity_types", "value-unknown": "columns", "value-missing": "columns"}
"""Where in the spec the cause of a finding stands."""


@dataclass(frozen=True, slots=True)
class Of:
    """A report of one year, and who asks; `whose` is the organisation's id, `organization` its name."""

    whose: str
    organization: str
    name: str
    year: int
    account: str


class Package:
    """The files of a preview, in a folder that lives as long as somebody may ask for one."""

    def __init__(self, version: Built) -> None:
        """Raises PersonalData, and then leaves nothing behind."""
        self._folder = Path(tempfile.mkdtemp(prefix="reconciler-preview-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self.files: Mapping[str, str] = write(version.report, self._folder / "package").files
        self.sizes: Mapping[str, int] = {name: len(self.read(name)) for name in self.files}

    def read(self, name: str) -> bytes:
        """The bytes of one of its files."""
        return (self._folder / "package" / name).read_bytes()


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted: the next version, or the frozen one where nothing differs from it."""

    at: datetime
    version: int
    revision: str
    rules: str
    language: Language
    figures: Sequence[Figure]
    findings: Sequence[Finding]
    places: Mapping[str, str]
    """By the code of a finding: where the spec can be mended, as `file:line:column`."""
    differences: Sequence[Difference]
    differing: int
    seen: str
    """A digest over the figures and all rows: what is frozen has to be what was looked at."""
    package: Package | None

    @property
    def blocking(self) -> int:
        """Findings that keep it from being frozen."""
        return sum(each.severity == "error" for each in self.findings)


@dataclass(frozen=True, slots=True)
class Yes:
    """What somebody says who freezes: why, and what they looked at."""

    reason: str
    seen: str


def count(house: House, lines: Lines, going: Going, of: Of, *, noted: bool = False) -> Counted:
    """Count today's data, write the package of it, and note the comparison where that was asked for."""
    with (
        desk(house, lines, of.whose, of.account, going) as here,
        reporting.opened(here, of.organization, of.name, of.year) as found,
    ):
        if noted:
            reporting.compare(here, found)
        current = found.current
        package, refused = _packaged(current)
        return Counted(
            at=house.now,
            version=current.report.version,
            revision=current.report.revision,
            rules=current.report.rules,
            language=found.asked.language,
            figures=current.report.figures,
            findings=[each for each in _findings(found, current, refused) if each.code not in BY_US],
            places=_places(here, of),
            differences=found.differences[:SHOWN],
            differing=len(found.differences),
            seen=_seen(found, _rows(found)),
            package=package,
        )


def freeze(house: House, lines: Lines, going: Going, of: Of, yes: Yes) -> int:
    """Freeze what was looked at, and give its version. Raises NotDone where it is not that any more, or may not be."""
    with (
        desk(house, lines, of.whose, of.account, going) as here,
        reporting.opened(here, of.organization, of.name, of.year) as found,
    ):
        rows = _rows(found)
        if _seen(found, rows) != yes.seen:
            raise NotDone("yearly.changed")
        if found.latest and not found.differences:
            raise NotDone("yearly.same", version=str(found.latest.version))
        if any(each.severity == "error" for each in _findings(found, found.built, ())):
            raise NotDone("yearly.blocked")
        version = reporting.to_freeze(found, yes.reason if found.latest else "")
        with tempfile.TemporaryDirectory(prefix="reconciler-report-") as folder:
            written = Path(folder) / "package"
            files = {
                name: (checksum, (written / name).read_bytes)
                for name, checksum in write(version.report, written).files.items()
            }
            reporting.freeze(here, replace(found, rows=rows), version, yes.reason, files)
        return version.report.version


def _packaged(version: Built) -> tuple[Package | None, Sequence[Finding]]:
    """The package, or why it cannot be written."""
    try:
        return Package(version), ()
    except PersonalData as refused:
        return None, [each for each in refused.findings if isinstance(each, Finding)]


def _findings(found: Opened, version: Built, refused: Sequence[Finding]) -> list[Finding]:
    """Those that stop it first."""
    every = [*refused, *version.report.findings, *found.notices]
    return sorted(every, key=lambda each: each.severity != "error")


def _rows(found: Opened) -> Rows:
    return found.rows or gathered(digests(found.built.keyed()))


def _seen(found: Opened, rows: Rows) -> str:
    return reporting.digest(found.current, rows, {})


def _places(here: Desk, of: Of) -> Mapping[str, str]:
    applied = here.store.applied_report(of.organization, of.name).report
    return {code: applied.origin(path) for code, path in WRITTEN.items()}
