"""What a verb lets out: its output, every log at its loudest, and every error with the locals of its frames."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from reconciler.cli import main
from reconciler.settings import Settings

KNOWN = vars(logging.makeLogRecord({})).keys()


@dataclass
class Watch(logging.Handler):
    """What was seen, by where it was seen."""

    capture: pytest.CaptureFixture[str]
    seen: list[tuple[str, str]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        super().__init__(logging.DEBUG)

    __hash__ = logging.Handler.__hash__

    def emit(self, record: logging.LogRecord) -> None:
        """A log record, with all that hangs on it."""
        shown = everything(record.exc_info[1]) if record.exc_info and record.exc_info[1] else ""
        more = [value for key, value in vars(record).items() if key not in KNOWN]
        said = f"{record.getMessage()}\n{record.msg!r}\n{record.args!r}\n{more}\n{shown}"
        self.seen.append((f"log {record.name}", said))

    def verb(self, arguments: tuple[str, ...], settings: Settings) -> int:
        """Carry out a command line, and keep what it printed."""
        code = main.run(arguments, settings)
        out, err = self.capture.readouterr()
        self.seen += [(f"{' '.join(arguments)}: output", out), (f"{' '.join(arguments)}: errors", err)]
        return code

    def of(self, start: str) -> str:
        """All that was seen where the name begins so."""
        return "\n".join(text for name, text in self.seen if name.startswith(start))


def everything(error: BaseException | None) -> str:
    """Text, repr and variables of an error and of what lies behind it, and their frames with all locals."""
    texts: list[str] = []
    while error is not None:
        frames = traceback.TracebackException.from_exception(error, capture_locals=True)
        texts += [str(error), repr(error), repr(vars(error)), *frames.format()]
        error = error.__cause__ or error.__context__
    return "\n".join(texts)


def louden() -> None:
    """Every logger that there is, at DEBUG."""
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).disabled = False


@contextmanager
def watching(capture: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """Watch the whole process: the front door's errors too, before it turns them into words."""
    watch = Watch(capture)
    show, trace = main._show, traceback.print_exc

    def shown(error, context) -> None:
        watch.seen.append((f"error {type(error).__name__}", everything(error)))
        show(error, context)

    def traced() -> None:
        import sys

        watch.seen.append(("error inside", everything(sys.exc_info()[1])))
        trace()

    monkeypatch.setattr(main, "_show", shown)
    monkeypatch.setattr(main.traceback, "print_exc", traced)
    logging.root.addHandler(watch)
    before = logging.root.level
    logging.root.setLevel(logging.DEBUG)
    louden()
    try:
        yield watch
    finally:
        logging.root.setLevel(before)
        logging.root.removeHandler(watch)
