"""`$batch`: each request by itself, change sets whole or not at all, and the two ways of meeting a failure (2.6)."""

from collections.abc import Callable, Sequence

from reconciler.simulators.dataverse.multipart import Inner, Result, refused
from reconciler.simulators.dataverse.refusals import Refusal
from reconciler.simulators.dataverse.state import State

Do = Callable[[Inner], Result]


def carried_out(
    state: State, groups: Sequence[Sequence[Inner] | Inner], do: Do, *, go_on: bool
) -> tuple[int, list[Sequence[Result] | Result]]:
    """The status of the whole answer, and its parts. Without `go_on` the first failure ends it, and is all of it: what
    was done before stays done, and is not said.
    """
    results: list[Sequence[Result] | Result] = []
    for group in groups:
        done = _one(group, do) if isinstance(group, Inner) else _set(state, group, do)
        if not go_on and isinstance(done, Result) and done.status >= 400:
            return done.status, [done]
        results.append(done)
    return 200, results


def _one(inner: Inner, do: Do) -> Result:
    try:
        return do(inner)
    except Refusal as refusal:
        return refused(refusal)


def _set(state: State, group: Sequence[Inner], do: Do) -> Sequence[Result] | Result:
    """All, or nothing and one error for the whole set."""
    before = state.books.copy()
    done = []
    for inner in group:
        try:
            done.append(do(inner))
        except Refusal as refusal:
            state.books = before
            return refused(refusal)
    return done
