"""The high-water marks in a cluster: a ConfigMap for each organisation, which its pods mount and never write.

The controller raises them from the ledger's rows. One that cannot be read is left as it is: unread is not empty, and a
mark that was lowered would let a restored database send twice.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.cluster import names
from reconciler.cluster.keeping import Happened
from reconciler.cluster.likeness import differences
from reconciler.cluster.manifests import MARKS_FILE, Owner, marks
from reconciler.cluster.names import Object, is_marked
from reconciler.cluster.objects import Objects
from reconciler.cluster.refusals import WHOLE
from reconciler.cluster.watching import View, Watched
from reconciler.errors import ClusterRefused

Numbers = Mapping[str, int]
"""`ORGANIZATION_ID TARGET` to the greatest number ever given out, as in `high_water.py`."""


@dataclass(frozen=True, slots=True)
class MarksKeeper:
    """Of one installation. `mine` says whose marks this replica keeps."""

    installation: str
    objects: Objects
    watched: Watched
    mine: Callable[[str], bool]

    def look(self, ledger: Mapping[Owner, Numbers], view: View) -> list[Happened]:
        """`ledger` holds the numbers of every organisation. Raises as `Keeper.look`."""
        found: list[Happened] = []
        for owner, numbers in ledger.items():
            if self.mine(owner.name):
                there = view.objects.get(names.marks_name(self.installation, owner.name))
                before = numbers if there is not None else self._under_another_name(owner, numbers, view)
                trouble = self._keep(owner, before, there)
                found += [trouble] if trouble else []
        return found

    def _under_another_name(self, owner: Owner, numbers: Numbers, view: View) -> Numbers:
        """Raised to what its marks said when the organisation had another name."""
        raised = dict(numbers)
        for each in view.objects.values():
            if names.annotation(each, names.ORGANIZATION_ID) == owner.id:
                for key, number in (_read(each) or {}).items():
                    raised[key] = max(number, raised.get(key, 0))
        return raised

    def _keep(self, owner: Owner, numbers: Numbers, found: Object | None) -> Happened | None:
        held = _read(found)
        organization, name = owner.name, names.marks_name(self.installation, owner.name)
        if held is None:
            hint = f"correct {MARKS_FILE} in it, or delete it when you are sure that the database is the newest one"
            return Happened("refused", organization, "", name, "its high-water marks cannot be read", hint)
        raised = dict(held) | {key: max(number, held.get(key, 0)) for key, number in numbers.items()}
        made = marks(self.installation, self.objects.cluster.namespace, owner, raised)
        if found is not None and not differences(made, found):
            return None
        try:
            # Not applied where none is seen: what we do not see may hold more.
            answer = self.objects.create(made) if found is None else self.objects.replace_version(made, found)
        except ClusterRefused as error:
            if error.reason in WHOLE:
                raise
            if error.reason in ("conflict", "gone") and found is not None:
                return None  # somebody changed it meanwhile: the watch tells
            if error.reason == "conflict":
                said = "a ConfigMap of this name is not ours; it was not touched, and runs have no high-water marks"
                return Happened("conflict", organization, "", name, said, f"kubectl delete configmap {name}")
            return Happened("refused", organization, "", name, error.message, error.hint)
        if is_marked(answer, self.installation):
            self.watched.put(answer)
        return None


def _read(found: Object | None) -> Numbers | None:
    """The marks that a ConfigMap holds; none where it is not there, None where they cannot be read."""
    if found is None:
        return {}
    try:
        held = json.loads((found.get("data") or {})[MARKS_FILE])
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    whole = isinstance(held, dict) and all(type(number) is int for number in held.values())
    return held if whole else None
