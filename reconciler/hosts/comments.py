"""The one comment of an installation at a pull request.

It is found again by its first line, which nobody sees, and by who wrote it: that line in somebody else's comment is no
reason to write into it. Where there are several, since two wrote at once or an answer was lost, the oldest stays, and
whoever sees the others takes them away; everybody looks again after writing a new one.
"""

from reconciler.hosts.client import Answer, Ask
from reconciler.hosts.dialect import PullDialect
from reconciler.hosts.logins import App
from reconciler.hosts.reading import Note, number_at
from reconciler.hosts.repository import Repository
from reconciler.runs.fitting import fitted
from reconciler.runs.host import Later, Refused, Trouble, lines
from reconciler.runs.pull_requests import Comment

TRIES = 3
LONGEST = 5_000_000
GONE = "the comment comes and goes"


class Comments:
    """The comments of a repository's pull requests."""

    def __init__(self, repository: Repository, dialect: PullDialect) -> None:
        self._repository, self._dialect = repository, dialect
        self._known = (b"", 0)

    def put(self, number: int, comment: Comment) -> str | Trouble:
        """Make the comment say this; its address."""
        text = self._text(comment)
        for _ in range(TRIES):
            mine = self._mine(number, comment.marker)
            if not isinstance(mine, list):
                return mine
            if not mine:
                written = self._written(number, 0, text)
                if not isinstance(written, Note):
                    return written or self._repository.missing(number, Answer(404, {}, None))
                mine = self._mine(number, comment.marker)
                if not isinstance(mine, list):
                    return mine
                mine = mine or [written]  # the host lags behind
            done = self._made_one(number, mine, text)
            if done is not None:
                return done
        return self._repository.client.later(GONE)

    def _text(self, comment: Comment) -> str:
        body = self._dialect.plain(lines(comment.body, LONGEST).strip())
        most = self._dialect.most - len(comment.marker) - 1
        return f"{comment.marker}\n{fitted(body, most, comment.command)}"

    def _made_one(self, number: int, mine: list[Note], text: str) -> str | Trouble | None:
        """Leave the oldest and make it say this; None where somebody takes it away."""
        first, *others = mine
        for other in others:
            answer = self._repository.ask(self._dialect.erasing(number, other.id))
            if not isinstance(answer, Answer) or (answer.status >= 300 and answer.status != 404):
                return self._repository.trouble(answer)
        if _same(first.body, text):
            return first.url
        found = self._written(number, first.id, text)
        return found.url if isinstance(found, Note) else found

    def _written(self, number: int, note: int, text: str) -> Note | Trouble | None:
        """Write it; None where what should be changed is not there."""
        answer = self._repository.ask(self._dialect.noting(number, note, text))
        if isinstance(answer, Answer) and answer.status == 404:
            return None
        if not isinstance(answer, Answer) or answer.status not in (200, 201):
            return self._repository.trouble(answer)
        found = self._dialect.note(number, answer.body) if isinstance(answer.body, dict) else None
        return found or self._repository.client.later("the host's comment cannot be read")

    def _mine(self, number: int, marker: str) -> list[Note] | Trouble:
        """Ours with this first line, the oldest first."""
        path = self._dialect.notes(number)
        pages = self._repository.pages(path)
        if isinstance(pages, Answer):
            return self._repository.missing(number, pages)
        if not isinstance(pages, list):
            return pages
        if not all(isinstance(page, list) and all(isinstance(each, dict) for each in page) for page in pages):
            return self._repository.unread(path)
        notes = [self._dialect.note(number, each) for page in pages for each in page]
        marked = [each for each in notes if each is not None and each.body.partition("\n")[0].strip() == marker]
        return self._ours(marked) if marked else []

    def _ours(self, marked: list[Note]) -> list[Note] | Trouble:
        login = self._repository.login
        if isinstance(login, App):
            ours = [each for each in marked if login.id in each.apps]
        else:
            who = self._account()
            if isinstance(who, Later | Refused):
                return who
            ours = [each for each in marked if each.author == who]
        return sorted(ours, key=lambda each: each.id)

    def _account(self) -> int | Trouble:
        """The account that the credential is of; asked once for each credential, which may be changed in its file."""
        known = self._repository.fingerprint()
        if self._known[0] == known and known:
            return self._known[1]
        answer = self._repository.judged(self._repository.asked(Ask("GET", "/user")))
        if not isinstance(answer, Answer) or answer.status != 200:
            return self._repository.trouble(answer)
        found = number_at(answer.body, "id")
        self._known = (known, found) if found else self._known
        return found or self._repository.client.later("the host does not say whose credential it is")


def _same(there: str, text: str) -> bool:
    """Whether a comment says this: hosts change the ends of lines, and blanks at the end."""
    return [line.rstrip() for line in there.strip().splitlines()] == [
        line.rstrip() for line in text.strip().splitlines()
    ]
