"""Writing the first version of a spec: never over another file, never one that is wrong; and saying what is next."""

import shlex
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from reconciler.cli.asking import terminal
from reconciler.cli.context import Context
from reconciler.errors import SpecsInvalid, UsageError
from reconciler.specs.collection import OrganizationSpecs, Specs
from reconciler.specs.diagnostic import errors
from reconciler.specs.wording import choice, quoted

WIDTH = 78
LATER = frozenset({"mapping-missing"})
"""Findings that the next step mends."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command to type next. Words in capitals stand for answers, and `words` says what each is."""

    command: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    instead: tuple[str, ...] = ()

    def line(self, root: Path, *, instead: bool = False) -> str:
        """The command as it is typed in a shell, in the folder where this program was started."""
        given = list(self.instead if instead else self.command)
        return shlex.join(["reconciler", *given, *(["--root", str(root)] if root != Path() else [])])

    def bare(self, root: Path) -> str:
        """The command without what a terminal asks for."""
        given = takewhile(lambda word: not word.startswith("--") and word not in self.words, self.command)
        return Step(tuple(given)).line(root)


@dataclass(slots=True)
class Repository:
    """The config repository that is being added to, as it stands in the working tree."""

    context: Context
    root: Path
    written: list[str] = field(default_factory=list)

    def specs(self, extra: Mapping[str, bytes] | None = None) -> Specs:
        """Everything in it, checked, with `extra` files as if they were there. Raises UsageError without orgs/."""
        from reconciler.git.sources import WorkingTree
        from reconciler.plans.compile import check
        from reconciler.specs.collection import collect
        from reconciler.wiring import catalog

        specs = collect({**WorkingTree(self.root).files(), **(extra or {})}, catalog())
        check(specs, self.now(), self.context.settings.endpoints)
        return specs

    def now(self) -> datetime:
        """The present instant, by the installation's clock."""
        from reconciler.wiring import clock

        return clock(self.context.settings).now()

    def organization(self, name: str) -> OrganizationSpecs:
        """One organisation. Raises UsageError where there is none of that name."""
        found = self.specs().organizations
        if name not in found:
            hint = choice(name, found) or "reconciler new organization"
            raise UsageError(f"there is no organisation {quoted(name)} in {self.root.resolve()}", hint)
        return found[name]

    def create(self, path: str, text: str) -> None:
        """Write a new spec. Raises UsageError where there is such a file, SpecsInvalid where the spec is wrong."""
        self._check(path, text.encode())
        target = self.root / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            raise UsageError(f"{path} is there already", "choose another name, or edit that file") from None
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}", "may you write in this folder?") from error
        self.written.append(path)

    def change(self, path: str, content: bytes) -> None:
        """Write a changed spec in one go. Raises SpecsInvalid where it would be wrong; then nothing is written."""
        self._check(path, content)
        target = self.root / path
        beside = target.with_name(f".{target.name}.new")
        try:
            beside.write_bytes(content)
            beside.replace(target)
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}", "may you write in this folder?") from error
        self.written.append(path)

    def _check(self, path: str, content: bytes) -> None:
        found = [each for each in errors(self.specs({path: content}).diagnostics) if each.origin.file == path]
        if wrong := tuple(each for each in found if each.id not in LATER):
            raise SpecsInvalid(f"nothing is written: {path} would be wrong", wrong, "give other answers")

    def go_on(self, organization: str) -> int:
        """Say what was written, and what the organisation needs next; the exit code."""
        from reconciler.cli.next_step import next_step

        specs = self.specs()
        return self.finish(next_step(specs.organizations[organization], specs.catalog))

    def finish(self, step: Step) -> int:
        """Say what was written and what is next; the exit code."""
        if self.context.json:
            following = {"command": step.line(self.root), "placeholders": dict(step.words)}
            self.context.data({"written": self.written, "next": following})
            return 0
        for path in self.written:
            self.context.say(f"wrote {path}")
        show(self.context, step, self.root)
        return 0


def show(context: Context, step: Step, root: Path) -> None:
    """`next: ...`, and below it what each word in capitals stands for."""
    context.say(f"next: {step.line(root)}")
    widest = max(map(len, step.words), default=0)
    for word, meaning in step.words.items():
        first, indent = f"      {word:<{widest}}  ", " " * (widest + 8)
        for position, part in enumerate(meaning.splitlines()):
            start = indent if position else first
            for line in textwrap.wrap(part, WIDTH, initial_indent=start, subsequent_indent=indent):
                context.say(line)
    if step.instead:
        context.say(f"  or: {step.line(root, instead=True)}")
    if step.words and terminal():
        context.say(f"  or, to be asked: {step.bare(root)}")
