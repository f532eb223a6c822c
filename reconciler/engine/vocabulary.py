"""What the outside system knows, held against what is about to be sent: one unknown code must not refuse a batch.

Nothing is refused on a list that is unread or too old: unread is not absent. A code that the snapshot lacks is asked
for by itself before anybody says that it does not exist.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.engine.blame import origin_of
from reconciler.engine.held import Line
from reconciler.engine.pinned import Pinned, PinnedExport
from reconciler.engine.world import World
from reconciler.runs.export import Frozen, Turned
from reconciler.runs.listed import UNKNOWN_CODE, UNUSABLE, Listed, ReadsLists, Shelf
from reconciler.runs.outcome import LookupFailed, Wait
from reconciler.runs.report import StreamReport
from reconciler.specs.scalars import seconds

CODES_AT_ONCE = 100
"""Codes of one list that a batch asks for. With more than this unknown, the list or the mapping is another one."""
TRIES_IN_AN_AGE = 4
"""A list that cannot be read is tried again after a quarter of its age: each try is a request that is billed."""
WAITS, PATIENCE_S = 2, 30
"""So often, and so many seconds, a pause is waited for: claims may be open meanwhile, and grow old."""


def lists_of(export: PinnedExport) -> dict[str, str]:
    """Target field to the name of its list, for the fields that the mapping writes."""
    fields = export.mapping.scope.document.fields
    return {name: each.of for name, each in fields.items() if each.of and export.mapping.rules_for(name)}


def shelf(pinned: Pinned, name: str) -> Shelf:
    """Where the snapshot of one of the type's lists is kept, for whoever wants to read it."""
    return Shelf(pinned.organization_id, pinned.place, name)


@dataclass(slots=True)
class Vocabulary:
    """The lists behind one export's document, within one run."""

    world: World
    pinned: Pinned
    export: PinnedExport
    line: Line
    report: StreamReport
    _believed: dict[str, bool] = field(default_factory=dict)
    _absent: dict[str, set[str]] = field(default_factory=dict)
    _trouble: bool = False

    def refresh(self) -> bool:
        """Read anew what is too old, once in a run; before anything is claimed, for it may take a while. Whether
        anything was looked at.

        Where the outside system itself is in trouble, the other lists are left to the next run: each try is billed.
        """
        names = [name for name in lists_of(self.export).values() if name not in self._believed]
        for name in dict.fromkeys(names):
            self._believed[name] = self._young(name) or self._read(name)
        return bool(names)

    def sift(self, frozen: Sequence[Frozen]) -> tuple[list[Frozen], list[Turned]]:
        """The documents whose codes may all exist, and the others, refused in the outside system's own terms."""
        if not (lists := lists_of(self.export)):
            return list(frozen), []
        for name in sorted(set(lists.values())):
            self._look(
                name, {code for each in frozen for target, code in _codes(each.payload, lists) if lists[target] == name}
            )
        turned = {each.claim.id: refused for each in frozen if (refused := self._refused(each, lists)) is not None}
        return [each for each in frozen if each.claim.id not in turned], list(turned.values())

    def known_by_now(self, payloads: Mapping[str, Mapping[str, Any]]) -> set[str]:
        """The keys of those documents whose codes all stand in lists that are believed. No code is asked for."""
        if not payloads:
            return set()
        self.refresh()
        lists, known = lists_of(self.export), dict[str, frozenset[str]]()
        codes = {key: _codes(payload, lists) for key, payload in payloads.items()}
        for name in set(lists.values()):
            wanted = {code for each in codes.values() for target, code in each if lists[target] == name}
            believed = self._believed.get(name, False)
            known[name] = self.world.lists.known(shelf(self.pinned, name), wanted) if believed else frozenset()
        return {key for key, each in codes.items() if all(code in known[lists[target]] for target, code in each)}

    def _young(self, name: str) -> bool:
        snapshot = self.world.lists.snapshot(shelf(self.pinned, name))
        return snapshot is not None and snapshot.believed(self.world.clock.now(), self._age(name))

    def _read(self, name: str) -> bool:
        """Read a list whole, if nobody else has just tried; whether it can be believed now."""
        if self._trouble:
            return False
        with self.world.points.around("start_reading"):
            again = self._age(name) // TRIES_IN_AN_AGE
            mine = self.world.lists.start_reading(shelf(self.pinned, name), self.world.clock.now(), again)
        if not mine:
            return self._young(name)
        listed = self._listed(name, ())
        if isinstance(listed, LookupFailed):
            label = self.pinned.kind.lists[name].label.en
            self._trouble = getattr(listed.answer, "code", "") != UNUSABLE
            self.report.remarks.append(f"the list for '{label}' cannot be read, and nothing is refused because of it")
            return False
        with self.world.points.around("keep_list"):
            self.world.lists.keep_list(shelf(self.pinned, name), listed, self.world.clock.now())
        return True

    def _look(self, name: str, codes: set[str]) -> None:
        """Ask for the codes that the snapshot lacks, and remember those that are not there."""
        absent = self._absent.setdefault(name, set())
        if not codes or not self._believed.get(name):
            return
        missing = codes - absent - self.world.lists.known(shelf(self.pinned, name), codes)
        asked = sorted(missing)[:CODES_AT_ONCE]
        if not asked:
            return
        listed = self._listed(name, asked)
        if isinstance(listed, LookupFailed):
            self._believed[name] = False
            return
        found = {code: text for code, text in listed.codes.items() if code in missing}
        if found:
            with self.world.points.around("keep_codes"):
                self.world.lists.keep_codes(shelf(self.pinned, name), Listed(found))
        absent.update(set(asked) - set(found))

    def _listed(self, name: str, codes: Sequence[str]) -> Listed | LookupFailed:
        """A question may be repeated after the pause that is asked for; whatever else is wrong, sending will tell."""
        adapter = self.line.adapter
        assert isinstance(adapter, ReadsLists), "only types of such a protocol have lists: their model says so"
        listed = adapter.listed(name, codes)
        for _ in range(WAITS):
            if not isinstance(listed, LookupFailed) or not isinstance(listed.answer, Wait):
                break
            if listed.answer.pause_s > PATIENCE_S:
                break
            self.world.clock.wait(listed.answer.pause_s)
            listed = adapter.listed(name, codes)
        return listed

    def _refused(self, frozen: Frozen, lists: Mapping[str, str]) -> Turned | None:
        for target, code in _codes(frozen.payload, lists):
            if code in self._absent[lists[target]]:
                label = self.pinned.kind.lists[lists[target]].label.en
                message = f"{label} {code} does not exist in {self.pinned.whereabouts}"
                origin = origin_of(self.export, frozen.payload, target, code)
                return Turned(frozen.claim, message, target, origin, frozen.subject, frozen.record_digest, UNKNOWN_CODE)
        return None

    def _age(self, name: str) -> int:
        return seconds(self.pinned.kind.lists[name].max_age)


def _codes(payload: Mapping[str, Any], lists: Mapping[str, str]) -> list[tuple[str, str]]:
    """(target field, code) of every line."""
    return [(name, str(code)) for line in payload["lines"] for name, code in line["fields"].items() if name in lists]
