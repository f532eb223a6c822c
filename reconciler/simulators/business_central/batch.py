"""`$batch` in JSON (research 3), with the misleading answers of a batch that was taken back.

By default it ends with the first failure, and the answer holds what was carried out up to there. With
`Isolation: snapshot` a failure takes everything back, and what came before it keeps its answer of success.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from reconciler.simulators.business_central.operations import Done, Inner, operation_of
from reconciler.simulators.business_central.refusals import Refusal, unreadable
from reconciler.simulators.business_central.state import State

MOST = 100
Do = Callable[[Inner], Done]


def carried_out(state: State, headers: Mapping[str, str], content: bytes, do: Do) -> list[dict[str, Any]]:
    """The answers, each with the id of its operation. Raises Refusal for a batch that cannot be read."""
    operations = [operation_of(each) for each in _requests(content)]
    whole = headers.get("isolation", "").lower() == "snapshot"
    go_on = "continue-on-error" in headers.get("prefer", "")
    before, answers, failed = state.books.copy(), [], False
    for name, inner in operations:
        done = _one(state, inner, do)
        answers.append({"id": name, "status": done.status, "headers": {}, "body": done.body})
        failed = failed or done.status >= 400
        if failed and not go_on:
            break
    if failed and whole:
        state.books = before
    return [{key: value for key, value in each.items() if value is not None or key == "id"} for each in answers]


def _one(state: State, inner: Inner, do: Do) -> Done:
    try:
        return do(inner)
    except Refusal as refusal:
        state.said = refusal.message
        return Done(refusal.status, refusal.body)


def _requests(content: bytes) -> list[Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    requests = found.get("requests") if isinstance(found, dict) else None
    if not isinstance(requests, list):
        raise unreadable("The batch request has no list of requests.")
    if len(requests) > MOST:
        raise unreadable(f"The batch has {len(requests)} operations, and {MOST} are allowed.")
    return requests
