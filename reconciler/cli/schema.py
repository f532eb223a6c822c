"""`reconciler schema`: the JSON Schema of every kind, for editors."""

from pathlib import Path
from typing import Any

import click

from reconciler.cli.context import Context, counted
from reconciler.errors import UsageError


class Kinds(click.Group):
    """`schema write FOLDER` is a verb of its own; every other word is a kind to print."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return "show", show, args

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "[KIND] | write FOLDER")


@click.group("schema", cls=Kinds, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> int:
    """Print the JSON Schema of KIND (Integration, FieldMapping, ...), or the list of kinds.

    `schema write FOLDER` writes a file for every kind, for an editor to read.
    """
    return _list(ctx.find_object(Context) or Context) if ctx.invoked_subcommand is None else 0


def _list(context: Any) -> int:
    from reconciler.specs.documents import KINDS

    context.table(
        ("Kind", "Folder", "What it is for"), [(name, each.place, each.purpose) for name, each in KINDS.items()]
    )
    return 0


@click.command("show")
@click.argument("kind")
def show(kind: str) -> int:
    """Print the JSON Schema of KIND."""
    from reconciler.specs.documents import KINDS
    from reconciler.specs.jsonschema import text
    from reconciler.specs.wording import choice

    if kind not in KINDS:
        raise UsageError(f"there is no kind '{kind}'", choice(kind, KINDS))
    click.echo(text(kind), nl=False)
    return 0


@command.command("write")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def write(context: Context, folder: Path) -> int:
    """Write a file for every kind into FOLDER, which is made where it is missing."""
    from reconciler.specs.documents import KINDS
    from reconciler.specs.jsonschema import file_name, text

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind in KINDS:
            (folder / file_name(kind)).write_text(text(kind), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}", "name a folder that you may write") from error
    context.say(f"{counted(len(KINDS), 'schema')} written to {folder}")
    return 0
