"""The tables of the environment: columns with their demands, and alternate keys with the state of their index."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

TEXTS = ("String", "Memo")
ODATA = {
    "String": "Edm.String",
    "Memo": "Edm.String",
    "Integer": "Edm.Int32",
    "Decimal": "Edm.Decimal",
    "Money": "Edm.Decimal",
    "Boolean": "Edm.Boolean",
    "DateOnly": "Edm.Date",
    "DateTime": "Edm.DateTimeOffset",
    "Uniqueidentifier": "Edm.Guid",
}
"""The kinds of columns, and how errors call them."""
STATES = ("Pending", "InProgress", "Active", "Failed")


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `title` is its name for people.

    `level` is None, ApplicationRequired or SystemRequired: none of them is enforced by the interface.
    """

    name: str
    kind: str
    max_length: int = 100
    minimum: float = -1_000_000_000
    maximum: float = 1_000_000_000
    level: str = "None"
    title: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """An alternate key: its index is built after it is declared, and serves once it is Active."""

    name: str
    columns: tuple[str, ...]
    state: str = "Active"


@dataclass
class Table:
    """`plural` stands in addresses, `logical` in definitions. Names are case-sensitive."""

    logical: str
    plural: str
    title: str
    columns: dict[str, Column]
    keys: list[Key] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The column of the primary key."""
        return f"{self.logical}id"

    def copy(self) -> "Table":
        """A table that can be changed without changing this one."""
        return replace(self, columns=dict(self.columns), keys=list(self.keys))


def built_in() -> dict[str, Table]:
    """The two tables of HLF's example, by plural name. Invented: nothing is public about the real ones."""
    claims = _table(
        "hlf_expenseclaim",
        "Utlegg på min side",
        Column("hlf_membernumber", "String", 20, level="ApplicationRequired", title="Member"),
        Column("hlf_date", "DateOnly", title="Date"),
        Column("hlf_kind", "String", 50, title="Kind"),
        Column("hlf_amount", "Decimal", minimum=0, maximum=1_000_000, title="Amount"),
        Column("hlf_text", "String", 100, title="Text"),
        Column("hlf_unit", "String", 50, title="Unit"),
    )
    activities = _table(
        "hlf_activity",
        "Aktiviteter på min side",
        Column("hlf_kind", "String", 50, level="ApplicationRequired", title="Kind"),
        Column("hlf_date", "DateOnly", level="ApplicationRequired", title="Date"),
        Column("hlf_minutes", "Integer", minimum=0, maximum=10_000, title="Minutes"),
        Column("hlf_participants", "Integer", minimum=0, maximum=100_000, title="Participants"),
        Column("hlf_digital", "Boolean", title="Digital"),
        Column("hlf_unit", "String", 50, title="Unit"),
    )
    return {claims.plural: claims, activities.plural: activities}


def _table(logical: str, title: str, *columns: Column) -> Table:
    plural = f"{logical.removesuffix('y')}ies" if logical.endswith("y") else f"{logical}s"
    own = (
        Column(f"{logical}id", "Uniqueidentifier", level="SystemRequired"),
        Column("hlf_reference", "String", 50, title="Reference"),
    )
    found: Mapping[str, Column] = {each.name: each for each in (*own, *columns)}
    return Table(logical, plural, title, dict(found), [Key(f"{logical}_reference", ("hlf_reference",))])
