"""The verdict of a connection test: who is at fault, or what was really found. The same for every protocol."""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.adapters.answers import at, fill, items, text
from reconciler.adapters.edge import NO_TLS, NOT_ALLOWED
from reconciler.runs.allowance import OURS
from reconciler.runs.outcome import (
    Answer,
    CredentialRefused,
    RequestRefused,
    Settled,
    Stop,
    Unclear,
    Unreachable,
    Verdict,
    Wait,
)
from reconciler.specs.models.access import ConnectionTest


def failed(answer: Answer) -> Verdict:
    """Who is at fault where the read did not succeed: network, credential, query or endpoint."""
    match answer:
        case Unreachable(message, code):
            return Verdict(ok=False, fault="endpoint" if code in (NO_TLS, NOT_ALLOWED) else "network", message=message)
        case CredentialRefused(message, _):
            return Verdict(ok=False, fault="credential", message=message)
        case RequestRefused(rejection):
            return Verdict(ok=False, fault="query", message=rejection.message)
        case Settled():
            raise AssertionError("a question is never settled")
        case Wait() | Stop() | Unclear():
            fault = "allowance" if answer.code in OURS else "endpoint"
            return Verdict(ok=False, fault=fault, message=answer.message)


def proven(test: ConnectionTest, data: Any, settings: Mapping[str, str], more: Sequence[Any] = ()) -> Verdict:
    """What the read found; a failure where what it reaches is not what the settings say. `more` are the pages behind
    the first one.
    """
    pages = [data, *more]
    found = {each.label.en: tuple(fill(each.text, item) for item in _listed(pages, each.items)) for each in test.finds}
    for each in test.confirms:
        wanted = settings.get(each.setting, "")
        reached = [text(at(item, each.path)) for item in _listed(pages, each.items)]
        if wanted not in reached:
            message = f"the credential reaches {', '.join(reached) or 'nothing'}, not {each.setting} {wanted}"
            return Verdict(ok=False, fault=each.setting, message=message, found=found)
    return Verdict(ok=True, fault="", message="", found=found, reaches=_reached(test, pages, settings))


def _reached(test: ConnectionTest, pages: Sequence[Any], settings: Mapping[str, str]) -> str:
    """What the settings were confirmed by, as the test shows it: `entity 31007 Norges Blindeforbund`."""
    parts = []
    for each in test.confirms:
        wanted = settings.get(each.setting, "")
        shown = (found.text for found in test.finds if found.items == each.items)
        items = (item for item in _listed(pages, each.items) if text(at(item, each.path)) == wanted)
        form, item = next(shown, None), next(items, None)
        parts.append(f"{each.setting} {fill(form, item) if form is not None else wanted}")
    return ", ".join(parts)


def _listed(pages: Sequence[Any], path: str | None) -> list[Any]:
    return [item for page in pages for item in items(page, path)] if path else [pages[0]]
