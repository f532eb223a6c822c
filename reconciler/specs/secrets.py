"""What must never stand in a spec: values of credentials, and identifiers of people.

Keys that name a credential, and values shaped like one, are refused wherever they stand (design.md 4.18, 4.21). Every
pattern is bounded, so that no text, however long, takes more than a moment to judge. What is judged by its look alone
may be marked as none (`marks`); what has the shape of a known token never.
"""

import re
from collections.abc import Iterator

from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.marks import MARK, Marks, marked
from reconciler.specs.origin import Origins, Path
from reconciler.specs.sentences import say
from reconciler.specs.yaml import Tree

MASK = "a value that is not repeated here"
LOOK = "whoever reviews this: look at the value"
_KEYS = re.compile(
    r"(?i)(^|[_-])(password|passwd|pwd|passord|passphrase|secret|token|apikey|api[_-]key|client[_-]?secret"
    r"|private[_-]?key|access[_-]?key)\Z"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_VALUES = (
    re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY"),
    re.compile(r"\b(gh[pousr]|glpat|xox[abp]|hv[sb]|sk_live|sk_test|sbp|sb_secret|github_pat)[_.-][A-Za-z0-9_-]{16}"),
    re.compile(r"\bs\.[A-Za-z0-9]{24}\b"),
    re.compile(r"\bAKIA[A-Z0-9]{16}\b"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{16}"),
    re.compile(r"://[^/\s:@]{1,100}:[^/\s@]{1,200}@"),
)
# What every text that the patterns above and below match has in it, quick to look for in a whole document at once.
_SIGNS = ("-----BEGIN ", "AKIA", "eyJ", "://")
_HINTS = (
    re.compile(r"(?:gh[pousr]|glpat|xox[abp]|hv[sb]|sk_live|sk_test|sbp|sb_secret|github_pat)[_.-][A-Za-z0-9_-]{16}"),
    re.compile(r"s\.[A-Za-z0-9]{24}"),
    re.compile(r"[rncRNC]\s{1,10}[A-Za-z0-9+/_=.-]{16}"),
)
_HEADER = re.compile(r"\b(?i:bearer|token|basic)\s{1,10}([A-Za-z0-9+/_=.-]{16,512})")
_OPAQUE = re.compile(r"[A-Za-z0-9+/_=.-]{32,4096}\Z")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")
_PLACES = ("settings", "credentials", "annotations", "labels")
# Eleven digits that begin with a day and a month. D-numbers add 40 to the day, made-up ones 40 or 80 to the month
# (research: external-systems.md 10). Within a longer word, such as the last group of a uuid, they are something else.
_NATIONAL_ID = re.compile(r"(?<![\w-])[0-7][0-9](?:[0189][0-9]|[45][0-9])[0-9]{2}[ ]?[0-9]{5}(?![\w-])")
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,200}\.[a-z]{2}", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?<!\w)(?:\+|00)47[ ]?(?:[0-9][ ]?){8}(?!\w)")
_DIGITS = re.compile(r"[0-9]{2}")
_PERSONAL_PLACES = ("records", "ids", "where", "reason")
_DELICATE = frozenset(_PLACES + _PERSONAL_PLACES)


def leaks(tree: Tree, origins: Origins) -> Iterator[Diagnostic]:
    """Every value of a document that looks like a credential, or like an identifier of a person in a rule.

    The message never repeats the value. Declarations in `specs/` may *name* credential fields, so keys are judged by
    their value: only text is refused, never a mapping.
    """
    everything = marked(tree) or _suspicious(tree)
    texts = list(_texts(tree, (), inside=everything))
    marks = Marks(tree, [path for path, _, is_key in texts if not is_key])
    for path, value, is_key in texts:
        name = next((step for step in reversed(path) if isinstance(step, str)), "")
        known = everything and is_secret(value)
        if known or (not is_key and _secret_here(path, name, value)):
            place = origins.key(path) if is_key else origins.at(path)
            if not known and (reason := marks.take(path)) is not None and not _opaque_in(reason):
                yield Diagnostic(
                    "not-a-secret",
                    place,
                    say("'{name}' is marked as no secret: {reason}", name=name, reason=reason),
                    LOOK,
                    "info",
                )
                continue
            what = "this key" if is_key or is_secret(name) else f"'{name}'"
            hint = "revoke it, for it stays in the history; store the new one with: reconciler credentials set"
            yield Diagnostic(
                "plaintext-secret", place, say("{what} looks like the value of a credential", what=what), hint
            )
        elif not is_key and any(step in path for step in _PERSONAL_PLACES) and is_personal(value):
            message: str = say(
                "'{name}' looks like a national identity number, an e-mail address or a telephone number", name=name
            )
            hint = "use the record's opaque id instead"
            yield Diagnostic("personal-identifier", origins.at(path), message, hint)
    for message, hint in marks.left():
        yield Diagnostic("mark-unused", origins.at(MARK), message, hint, "warning")


def _suspicious(tree: Tree) -> bool:
    """Whether any text may be what `is_secret` refuses. Cheap, for it is asked of every document."""
    words: list[str] = []
    _gather(tree, words)
    text = "\0".join(words)
    return any(sign in text for sign in _SIGNS) or any(pattern.search(text) for pattern in _HINTS)


def _gather(tree: Tree, words: list[str]) -> None:
    if isinstance(tree, str):
        words.append(tree)
    elif isinstance(tree, dict):
        words += tree
        for value in tree.values():
            _gather(value, words)
    elif isinstance(tree, list):
        for value in tree:
            _gather(value, words)


def is_secret(value: str) -> bool:
    """Whether text looks like a credential wherever it stands: a key file, a known sort of token, a header."""
    return any(pattern.search(value) for pattern in _VALUES) or any(
        _mixed(found[1]) for found in _HEADER.finditer(value)
    )


def is_personal(value: str) -> bool:
    """Whether text holds a national identity number, an e-mail address or a telephone number."""
    if "@" in value and _EMAIL.search(value):
        return True
    if not _DIGITS.search(value):
        return False
    return any(_is_national_id(found[0]) for found in _NATIONAL_ID.finditer(value)) or bool(_TELEPHONE.search(value))


def _is_national_id(digits: str) -> bool:
    day, month = int(digits[:2]) % 40, int(digits[2:4]) % 40
    return 1 <= day <= 31 and 1 <= month <= 12


def _secret_here(path: Path, name: str, value: str) -> bool:
    """Whether text is one in a place where people put credentials: under a telling key, or long and opaque."""
    if path[:2] == ("spec", "credentials") and name == "name":
        return _opaque(value)
    if path == MARK:  # its key speaks of secrets, and its reasons are for people
        return _opaque_in(value)
    inside = any(place in path for place in _PLACES)
    return inside and (bool(_KEYS.search(_CAMEL.sub("_", name[:100]))) or _opaque(value))


def _opaque_in(sentence: str) -> bool:
    return any(_opaque(word.strip(";:,")) for word in sentence.split())


def _opaque(value: str) -> bool:
    return bool(_OPAQUE.match(value)) and not _UUID.match(value) and _mixed(value)


def _mixed(word: str) -> bool:
    """Whether a word looks drawn by lot: digits, and both cases or a long piece of letters and digits."""
    digits = any(letter.isdigit() for letter in word)
    cases = any(letter.isupper() for letter in word) and any(letter.islower() for letter in word)
    pieces = re.split(r"[-_/.]", word)
    return digits and (cases or any(len(piece) >= 12 and not piece.isalpha() for piece in pieces))


def _texts(tree: Tree, path: Path, *, inside: bool) -> Iterator[tuple[Path, str, bool]]:
    """Texts with their paths, and whether they are keys: all of them `inside`, else those below a delicate place."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            here = inside or key in _DELICATE
            if here:
                yield (*path, key), key, True
            if here or isinstance(value, dict | list):
                yield from _texts(value, (*path, key), inside=here)
    elif isinstance(tree, list):
        for position, value in enumerate(tree):
            if inside or isinstance(value, dict | list):
                yield from _texts(value, (*path, position), inside=inside)
    elif isinstance(tree, str):
        yield path, tree, False
