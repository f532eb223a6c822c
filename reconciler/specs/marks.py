"""Marks of false positives: what a document itself says of a value that only looks like a credential.

`metadata.annotations["reconciler/not-a-secret"]` holds `PATH: REASON`, several with semicolons between them. It stands
beside the value, so that whoever reviews the one sees the other.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconciler.specs.origin import Path, dotted
from reconciler.specs.sentences import say
from reconciler.specs.yaml import Tree

MARK: Path = ("metadata", "annotations", "reconciler/not-a-secret")
SHORTEST_REASON = 10
LONGEST_REASON = 120
"""Characters; of a longer one the beginning is repeated."""
FORM = "write: reconciler/not-a-secret: 'spec.settings.x: the reason, in ten characters or more'"


@dataclass(slots=True)
class Mark:
    """One entry. `used` once it has silenced something."""

    path: str
    reason: str
    used: bool = False

    @property
    def whole(self) -> bool:
        """Whether it says where and why."""
        return bool(self.path) and len(self.reason) >= SHORTEST_REASON


class Marks:
    """The marks of one document; `texts` are the paths of its values."""

    def __init__(self, tree: Tree, texts: Sequence[Path]) -> None:
        self._marks = list(_read(tree))
        # A key may hold dots, so that two paths are written alike: then a mark would silence both, and silences none.
        self._alike = Counter(dotted(path) for path in texts) if self._marks else Counter()

    def take(self, path: Path) -> str | None:
        """The reason why the value at exactly this path is no secret; None where no mark gives one."""
        for mark in self._marks:
            if mark.whole and mark.path == dotted(path) and self._alike[mark.path] == 1:
                mark.used = True
                return mark.reason
        return None

    def left(self) -> Iterator[tuple[str, str]]:
        """(message, hint) for every mark that silenced nothing. No message repeats more than the form of a mark."""
        for number, mark in enumerate(self._marks, 1):
            if not mark.used:
                which = say("the mark reconciler/not-a-secret (entry {number})", number=number)
                if mark.whole:
                    hint = "remove it, or mend its path; a value of a known form, such as a token, is never silenced"
                    yield say("{which} silences nothing", which=which), hint
                else:
                    yield (
                        say(
                            "{which} lacks a path, or a reason of {shortest_reason} characters",
                            which=which,
                            shortest_reason=SHORTEST_REASON,
                        ),
                        FORM,
                    )


def marked(tree: Tree) -> bool:
    """Whether a document has any mark."""
    return any(True for _ in _read(tree))


def _read(tree: Tree) -> Iterator[Mark]:
    for step in MARK:
        tree = tree.get(step) if isinstance(tree, dict) else None
    for entry in tree.split(";") if isinstance(tree, str) else ():
        if entry.strip():
            path, _, reason = entry.partition(":")
            yield Mark(path.strip(), " ".join(reason.split())[:LONGEST_REASON])
