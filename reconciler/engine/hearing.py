"""What a host of git says of a proposal becomes voices: who opened it is its author, a review is a yes or a no.

A host says the same again and again; only what is news is written down. The account that counts is the host's, never a
name that git shows, which is what anybody writes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.engine.approval import speak
from reconciler.engine.world import World
from reconciler.plans.approval import Voice, Word
from reconciler.plans.judgement import Judgement
from reconciler.runs.pull_requests import Account, Review, Verdict

WORDS: Mapping[Verdict, Word] = {"approved": "approve", "changes-requested": "refuse", "withdrawn": "withdraw"}
SAID: Mapping[Word, str] = {
    "author": "opened", "approve": "approved", "refuse": "asked for changes in", "withdraw": "took back a review of",
}  # fmt: skip
_LOGIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}(\[bot\])?")


@dataclass(frozen=True, slots=True)
class Heard:
    """A proposal as the host tells it: its number, the commit that it is at, who opened it, and the last word of each
    account about it. `open` is off once it is merged or closed: then nobody has opened it anew.
    """

    number: int
    head: str
    author: Account | None
    reviews: Sequence[Review] = ()
    open: bool = True

    @property
    def counting(self) -> Iterator[Review]:
        """A yes to this very commit. A no stands until it is taken back, as at every host: who pushes once more has not
        answered it.
        """
        return (each for each in self.reviews if each.verdict != "approved" or each.is_for(self.head))


def hear(world: World, found: Judgement, heard: Heard) -> int:
    """Write down what is news about one organisation's part of a proposal; how many words that were."""
    news = list(_news(world, found, heard))
    for voice in news:
        if voice.word == "author":
            with world.points.around("speak"):
                world.voices.speak(voice)
        else:
            speak(world, voice)
    return len(news)


def _news(world: World, found: Judgement, heard: Heard) -> Iterator[Voice]:
    if heard.author is not None and not _from_portal(found.voices, heard.head):
        voice = _voice(world, found, heard, heard.author, "author")
        if voice is not None and not any(_opened(each, voice, heard) for each in found.voices):
            yield voice
    last = _last(found.voices, heard.number)
    for review in heard.counting:
        voice = _reviewed(world, found, heard, review)
        if voice is not None:
            before = last.pop(voice.who, None)
            if _is_news(voice, before):
                yield voice
    for each in last.values():
        # What the host does not show any more was taken back, however it came about.
        if each.word != "withdraw" and not _still_there(each, heard):
            yield _taken_back(world, each, heard)
    yield from _let_through(world, found, heard)


def _let_through(world: World, found: Judgement, heard: Heard) -> Iterator[Voice]:
    """A no to an earlier commit holds what was pushed after it, until the same account says something else."""
    for said in found.parts:
        for each in _last(said, heard.number).values():
            if each.word == "refuse" and not _still_there(each, heard):
                yield _taken_back(world, each, heard)


def _taken_back(world: World, said: Voice, heard: Heard) -> Voice:
    gone = f"{SAID['withdraw']} pull request {heard.number}"
    return replace(said, word="withdraw", revision=heard.head, reason=gone, at=world.clock.now(), spent=False)


def _opened(said: Voice, voice: Voice, heard: Heard) -> bool:
    """Whether it was written down already who opened it. A word that was used up was about an earlier proposal of the
    same, where this is another one.
    """
    same = (said.who, said.word) == (voice.who, "author")
    return same and (not said.spent or not heard.open or said.revision == voice.revision)


def _from_portal(voices: Iterable[Voice], head: str) -> bool:
    """Whether the portal made this very commit, and has said for whom: then who opened it at the host is the portal."""
    return any((each.word, each.source, each.revision) == ("author", "portal", head) for each in voices)


def _last(voices: Iterable[Voice], number: int) -> dict[str, Voice]:
    """By account, what the host said last of this proposal: another one may ask for the same, and be told otherwise."""
    told = f" pull request {number}"
    found = (each for each in voices if each.source == "host" and each.word != "author" and each.reason.endswith(told))
    return {each.who: each for each in found}


def _is_news(voice: Voice, before: Voice | None) -> bool:
    """Whether the host said something else before. A yes at another commit is a new one: the old one may be spent.
    What this account has said elsewhere since stands as long as the host has nothing new.
    """
    if before is None:
        return voice.word != "withdraw"
    if voice.word == "withdraw":
        return before.word != "withdraw"
    return (before.word, before.revision) != (voice.word, voice.revision)


def _still_there(said: Voice, heard: Heard) -> bool:
    """Whether the host shows the same word of the same account, about the commit that it was said to."""
    return any(
        (each.by.id, WORDS[each.verdict], each.commit) == (said.host_id, said.word, said.revision)
        for each in heard.reviews
    )


def _reviewed(world: World, found: Judgement, heard: Heard, review: Review) -> Voice | None:
    """A word is as old as the host says: what was applied after a yes has used it up, though we hear of it later."""
    voice = _voice(world, found, heard, review.by, WORDS[review.verdict])
    if voice is None or voice.word == "withdraw" or not review.commit:
        return voice
    return replace(voice, revision=review.commit, at=min(voice.at, review.at))


def _voice(world: World, found: Judgement, heard: Heard, by: Account, word: Word) -> Voice | None:
    """None for what is nobody's login."""
    if _LOGIN.fullmatch(by.login) is None:
        return None
    step = found.intent
    said = f"{SAID[word]} pull request {heard.number}"
    account = _account(world, found, by)
    return Voice(
        step.organization, step.organization_id, step.digest, account, word, "host", heard.head, said,
        world.clock.now(), host_id=by.id,
    )  # fmt: skip


def _account(world: World, found: Judgement, by: Account) -> str:
    """The login, as long as it is the account that spoke first under it; somebody who took a login over is known by its
    number too, which `people` may name.
    """
    numbered = f"{by.login}#{by.id}"
    if numbered.casefold() in found.intent.people:
        return numbered
    first = world.voices.known_as(by.login)
    return by.login if first in (None, by.id) else numbered
