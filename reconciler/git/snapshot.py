"""The specs of one commit by path, with the ids of their contents, and what among them cannot be taken for a spec."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.errors import Blocked
from reconciler.specs.paths import read_yaml
from reconciler.specs.sentences import say

LARGEST = 1_000_000
"""Bytes of one spec; the longest mapping that anybody wrote has some thousand lines, which is a tenth of it."""
MOST = 200_000_000
"""Bytes of all that is read at once."""
FOLDER, UNREADABLE = -1, -2
PLAIN, LINK, MODULE = ("100644", "100755"), "120000", "160000"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a tree: `size` is in bytes; FOLDER for a folder, UNREADABLE where git cannot tell."""

    mode: str
    id: str
    size: int
    path: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A source of specs. `revision` is the commit."""

    revision: str
    listed: Sequence[Entry]
    contents: Callable[[Sequence[str]], list[bytes]] = field(repr=False)
    _by_path: dict[str, Entry] = field(default_factory=dict, repr=False, compare=False)

    @property
    def folders(self) -> Mapping[str, str]:
        """The id of the tree of `specs` and of each `orgs/NAME`: whoever has the same one has the same specs."""
        trees = {each.path: each.id for each in self.listed if each.size < 0}
        return {path: found for path, found in trees.items() if path == "specs" or _is_organization(path)}

    @property
    def refused(self) -> Mapping[str, str]:
        """What bears a spec's name and cannot be one, by path, and why. Its organisation is not read: unread is not
        empty (design.md 4.3).
        """
        found = {each.path: _objection(each) for each in self._named()}
        return {path: said for path, said in found.items() if said}

    def files(self) -> Mapping[str, bytes]:
        """Every spec by its path, but those that are refused. Raises Blocked where they are too much together."""
        return self.read(self.stamps())

    def stamps(self) -> Mapping[str, str]:
        """Every spec that may be read, with the id of its content."""
        return {each.path: each.id for each in self._named() if not _objection(each)}

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The contents of specs. Raises Blocked where they are too much together."""
        chosen = self._chosen(paths)
        if sum(each.size for each in chosen) > MOST:
            hint = "take what is no spec out of orgs/ and specs/"
            raise Blocked(
                say("the specs of {revision} hold more than {most} bytes", revision=self.revision[:10], most=MOST), hint
            )
        found = self.contents([each.id for each in chosen]) if chosen else []
        return {each.path: content for each, content in zip(chosen, found, strict=True)}

    def size(self, paths: Iterable[str]) -> int:
        """Bytes of specs."""
        return sum(each.size for each in self._chosen(paths))

    def _chosen(self, paths: Iterable[str]) -> list[Entry]:
        """In the order of their paths, each once. One of thousands of organisations does not walk through all files."""
        if not self._by_path:
            self._by_path.update((each.path, each) for each in self.listed)
        return [self._by_path[path] for path in sorted(set(paths)) if path in self._by_path]

    def _named(self) -> list[Entry]:
        there = {each.path: each for each in self.listed if each.size >= 0 or each.mode == MODULE}
        return [there[path] for path in read_yaml(there)]


def entries(listed: bytes) -> list[Entry]:
    """What `git ls-tree -r -t -z -l` says. A name that is no UTF-8 keeps its odd bytes, and is refused later."""
    found = []
    for line in listed.split(b"\0")[:-1]:
        head, _, path = line.partition(b"\t")
        mode, _, identity, size = head.decode("ascii").split()
        # git says BAD, and ends well, where it cannot open an object: that is no file that is not there.
        length = int(size) if size.isdigit() else FOLDER if size == "-" else UNREADABLE
        found.append(Entry(mode, identity, length, path.decode("utf-8", "surrogateescape")))
    return found


def _objection(entry: Entry) -> str:
    if not entry.path.isprintable():
        return "its name holds signs that cannot be shown"
    if entry.mode == LINK:
        return "it is a link: put the file itself here"
    if entry.mode not in PLAIN:
        return "it is another repository"
    if entry.size > LARGEST:
        return f"it is larger than {LARGEST} bytes"
    return ""


def _is_organization(path: str) -> bool:
    return path.startswith("orgs/") and path.count("/") == 1
