"""What the contract suite needs of every integration type: one maker, in words that all of them share."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
from parts.installation import ROOT
from ruamel.yaml import YAML

from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.operations import Create, Lookup

Sql = Callable[..., list[tuple]]
"""Runs a statement in the test's database."""

ROWS = (
    "batch", "refusal at once", "repeats", "expiry", "late rejection", "lookup", "lag", "late answer",
    "unclear answer", "throttle", "pace", "budget", "tls",
)  # fmt: skip
"""The rows that a type can lack."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Why a type cannot have a row; `holds` is whether its declaration, and that of the document, still say so."""

    reason: str
    holds: Callable[[IntegrationType, Create], bool]


@dataclass(frozen=True, slots=True)
class Requests:
    """What the simulator counted, by its own counters."""

    writes: int
    reads: int
    refused: int
    throttled: int = 0


@dataclass(frozen=True, slots=True)
class Poison:
    """What a spoilt record is refused with: whose words, which field, and the text of the mapping line behind it."""

    message: str
    field: str
    line: str


class System(ABC):
    """One integration type on its real simulator, as an organisation of the worked example uses it.

    `lacks` names the rows that the type cannot have. `credential` works from the start, `newer` once it was admitted.
    """

    type: ClassVar[str]
    organization: ClassVar[str]
    integration: ClassVar[str]
    category: ClassVar[str]
    document: ClassVar[str]
    mapping: ClassVar[str]
    settings: Mapping[str, str]
    credential: ClassVar[Mapping[str, str]]
    newer: ClassVar[Mapping[str, str]]
    wrong: ClassVar[Mapping[str, str]]
    culprit: ClassVar[str] = "credential"
    """Whom a test blames for a wrong credential, where the type knows better than that."""
    scheme: ClassVar[str] = "https"
    """How an address of it begins."""
    unclear: ClassVar[Sequence[str]] = ("lost", "garbled", "html")
    """The faults of `arm` after which nobody knows what became of a document."""
    unanswered: ClassVar[Sequence[str]] = ("away", "garbled", "html", "lost", "revoked", "throttled")
    """Those by which a question is not answered."""
    known_by: ClassVar[Literal["id", "reference", "other id"]] = "id"
    """What a lookup knows a document by: the id that its creation gave it, our reference, or an id of later."""
    poison: ClassVar[Poison]
    poison_requests: ClassVar[int]
    """Write requests that one poison record among five hundred may cost at most, refused ones included."""
    until: ClassVar[str] = ""
    """The day until which the system says that its budget is spent, where it says so."""
    lacks: ClassVar[Mapping[str, Lack]] = {}

    @classmethod
    def prepare(cls, root: Path) -> None:
        """Write into a config repository what the worked example lacks: most lack nothing."""
        del root

    @property
    @abstractmethod
    def url(self) -> str:
        """Its address."""

    @abstractmethod
    def reset(self) -> None:
        """As after its start."""

    @abstractmethod
    def fill(self, sql: Sql, count: int) -> None:
        """So many good records, whose ids end in their position, 1 to `count`."""

    @abstractmethod
    def spoil(self, sql: Sql, *positions: int) -> None:
        """Make the system refuse these records."""

    @abstractmethod
    def mend(self, sql: Sql) -> None:
        """Make all records good again."""

    @abstractmethod
    def arm(self, word: str, *, times: int = 1, on: str = "write", seconds: float = 0.0) -> None:
        """Let a fault happen to the next requests of a kind, `write` or `read`.

        `lost`, `garbled` and `html` strike the answer after the documents are booked, `late` books them after so many
        seconds; `away` is maintenance, `throttled` asks to wait, `revoked` refuses the credential, `exhausted` says
        that the budget is spent, and `hidden` shows readers the books as they are now for so many readings.
        """

    @abstractmethod
    def calm(self) -> None:
        """No fault any more."""

    @abstractmethod
    def admit(self, credential: Mapping[str, str]) -> None:
        """Accept another credential too."""

    @abstractmethod
    def revoke(self, credential: Mapping[str, str]) -> None:
        """Refuse it from now on, in mid-run too."""

    @abstractmethod
    def booked(self) -> Counter[str]:
        """How many documents stand there under each reference of ours."""

    @abstractmethod
    def requests(self) -> Requests:
        """What it counted since it was reset."""

    @abstractmethod
    def enforce_pace(self, patch: pytest.MonkeyPatch, monotonic: Callable[[], float]) -> None:
        """Admit no more requests than the type declares, by a clock of the test's own."""

    def refuse_late(self, *references: str) -> str:
        """Refuse documents that were accepted, and finish the others; gives the words that are said of each."""
        raise AssertionError(f"{self.type} has no late rejection; its maker lacks the row")

    def expire(self) -> None:
        """End every token that was made for us."""
        raise AssertionError(f"{self.type} makes no tokens; its maker lacks the row")

    @property
    def kind(self) -> IntegrationType:
        """The type as its file declares it."""
        return declared(self.type)

    @property
    def create(self) -> Create:
        """How the type makes this document."""
        return self.kind.documents[self.document].create

    @property
    def lookups(self) -> Sequence[Lookup]:
        """Where the type finds it again."""
        return self.create.lookups


@cache
def declared(name: str) -> IntegrationType:
    """The integration type of a file in the catalogue."""
    path: Path = ROOT / f"specs/integration-types/{name}.yaml"
    body: Any = YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8"))["spec"]
    return IntegrationType.model_validate(body)
