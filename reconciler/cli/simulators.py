"""`reconciler simulators`: outside systems as small programs on this machine, started as children."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from types import FrameType

import click

from reconciler.cli.context import Context, format_option
from reconciler.errors import UsageError

PACKAGE = "reconciler.simulators"
"""Run, never imported: a simulator knows nothing of this program, nor this program of it."""
INSTALL = "pip install 'reconciler[simulators]'"
PASSED_ON = (signal.SIGINT, signal.SIGTERM)


@click.group("simulators")
def command() -> None:
    """Start an outside system's simulator on this machine."""


@command.command("list")
@format_option
@click.pass_obj
def names(context: Context, form: str) -> int:
    """Show which outside systems can be simulated here."""
    found = _names()
    if form == "json":
        context.data({"simulators": found})
        return 0
    for name in found:
        context.say(name)
    if not found:
        context.say("no simulator can be started here")
        context.say(f"next: {INSTALL}")
    return 0


@command.command("start", context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free one.")
@click.option("--token", "tokens", multiple=True, metavar="TOKEN[@ENTITY]", help="A token that it accepts; may repeat.")
@click.argument("more", nargs=-1, type=click.UNPROCESSED)
def start(name: str, port: int, tokens: Sequence[str], more: Sequence[str]) -> int:
    """Run the simulator NAME until it is stopped (Ctrl-C); its address is its first line.

    Further options go to the simulator as they are: its own `--help` lists them.
    """
    found = _names()
    if name not in found:
        raise UsageError(f"there is no simulator '{name}'", f"one of {', '.join(found)}" if found else INSTALL)
    options = [f"--token={token}" for token in tokens]  # a token may begin with a dash
    return run([sys.executable, "-m", PACKAGE, name, "--port", str(port), *options, *more])


def run(command_line: Sequence[str]) -> int:
    """Run a child in the foreground, pass signals on to it, and give its exit code (128 and the signal, if killed)."""
    with subprocess.Popen(command_line) as child:  # noqa: S603 - our own interpreter and package

        def pass_on(number: int, _frame: FrameType | None) -> None:
            child.send_signal(number)

        before = {number: signal.signal(number, pass_on) for number in PASSED_ON}
        try:
            code = child.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def _names() -> list[str]:
    """What they say of themselves, where what they run on is installed."""
    if find_spec(PACKAGE) is None or find_spec("starlette") is None:
        return []
    asked = [sys.executable, "-m", PACKAGE, "--names"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    return sorted(said.stdout.split())
