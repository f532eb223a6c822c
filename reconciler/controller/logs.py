"""One line for each thing that happened, on standard error: JSON for machines, or plain for people.

Every line goes through the cleaning that messages of outside systems get, whoever wrote it: nothing that looks like a
credential, and nothing that names a person by number or address, is written. Fields are what `extra` of logging brings.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

from reconciler.specs.personal import impersonal
from reconciler.specs.secrets import is_secret

LONGEST = 4000
"""Characters of one text; what is longer is cut, and says so."""
HIDDEN = "••••••••"
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_SENSITIVE = re.compile(r"(?i)(password|passwd|passord|secret|token|api[_-]?key|authorization|credential)s?\Z")
_KEYED = re.compile(
    r"(?i)\b((?:passwords?|passwd|passord|secrets?|tokens?|(?:api|access)[_-]?keys?)\s{0,3}[=:]\s{0,3})[^\s,;&]+"
)
# What is_secret finds stands in one of these; the rest of the line stays readable.
_PIECES = (
    re.compile(r"-----BEGIN .*", re.DOTALL),
    re.compile(r"(?i)\b(?:bearer|token|basic)\s{1,10}\S+"),
    re.compile(r"\S+"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """The text without credentials, without what names a person, without control characters, and of bounded length."""
    short = text if len(text) <= LONGEST else f"{text[:LONGEST]} ... ({len(text)} characters)"
    shown = _CONTROL.sub(" ", impersonal(short))
    shown = _KEYED.sub(rf"\1{HIDDEN}", shown)
    for pieces in _PIECES if is_secret(shown) else ():
        shown = pieces.sub(lambda found: HIDDEN if is_secret(found[0]) else found[0], shown)
    return HIDDEN if is_secret(shown) else shown


class Lines(logging.Formatter):
    """A record as one JSON object, or as a line for people: time in UTC, level, where from, what, fields."""

    def __init__(self, form: Literal["json", "console"], installation: str = "") -> None:
        super().__init__()
        self._form = form
        self._installation = installation

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        fields = {name: _field(name, value) for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info and record.exc_info[1]:
            # The words of a foreign error may quote anything: they are cleaned with the rest.
            fields["error"] = clean("".join(traceback.format_exception(record.exc_info[1]))[-LONGEST:])
        message = clean(_told(record))
        if self._form == "console":
            trace = "".join(f"\n  {line}" for line in str(fields.pop("error", "")).splitlines())
            more = "".join(f" {name}={value}" for name, value in fields.items())
            # Only we begin a line.
            return f"{at} {record.levelname.lower():7} {message}{more}".replace("\n", " ") + trace
        own = {"at": at, "level": record.levelname.lower(), "from": record.name, "message": message}
        place = {"installation": self._installation} if self._installation else {}
        return json.dumps(own | place | fields, ensure_ascii=False, default=str)


def set_up(form: Literal["json", "console"], level: str, installation: str = "", stream: TextIO | None = None) -> None:
    """From now on everything that is logged in this process is written so, and nowhere else."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines(form, installation))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # These say at `info` what every request of ours was; and httpcore's debug lines hold headers.
    for name in ("httpx", "httpcore", "git", "alembic", "asyncio", "opentelemetry", "urllib3", "hvac"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    # It warns of every request that is none: whoever sends them would fill the log.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)


def _told(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # a mistake in a call: the line is worth more than its arguments
        return str(record.msg)


def _field(name: str, value: Any) -> Any:
    """Numbers as they are, everything else as cleaned text; nothing under a name that tells a secret."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return HIDDEN if _SENSITIVE.search(name) else clean(str(value))
