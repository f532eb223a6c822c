"""A message as it would be told, with what a test wants to be otherwise."""

from datetime import datetime

from reconciler.runs.notification import Message, Noticed
from reconciler.runs.notification_words import Letter, letter

AT = datetime.fromisoformat("2026-03-02T08:00:00+01:00")
FORENINGEN = ("5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007", "Foreningen for ørn", "Europe/Oslo")


def told(language: str = "nb", **more: object) -> Letter:
    seen = Noticed(*FORENINGEN, language, channels=(), mark="", changed=True, due=True)
    made = {
        "channel": "accountants", "matter": "integration/books", "was": "fine", "was_since": None, "level": "red",
        "since": AT, "noticed_at": AT, "reason": "siste kjøring feilet", "hint": "reconciler status forening",
        "message": "HTTP 401", "counts": "183 sendt, 3 avvist", "environment": "production", "number": 7, "attempt": 1,
    }  # fmt: skip
    return letter(Message(**{**made, **more}), seen, "drift")
