"""Who knows what, and what is to be told: three tables, and one transaction for each change of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from reconciler.database.connection import Connection, Database
from reconciler.errors import Blocked
from reconciler.runs.notification import (
    Channel,
    Delivery,
    Listed,
    Matter,
    Message,
    Noticed,
    Told,
    channel,
    clean,
    message,
    step,
)
from reconciler.specs.models.notification import Notification
from reconciler.specs.sentences import say

GIVEN_UP = timedelta(days=3)
"""What could not be told for so long is old news."""


TITLE = 80
"""Characters of an organisation's title in a subject."""
SKEW = timedelta(minutes=5)
"""How far the clocks of two processes may be from each other."""


class NotificationTable:
    """The Notifications port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self, organization: str, more: str, now: datetime) -> Noticed | None:
        """See the port."""
        with self._database.alone() as connection:
            row = connection.execute(_LOOK, {"name": organization, "more": more, "now": now}).fetchone()
        return _noticed(row) if row else None

    def notice(self, seen: Noticed, matters: Sequence[Matter], now: datetime, again: datetime) -> int:
        """See the port."""
        where = seen.organization_id
        with self._database.transaction() as connection:
            connection.execute(_BEGIN, [where, now, now])
            row = connection.execute(_LOCK, [where]).fetchone()
            assert row is not None
            if now < row["looked_at"] <= now + SKEW:
                return 0  # who looked later knows more; what is far ahead is a clock that was set back
            changes = list(_changes(seen, _told(connection, where), matters, now))
            for to, matter, told, made in changes:
                _keep(connection, where, (to.name, matter.key), told)
                if made is not None or matter.muted:
                    connection.execute(_SUPERSEDE, [now, where, to.name, matter.key])
                if made is not None:
                    connection.execute(_INSERT, _values(where, made))
            settled = [told.better_since + to.settling for to, _, told, _ in changes if told.better_since]
            connection.execute(_MARK, [seen.mark, now, min([again, *settled]), where])
        return sum(made is not None for *_, made in changes)

    def take_notice(
        self, organization_id: str, now: datetime, until: datetime, without: Sequence[str]
    ) -> Message | None:
        """See the port."""
        values = {"id": organization_id, "now": now, "until": until, "without": list(without)}
        with self._database.transaction() as connection:
            row = connection.execute(_TAKE, values).fetchone()
        return Message(**row) if row else None

    def told(self, organization_id: str, sent: Message, delivery: Delivery, at: datetime, again: datetime) -> None:
        """See the port."""
        old = at - sent.noticed_at > GIVEN_UP
        stage = "told" if delivery.ok else "given_up" if old or delivery.final else "waiting"
        values = {"stage": stage, "at": at, "again": again, "problem": delivery.problem}
        with self._database.transaction() as connection:
            connection.execute(_TOLD, {**values, "id": sent.number, "attempt": sent.attempt, "where": organization_id})

    def listed(self, organization_id: str, limit: int) -> list[Listed]:
        """The newest messages, the newest first."""
        with self._database.reading() as connection:
            return [Listed(**row) for row in connection.execute(_LIST, [organization_id, limit]).fetchall()]

    def channels(self, organization_id: str) -> list[Channel]:
        """Who is told; none where the organisation is not applied. Raises Blocked where another hand spoilt them."""
        with self._database.reading() as connection:
            row = connection.execute(_CHANNELS, [organization_id]).fetchone()
        return _channels(row) if row else []


def _channels(row: Mapping[str, Any]) -> list[Channel]:
    try:
        return [channel(Notification.model_validate(each)) for each in row["notifications"] or []]
    except ValidationError as error:
        hint = "reconciler plan shows what is not as it was applied, and reconciler apply mends it"
        raise Blocked(say("the channels of '{name}' are not as they were applied", name=row["name"]), hint) from error


def _noticed(row: Mapping[str, Any]) -> Noticed:
    return Noticed(
        organization_id=str(row["id"]),
        title=clean(row["title"] or row["name"], TITLE),
        zone=row["zone"],
        language=row["language"],
        channels=_channels(row),
        mark=row["mark"],
        changed=row["changed"],
        due=row["due"],
    )


def _told(connection: Connection, organization_id: str) -> dict[tuple[str, str], Told]:
    rows = connection.execute(_STATES, [organization_id]).fetchall()
    return {(row.pop("channel"), row.pop("matter")): Told(**row) for row in rows}


def _changes(
    seen: Noticed, known: Mapping[tuple[str, str], Told], matters: Sequence[Matter], now: datetime
) -> Iterator[tuple[Channel, Matter, Told, Message | None]]:
    """What each channel knows from now on, where that is something else or something that has to last."""
    for to in seen.channels:
        for matter in matters:
            if not to.hears(matter):
                continue
            before = known.get((to.name, matter.key), Told())
            after, change = step(before, matter, to, now)
            told = message(change, matter, to, after.since or now, now) if change and not change.quiet else None
            if after != before or after.better_since:
                yield to, matter, after, told


def _keep(connection: Connection, organization_id: str, key: tuple[str, str], told: Told) -> None:
    values = [organization_id, *key, told.level, told.since, told.better_since, told.muted]
    connection.execute(_UPSERT, values)


def _values(organization_id: str, made: Message) -> dict[str, Any]:
    names = Message.__dataclass_fields__
    return {"organization_id": organization_id, **{name: getattr(made, name) for name in names}}


_LOOK = """
    select id, name, title, zone, language, notifications, mark, due,
        mark is distinct from was or look_at is null or look_at <= %(now)s as changed
    from (
        select o.id, o.name, o.body ->> 'title' as title, coalesce(o.body ->> 'zone', 'Europe/Oslo') as zone,
            coalesce(o.body ->> 'language', 'nb') as language, o.body -> 'notifications' as notifications,
            m.mark as was, m.look_at,
            case when o.body ? 'notifications' then md5(concat_ws('|', o.version, o.applied_at,
                (select max(id) from reconciler.audit where organization_id = o.id),
                (select string_agg(concat_ws(':', i.name, r.id, r.state, r.ended_at), ',' order by i.name)
                 from public.organization_integrations i
                 left join lateral (
                     select id, state, ended_at from reconciler.runs
                     where organization_id = o.id and integration = i.name order by started_at desc limit 1) r on true
                 where i.organization_id = o.id),
                %(more)s::text)) else '' end as mark,
            exists (select from reconciler.notifications where organization_id = o.id
                and stage in ('waiting', 'sending') and next_attempt_at <= %(now)s) as due
        from reconciler.organizations o left join reconciler.notification_marks m on m.organization_id = o.id
        where o.name = %(name)s) found"""
_BEGIN = """
    insert into reconciler.notification_marks (organization_id, mark, looked_at, look_at) values (%s, '', %s, %s)
    on conflict do nothing"""
_LOCK = "select looked_at from reconciler.notification_marks where organization_id = %s for update"
_MARK = """
    update reconciler.notification_marks set mark = %s, looked_at = %s, look_at = %s where organization_id = %s"""
_STATES = """
    select channel, matter, level, since, better_since, muted from reconciler.notification_states
    where organization_id = %s"""
_UPSERT = """
    insert into reconciler.notification_states (organization_id, channel, matter, level, since, better_since, muted)
    values (%s, %s, %s, %s, %s, %s, %s)
    on conflict (organization_id, channel, matter) do update set level = excluded.level, since = excluded.since,
        better_since = excluded.better_since, muted = excluded.muted"""
_SUPERSEDE = """
    update reconciler.notifications set stage = 'superseded', ended_at = %s, message = ''
    where organization_id = %s and channel = %s and matter = %s and stage = 'waiting'"""
_INSERT = """
    insert into reconciler.notifications (organization_id, channel, matter, was, was_since, level, since, noticed_at,
        reason, hint, message, counts, environment, next_attempt_at)
    values (%(organization_id)s, %(channel)s, %(matter)s, %(was)s, %(was_since)s, %(level)s, %(since)s, %(noticed_at)s,
        %(reason)s, %(hint)s, %(message)s, %(counts)s, %(environment)s, %(noticed_at)s)"""
_TAKE = """
    update reconciler.notifications set stage = 'sending', attempt = attempt + 1, next_attempt_at = %(until)s
    where id = (
        select id from reconciler.notifications
        where organization_id = %(id)s and stage in ('waiting', 'sending') and next_attempt_at <= %(now)s
            and channel <> all(%(without)s)
        order by id limit 1 for update skip locked)
    returning id as number, channel, matter, was, was_since, level, since, noticed_at, reason, hint, message, counts,
        environment, attempt"""
_TOLD = """
    with mine as (
        select n.id, case when %(stage)s = 'waiting' and exists (
            select from reconciler.notifications newer where newer.organization_id = n.organization_id
                and newer.channel = n.channel and newer.matter = n.matter and newer.id > n.id)
            then 'superseded' else %(stage)s end as stage
        from reconciler.notifications n
        where id = %(id)s and attempt = %(attempt)s and organization_id = %(where)s and stage = 'sending')
    update reconciler.notifications n set stage = mine.stage, problem = %(problem)s, next_attempt_at = %(again)s,
        ended_at = case when mine.stage = 'waiting' then null else %(at)s end,
        message = case when mine.stage = 'waiting' then message else '' end
    from mine where n.id = mine.id and n.stage = 'sending' and n.attempt = %(attempt)s"""
_CHANNELS = "select name, body -> 'notifications' as notifications from reconciler.organizations where id = %s"
_LIST = """
    select id as number, channel, matter, was, level, since, noticed_at, reason, hint, stage, attempt, next_attempt_at,
        ended_at, problem
    from reconciler.notifications where organization_id = %s order by id desc limit %s"""
