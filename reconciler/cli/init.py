"""`reconciler init`: an empty folder becomes a config repository."""

from pathlib import Path

import click

from reconciler.cli.context import Context, format_option
from reconciler.errors import UsageError

IGNORED = """# Credentials never belong into this repository; these are the files in which they are sometimes forgotten.
.env
*.pem
*.key
"""
HOOKS = """# Refuses specs that are wrong, and credentials in them, before they are in the history: pre-commit install
repos:
  - repo: local
    hooks:
      - id: reconciler-validate
        name: reconciler validate
        entry: reconciler validate
        language: system
        files: ^(orgs|specs)/
        pass_filenames: false
"""
README = """# Links to outside systems, as reviewed YAML

| folder | what is in it |
|---|---|
| `orgs/` | a folder per organisation: integrations, mappings, schedules, exclusions |
| `specs/` | made when needed: own integration types, data categories, features, dated rates |
| `schemas/` | what an editor needs to complete keys and explain them; written by `reconciler schema write schemas` |

```
reconciler new organization    # asks; every later step is printed below the one before
reconciler validate --watch    # while you write: every finding at file:line:column
reconciler explain PATH:LINE   # what a line means, what else it may say, and where its value comes from
reconciler plan                # what a commit would change
```
"""
FILES = {".gitignore": IGNORED, ".pre-commit-config.yaml": HOOKS, "README.md": README, "orgs/.gitkeep": ""}


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@format_option
@click.pass_obj
def command(context: Context, folder: Path, form: str) -> int:
    """Make FOLDER (the current one where left out) a config repository.

    Writes orgs/, schemas/, README.md, .gitignore and a hook for pre-commit. What is there already is left as it is.
    """
    from reconciler.cli.next_step import ORGANIZATION
    from reconciler.cli.scaffold import show

    context.formatted(form)
    written, kept = _write(folder)
    if context.json:
        following = {"command": ORGANIZATION.line(folder), "placeholders": dict(ORGANIZATION.words)}
        context.data({"written": written, "kept": kept, "next": following})
        return 0
    for path in kept:
        context.say(f"kept {path}, which was there")
    shown = [path for path in written if not path.startswith("schemas/")]
    for path in shown:
        context.say(f"wrote {path}")
    if len(shown) < len(written):
        context.say("wrote schemas/, for your editor")
    show(context, ORGANIZATION, folder)
    return 0


def _write(folder: Path) -> tuple[list[str], list[str]]:
    """(written, kept), by path within the folder."""
    from reconciler.specs.documents import KINDS
    from reconciler.specs.jsonschema import file_name, text

    files = FILES | {f"schemas/{file_name(kind)}": text(kind) for kind in KINDS}
    written, kept = list[str](), list[str]()
    try:
        for path, content in files.items():
            target = folder / path
            if target.exists():
                kept.append(path)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8", newline="\n")
            written.append(path)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}", "name a folder that you may write") from error
    return written, kept
