"""What every verb gets: the settings, the folder of the config repository, and the two forms of output."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Literal

import click

from reconciler.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from reconciler.engine.world import World

Format = Literal["text", "json"]
UNTOLD, WIDE = 80, 120
"""Columns: what rich takes for a pipe that nobody gave a width, and what a table gets there instead."""


@dataclass(slots=True)
class Context:
    """Given to each verb by `click.pass_obj`. Verbs return their exit code; only `main` exits."""

    settings: Settings
    root: Path = Path()
    format: Format = "text"
    stopping: Event = field(default_factory=Event)
    """Set when this process is told to stop, by verbs that listen to it (`cli.stopping`)."""
    _world: "World | None" = field(default=None)

    @property
    def world(self) -> "World":
        """The real parts, made when a verb first needs them."""
        if self._world is None:
            from reconciler.wiring import world

            self._world = world(self.settings, stopping=self.stopping)
        return self._world

    def formatted(self, form: str) -> "Context":
        """The same, with the form of output that was asked for."""
        self.format = "json" if form == "json" else "text"
        return self

    @property
    def console(self) -> "Console":
        """Where text for people goes: coloured on a terminal, plain in a pipe."""
        from rich.console import Console

        return Console(highlight=False, soft_wrap=True)

    @property
    def json(self) -> bool:
        return self.format == "json"

    def say(self, text: str = "", style: str = "") -> None:
        """One line for people; no markup is read from it, because texts come from specs and outside systems."""
        if not style and not sys.stdout.isatty():
            click.echo(text)
        else:
            self.console.print(text, style=style or None, markup=False)

    def data(self, value: Any) -> None:
        """The JSON twin of what a verb says."""
        click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[str] = ()) -> None:
        """An aligned table; the columns named in `right` are numbers."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for heading in headings:
            table.add_column(heading, justify="right" if heading in right else "left", overflow="fold")
        for row in rows:
            table.add_row(*(cell if isinstance(cell, Text) else Text(str(cell)) for cell in row))
        self.print(table)

    @property
    def width(self) -> int:
        """Columns that a table may take."""
        console = self.console
        return WIDE if not console.is_terminal and console.width == UNTOLD else console.width

    def print(self, table: "Table") -> None:
        """A table that somebody has made."""
        console = self.console
        console.width = self.width
        console.print(table, soft_wrap=False)


def root_option(command: Any) -> Any:
    """`--root`, for verbs that read specs."""
    return click.option(
        "--root",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        default=Path(),
        help="The config repository; the current folder where left out.",
    )(command)


def format_option(command: Any) -> Any:
    """`--format`, for every verb."""
    return click.option(
        "--format", "form", type=click.Choice(["text", "json"]), default="text", help="Text for people, or stable JSON."
    )(command)


def counted(count: int, one: str, many: str = "") -> str:
    """`1 document`, `3 documents`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def listed(values: Mapping[str, int]) -> str:
    """`3 sent, 1 rejected`."""
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in values.items() if count)
