"""The files protocol: a batch is one file, dropped under a name that the batch alone decides, and answered by a file.

Written aside, then renamed: nobody ever reads half of it. Nothing is overwritten by another content, and the same batch
dropped again is the same file. Before the renaming nothing has happened; after it everything may have.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby

from reconciler.adapters.acknowledgements import LARGEST as LARGEST_ANSWER
from reconciler.adapters.acknowledgements import Unreadable, refused, told
from reconciler.adapters.answers import fill, text
from reconciler.adapters.edge import TEST_WHOLE_S, WHOLE_S
from reconciler.adapters.folders import NO_FILE, TOO_LARGE, Failed, Folder
from reconciler.adapters.formats import Unwritable
from reconciler.adapters.parcels import LARGEST, Names, Parcel, digest_in, packed, taken_away
from reconciler.adapters.proof import failed, proven
from reconciler.adapters.transport import within
from reconciler.ports import Outgoing
from reconciler.runs.export import Open
from reconciler.runs.outcome import (
    EXISTS,
    Answer,
    Findings,
    Found,
    LookupFailed,
    NotApplied,
    Outcome,
    Rejected,
    Sent,
    Settled,
    Stop,
    Unclear,
    Unknown,
    Unreachable,
    Verdict,
)
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.operations import Drop

OTHER, UNFINISHED, UNWRITABLE = "other-content", "unfinished-drop", "unwritable"
NO_ANSWER = frozenset({TOO_LARGE, NO_FILE})
"""Codes of a file that lies under an answer's name, and is none."""


@dataclass(slots=True)
class FilesAdapter:
    """One folder, one document kind, one credential. `clean` takes the credential out of what others wrote."""

    kind: IntegrationType
    document: str
    folder: Folder
    settings: Mapping[str, str]
    clean: Callable[[str], str]
    turn: Callable[[], Answer | None]
    _checked: set[str] = field(default_factory=set)

    def test(self) -> Verdict:
        """Log in, find every folder, and write a file where ours go: a probe, which is taken away again."""
        drop = self._drop
        here = fill(self.kind.test.folder or drop.folder, self.settings)
        answers = [drop.acknowledgement, drop.refusals.file if drop.refusals else None]
        with within(TEST_WHOLE_S):
            try:
                self._take_turn()
                for name in dict.fromkeys([here, *(_parent(fill(each, self.settings)) for each in answers if each)]):
                    self.folder.check(name)
                probe = f"{here}/reconciler-probe-{secrets.token_hex(8)}.part"
                self.folder.write(probe, b"may we write here?\n")
                self.folder.remove(probe)
            except Failed as failure:
                return failed(failure.answer)
        return proven(self.kind.test, {"folder": f"{self.folder.title.rstrip('/')}/{here}"}, self.settings)

    def send(self, documents: Sequence[Outgoing]) -> Answer:
        """Drop one file. What fails before the renaming did not happen."""
        try:
            parcel = packed(self.kind.documents[self.document], self.settings, documents)
        except Unwritable as error:
            return Settled(_unwritten(documents, error))
        with within(WHOLE_S):
            try:
                self._take_turn()
                self._check(parcel.names)
                there = self._is_there(parcel)
                if not there and self._was_there(parcel.names):
                    words = f"{parcel.names.file} was there already, and was answered or taken away"
                    return Settled(dict.fromkeys(parcel.references, Unknown(words, EXISTS)))
                self._stage(parcel, there=there)
            except Failed as failure:
                return _nothing_happened(failure.answer)
            return self._published(parcel, there=there)

    def _take_turn(self) -> None:
        """Raises Failed where what is allowed does not allow it: then nobody was asked."""
        if (barred := self.turn()) is not None:
            raise Failed(barred)

    def look_up(self, asked: Sequence[Open]) -> Findings | LookupFailed:
        """Batch by batch: the answer that came, or else the file. A document of a batch that is nowhere is absent.

        A drop that was cut short after the renaming is brought to its end here, so that whoever waits for the manifest
        gets it.
        """
        found: dict[str, Found] = {}
        unread: dict[str, str] = {}
        by_batch = groupby(sorted(asked, key=lambda each: each.batch), key=lambda each: each.batch)
        with within(WHOLE_S):
            try:
                self._take_turn()
                for batch, grouped in by_batch:
                    rows = list(grouped)
                    try:
                        found |= self._found(batch, rows)
                    except Unreadable as error:  # that one batch stays as it was, and holds up no other
                        unread |= {each.reference: self.clean(str(error)) for each in rows}
            except Failed as failure:
                return LookupFailed(failure.answer)
        return Findings(found, unread)

    def close(self) -> None:
        """Hang up."""
        self.folder.close()

    @property
    def _drop(self) -> Drop:
        drop = self.kind.documents[self.document].create.drop
        assert drop, "a type of this protocol creates by `drop`: its model says so"
        return drop

    def _check(self, names: Names) -> None:
        """Make sure that every folder is there, once: in one that is not, nothing is found and nothing is absent."""
        for each in (names.file, names.acknowledgement, names.refusals):
            if each and (parent := _parent(each)) and parent not in self._checked:
                self.folder.check(parent)
                self._checked.add(parent)

    def _is_there(self, parcel: Parcel) -> bool:
        """Whether the file is there. Raises Failed where it has another content."""
        there = self.folder.read(parcel.names.file, LARGEST)
        if there is not None and there != parcel.content:
            message = f"{parcel.names.file} is there already with another content, and is not overwritten"
            raise Failed(Stop(message, OTHER))
        return there is not None

    def _was_there(self, names: Names) -> bool:
        """Whether the file, which is not there, was answered or taken away already."""
        answers = (names.acknowledgement, names.refusals)
        return any(each and self.folder.exists(each) for each in answers) or taken_away(self.folder, names)

    def _stage(self, parcel: Parcel, *, there: bool) -> None:
        """Write content and manifest aside, as far as they are not there.

        What is there already is left alone: a renaming that was given up may still come, and shall not find half of it.
        """
        names = parcel.names
        if not there:
            self._aside(names.staged, parcel.content)
        if names.manifest and not self.folder.exists(names.manifest):
            self._aside(names.staged_manifest, parcel.manifest)

    def _aside(self, name: str, content: bytes) -> None:
        if self.folder.read(name, LARGEST) != content:
            self.folder.write(name, content)

    def _published(self, parcel: Parcel, *, there: bool) -> Answer:
        names = parcel.names
        try:
            if not there:
                self.folder.rename(names.staged, names.file)
        except Failed as failure:
            return failure.answer
        try:
            self._finish(names)
        except Failed as failure:
            return Unclear(f"the file has its name; what follows failed: {_words(failure.answer)}", UNFINISHED)
        return Settled(dict.fromkeys(parcel.references, Sent((_last(names.file),))))

    def _finish(self, names: Names) -> None:
        """Give the manifest its name, and last of all write the marker."""
        if names.manifest and not self.folder.exists(names.manifest) and self.folder.exists(names.staged_manifest):
            self.folder.rename(names.staged_manifest, names.manifest)
        if names.done and not self.folder.exists(names.done):
            self.folder.write(names.done, b"")

    def _found(self, batch: str, rows: Sequence[Open]) -> dict[str, Found]:
        """What became of these documents of one batch. What is sent stays sent where there is no answer yet."""
        names = Names.of(self._drop, batch, self.settings)
        self._check(names)
        found = self._answers(names, [each.reference for each in rows]) if batch else {}
        if not found:
            # Whoever takes a file away before the answer comes has it: sent does not become absent by that.
            arrived = bool(batch) and any(each.state == "unknown" for each in rows) and self._lies_there(names)
            found = {each.reference: Found("sent", ()) for each in rows if arrived or each.state != "unknown"}
        ids = {each.reference: each.target_ids or (_last(names.file),) for each in rows}
        return {
            name: replace(each, target_ids=ids[name], message=self.clean(each.message)) for name, each in found.items()
        }

    def _answers(self, names: Names, references: Sequence[str]) -> dict[str, Found]:
        """What the answers say that are there, of each document; nothing where there is none yet.

        A refusal in either of them counts. Whom an answer to this batch does not name has arrived at least.
        """
        found = dict.fromkeys(references, Found("sent", ()))
        drop, heard = self._drop, False
        if (content := self._answer(names.acknowledgement)) is not None:
            heard = True
            with _read(names.acknowledgement):
                found |= told(drop, names.batch, references, content)
        if drop.refusals is not None and (content := self._answer(names.refusals)) is not None:
            heard = True
            with _read(names.refusals):
                more = refused(drop.refusals, references, content)
            found |= {name: each for name, each in more.items() if found[name].proves != "rejected_late"}
        return found if heard else {}

    def _answer(self, name: str) -> bytes | None:
        """An answer; None where there is none yet. Raises Unreadable for what no system's answer can be."""
        try:
            return self.folder.read(name, LARGEST_ANSWER) if name else None
        except Failed as failure:
            if isinstance(failure.answer, Stop) and failure.answer.code in NO_ANSWER:
                raise Unreadable(failure.answer.message) from failure
            raise

    def _lies_there(self, names: Names) -> bool:
        """Whether the file is there, whole, or was taken away. Raises Failed for one that is not what we wrote."""
        content = self.folder.read(names.file, LARGEST)
        if content is None:
            return taken_away(self.folder, names)
        manifest = self.folder.read(names.manifest, LARGEST_ANSWER) if names.manifest else None
        if manifest is None and names.manifest:
            manifest = self.folder.read(names.staged_manifest, LARGEST_ANSWER)
        if manifest is not None and digest_in(manifest) != hashlib.sha256(content).hexdigest():
            raise Failed(Stop(f"{names.file} is not what its manifest says: somebody changed it", OTHER))
        self._finish(names)
        return True


def _unwritten(documents: Sequence[Outgoing], error: Unwritable) -> dict[str, Outcome]:
    """Nothing left: who holds the value is refused, and the others go in a file of their own, under its own name."""
    refused_here = Rejected(error.message, UNWRITABLE, error.field, text(error.value))
    others = NotApplied(f"the file was not made, for another document in it: {error.message}", UNWRITABLE)
    return {
        each.reference: refused_here
        if any(str(line["fields"].get(error.field)) == error.value for line in each.payload["lines"])
        else others
        for each in documents
    }


def _nothing_happened(answer: Answer) -> Answer:
    """Before the renaming nobody reads what was written: an answer that was lost is nobody there."""
    return Unreachable(answer.message, answer.code) if isinstance(answer, Unclear) else answer


@contextmanager
def _read(name: str) -> Iterator[None]:
    """Says which answer cannot be understood."""
    try:
        yield
    except Unreadable as error:
        raise Unreadable(f"{name} cannot be understood: {error}") from error


def _words(answer: Answer) -> str:
    return getattr(answer, "message", "") or "it was refused"


def _parent(name: str) -> str:
    return name.rpartition("/")[0]


def _last(name: str) -> str:
    return name.rpartition("/")[2]
