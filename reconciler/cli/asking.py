"""How a verb comes by its answers: from flags, or by asking on a terminal. Both ways are held to the same rules."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from reconciler.errors import UsageError


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and which flag answers it. `choices` lead from answers to labels; `form` types free text."""

    flag: str
    words: str
    choices: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    form: Any = None

    def fault(self, answer: str) -> str:
        """What is wrong with an answer, and what to write; nothing where it is fine."""
        from pydantic import TypeAdapter, ValidationError

        from reconciler.specs.wording import choice, problem, quoted

        if self.choices and answer not in self.choices:
            return f"there is no {quoted(answer)} here: {choice(answer, self.choices)}"
        try:
            TypeAdapter(self.form or str).validate_python(answer)
        except ValidationError as error:
            return ": ".join(part for part in problem(error.errors()[0]) if part)
        return ""


def ask(question: Question, given: str | None) -> str:
    """The answer to one question. Raises UsageError where it is wrong, or missing and there is no terminal."""
    if given is not None:
        if fault := question.fault(given):
            raise UsageError(f"{question.flag}: {fault}", _advice(question))
        return given
    if not terminal():
        if question.default:
            return question.default
        raise UsageError(f"{question.flag} is missing: {question.words}", _advice(question))
    while True:
        answer = _prompted(question, question.words)
        if not (fault := question.fault(answer)):
            return answer
        click.echo(f"  {fault}", err=True)


def ask_several(question: Question, given: Sequence[str]) -> list[str]:
    """The answers to a question with several; on a terminal with commas between them."""
    if not given and terminal():
        written = _prompted(question, f"{question.words} (several with commas)")
        given = [part.strip() for part in written.split(",") if part.strip()]
    if not given:
        raise UsageError(f"{question.flag} is missing: {question.words}", _advice(question))
    return [ask(question, each) for each in dict.fromkeys(given)]


def pairs(flag: str, given: Sequence[str]) -> dict[str, str]:
    """`name=value`, several times. Raises UsageError where one has no equals sign."""
    found = [each.partition("=") for each in given]
    if wrong := [name for name, sign, _ in found if not sign]:
        raise UsageError(f"{flag} {wrong[0]} has no value", f"write {flag} {wrong[0]}=VALUE")
    return {name: value for name, _, value in found}


def terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def _prompted(question: Question, words: str) -> str:
    """What is typed; where there are choices they stand between the question and the answer."""
    only = next(iter(question.choices)) if len(question.choices) == 1 else None
    if question.choices:
        click.echo(f"{words}:", err=True)
        for name, label in question.choices.items():
            click.echo(f"  {name:<24} {label}".rstrip(), err=True)
        words = "Your choice"
    return str(click.prompt(words, default=question.default or only, err=True)).strip()


def _advice(question: Question) -> str:
    from reconciler.specs.wording import choice

    listed = choice(None, question.choices)
    if not question.flag.startswith("--"):
        return listed or "give another"
    return (
        f"add {question.flag} with {listed}"
        if listed
        else f"add {question.flag}, or run this on a terminal to be asked"
    )
