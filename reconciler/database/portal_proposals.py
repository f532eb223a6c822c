"""What the portal knows of proposals beside git: what people said without deciding, and how long it took to be live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciler.database import rows
from reconciler.database.audit import write_audit
from reconciler.database.connection import Database
from reconciler.plans.resource import Actual

MOST = 100
"""Comments of one proposal that are shown, the newest."""


@dataclass(frozen=True, slots=True)
class ProposalComment:
    """A few words of somebody; `head` is the commit that they looked at."""

    account: str
    words: str
    head: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lived:
    """When a proposal was applied, and what was said to it last before that."""

    said_at: datetime
    applied_at: datetime

    @property
    def seconds(self) -> float:
        """From the word that let it through to the rows."""
        return max(0.0, (self.applied_at - self.said_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Spoken:
    """Who is known to have written a commit of the followed branch, and who has approved it."""

    authors: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()


class ProposalTable:
    """Of the organisation that the connection is held to."""

    def __init__(self, database: Database, organization_id: str) -> None:
        self._database, self._organization_id = database, organization_id

    def comment(self, branch: str, said: ProposalComment) -> None:
        """Keep what somebody said."""
        with self._database.transaction() as connection:
            connection.execute(
                "insert into reconciler.portal_comments (organization_id, branch, head, account, words, at)"
                " values (%s, %s, %s, %s, %s, %s)",
                [self._organization_id, branch, said.head, said.account, said.words, said.at],
            )
            write_audit(
                connection, said.at, said.account, self._organization_id, "proposal-commented", branch,
                {"head": said.head},
            )  # fmt: skip

    def comments(self, branch: str) -> list[ProposalComment]:
        """The newest, the oldest of them first."""
        query = """
            select account, words, head, at from reconciler.portal_comments
            where organization_id = %s and branch = %s order by id desc limit %s"""
        with self._database.reading() as connection:
            rows = connection.execute(query, [self._organization_id, branch, MOST]).fetchall()
        return [ProposalComment(**row) for row in reversed(rows)]

    def deciding(self, organization_id: str) -> Actual:
        """Of what is applied the organisation alone: its people and rules judge, and reading all of it counts its
        whole ledger.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                "select * from reconciler.organizations where id = %s", [organization_id]
            ).fetchone()
        if row is None:
            return Actual()
        found = rows.organization(row)
        return Actual(version=row["version"], resources={found.key: found}, revision=row["revision"])

    def spoken(self, commits: Sequence[str]) -> Mapping[str, Spoken]:
        """What was said to each of these commits, or to what was applied with it: a host that puts several commits into
        one makes another one of them. Of each account the last word counts, and an author's own yes does not.
        """
        query = """
            with asked as (
                select revision, intent from reconciler.voices
                where organization_id = %(id)s and revision = any(%(commits)s)
                union
                select revision, intent from reconciler.applied_revisions
                where organization_id = %(id)s and revision = any(%(commits)s))
            select distinct on (asked.revision, lower(v.account), v.voice = 'author')
                asked.revision, v.account, v.voice
            from asked join reconciler.voices v on v.organization_id = %(id)s and v.intent = asked.intent
            order by asked.revision, lower(v.account), v.voice = 'author', v.id desc"""
        with self._database.reading() as connection:
            rows = connection.execute(query, {"id": self._organization_id, "commits": list(commits)}).fetchall()
        found: dict[str, Spoken] = {}
        for commit in {each["revision"] for each in rows}:
            said = {(each["account"], each["voice"]) for each in rows if each["revision"] == commit}
            authors = {account.casefold(): account for account, word in said if word == "author"}
            yes = {account for account, word in said if word == "approve" and account.casefold() not in authors}
            found[commit] = Spoken(tuple(sorted(authors.values())), tuple(sorted(yes)))
        return found

    def lived(self, head: str) -> Lived | None:
        """When what was proposed at this commit was applied first; None where it was not, or nobody said whose it is.

        The last word before it counts from when it was said, also where another commit was applied that asks for the
        same.
        """
        query = """
            select max(v.at) as said_at, a.applied_at
            from reconciler.voices v join reconciler.applied_revisions a
                on a.organization_id = v.organization_id and a.intent = v.intent and a.applied_at >= v.at
            where v.organization_id = %(id)s and v.intent in (
                select intent from reconciler.voices where organization_id = %(id)s and revision = %(head)s)
            group by a.applied_at
            having bool_or(v.revision = %(head)s) order by a.applied_at limit 1"""
        with self._database.reading() as connection:
            row = connection.execute(query, {"id": self._organization_id, "head": head}).fetchone()
        return Lived(**row) if row is not None else None
