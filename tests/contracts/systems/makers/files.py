"""Files over SFTP, as CSV and as XML: a batch is one file, and what is refused in it is told by its acknowledgement."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

import pytest
from contracts.systems.register import NO_END, fill_activities, fill_honorariums
from contracts.systems.system import Lack, Poison, Requests, Sql, System
from parts.dropbox import PASSWORD, USER, Dropbox
from ruamel.yaml import YAML

from reconciler.simulators.dropbox.reading import records

FAULTS = {"lost": "drop_after_rename", "late": "stall_before_rename", "revoked": "reject_credential"}
NO_HTTP = Lack("SFTP has no such answer", lambda kind, _: kind.protocol == "files")
ORGANIZATION = "orgs/nhf"


class Files(System):
    """An integration of the suite's own, beside the one that the organisation has by REST.

    `beside` is that one's name, `form` the ending of the files, and `spoils` the field that refusals complain of.
    """

    beside: ClassVar[str]
    own_mapping: ClassVar[str]
    own_settings: ClassVar[Mapping[str, str]]
    form: ClassVar[str]
    spoils: ClassVar[str]
    organization = "nhf"
    credential, newer = {"secret": PASSWORD}, {"secret": "Pa55word-of-the-contracts-2"}
    wrong: ClassVar = {"secret": "Pa55word-that-nobody-knows"}
    scheme = "sftp"
    unclear, unanswered = ("lost",), ("revoked",)
    lacks: ClassVar = {
        "expiry": NO_END,
        "throttle": NO_HTTP,
        "pace": NO_HTTP,
        "budget": NO_HTTP,
        "tls": Lack("SSH proves the server by its pinned key", lambda kind, _: kind.auth.scheme == "ssh"),
        "lag": Lack("a folder shows at once what is in it", lambda kind, _: kind.protocol == "files"),
        "refusal at once": Lack("a file is taken whole, and answered later", lambda _, create: create.drop is not None),
    }

    def __init__(self, simulator: Dropbox) -> None:
        self._simulator = simulator
        self.settings = {**self.own_settings, "user": USER, "host_key": simulator.server()["fingerprint"]}

    @classmethod
    def prepare(cls, root: Path) -> None:
        """The integration that the organisation has by REST, once more by files."""
        integration = YAML(typ="safe").load(root / ORGANIZATION / f"integrations/{cls.beside}.yaml")
        integration["metadata"]["name"] = cls.type
        integration["spec"] |= {"type": cls.type, "credentials": {"name": cls.type}}
        integration["spec"]["settings"] = {**cls.own_settings, "user": USER}
        YAML().dump(integration, root / ORGANIZATION / f"integrations/{cls.type}.yaml")
        mapping = (root / ORGANIZATION / f"mappings/{cls.own_mapping}.yaml").read_text()
        (root / cls.mapping).write_text(mapping.replace(cls.beside, cls.type))

    @property
    def url(self) -> str:
        return self._simulator.url

    def reset(self) -> None:
        self._simulator.control("/_reset")

    def spoil(self, sql: Sql, *positions: int) -> None:
        raise AssertionError("nothing is refused at once; the maker lacks the row")

    def mend(self, sql: Sql) -> None:
        raise AssertionError("nothing is refused at once; the maker lacks the row")

    def arm(self, word: str, *, times: int = 1, on: str = "write", seconds: float = 0.0) -> None:
        self._simulator.arm(FAULTS[word], times=times, seconds=seconds)

    def calm(self) -> None:
        self._simulator.control("/_faults", {"clear": True})

    def admit(self, credential: Mapping[str, str]) -> None:
        self._simulator.control("/_users", {"add": f"{USER}:{credential['secret']}"})

    def revoke(self, credential: Mapping[str, str]) -> None:
        self._simulator.control("/_users", {"revoke": f"{USER}:{credential['secret']}"})

    def booked(self) -> Counter[str]:
        """In how many files each record stands: those that were taken, and those that lie there under their name."""
        found = Counter(self._simulator.booked())
        for path in self._lying():
            found.update(str(each["reference"]) for each in records(path.name, path.read_bytes()))
        return found

    def requests(self) -> Requests:
        """A write is a file that got its name; nobody counts the reads."""
        taken = sum(batch["times"] for batch in self._simulator.books()["batches"])
        return Requests(taken + len(self._lying()), 0, 0)

    def enforce_pace(self, patch: pytest.MonkeyPatch, monotonic: Callable[[], float]) -> None:
        raise AssertionError("no server counts; the maker lacks the row")

    def refuse_late(self, *references: str, message: str = "this is not known") -> str:
        self._simulator.take(refuse=list(references), field=self.spoils, message=message)
        return self.poison.message

    def _lying(self) -> list[Path]:
        return list((self._simulator.folder / "in").glob(f"*.{self.form}"))


class CornerstoneFiles(Files):
    """Activities as CSV."""

    type = integration = "cornerstone-files"
    beside, own_mapping, form, spoils = "cornerstone", "activity-logs", "csv", "department"
    category, document = "activity_logs", "activity"
    mapping = f"{ORGANIZATION}/mappings/activity-logs-files.yaml"
    own_settings: ClassVar = {"room": "aktivitet"}
    poison = Poison("department: this is not known", "", "")

    def fill(self, sql: Sql, count: int) -> None:
        fill_activities(sql, self.organization, count)


class ConsioFiles(Files):
    """Honorariums as XML."""

    type = integration = "consio-files"
    beside, own_mapping, form, spoils = "consio", "driver-honorariums", "xml", "actNo"
    category, document = "driver_honorariums", "honorarium"
    mapping = f"{ORGANIZATION}/mappings/driver-honorariums-files.yaml"
    own_settings: ClassVar = {"customer": "nhf"}
    poison = Poison("actNo: this is not known", "", "")

    def fill(self, sql: Sql, count: int) -> None:
        fill_honorariums(sql, self.organization, count)
