"""The statements that find and take out content. They are written once, with words in capitals for what `content` says
of each table that holds any: a table that is added there is emptied everywhere.
"""

from reconciler.database.content import CONTENT, OBSERVED, Content

_THEIRS = "p.organization_id = %(organization)s and p.subject = %(subject)s"


def _each(statement: str) -> list[str]:
    """The statement for every table of content."""
    return [_filled(statement, each) for each in CONTENT]


def _filled(statement: str, content: Content) -> str:
    words = {"CONTENT": content.table, "HOLDS": content.holds, "EMPTY": content.empty, "THEIRS": _THEIRS}
    for word, text in words.items():
        statement = statement.replace(word, text)
    return statement


_OF_SUBJECT = " union ".join(_each("select p.export_id from CONTENT p where THEIRS"))
_HELD = " or ".join(_each("exists (select from CONTENT p where p.export_id = e.id and (HOLDS))"))
_HELD_OF_SUBJECT = " or ".join(_each("exists (select from CONTENT p where p.export_id = e.id and THEIRS and (HOLDS))"))
_FINISHED = """
    from reconciler.exports e
    join unnest(%(categories)s::text[], %(moments)s::timestamptz[]) as limits (category, before) using (category)
    where e.organization_id = %(organization)s and e.changed_at < limits.before
        and (e.state = any(%(over)s) or (e.state in ('sent', 'accepted') and e.next_look_at is null))
        and (HELD)"""


def _whole(statement: str) -> str:
    """The statement over all tables of content."""
    words = {"OF_SUBJECT": _OF_SUBJECT, "HELD_OF_THEM": _HELD_OF_SUBJECT, "FINISHED": _FINISHED, "HELD": _HELD}
    for word, text in words.items():
        statement = statement.replace(word, text)
    return statement


LOCK = _whole("select id from reconciler.exports where id in (OF_SUBJECT) order by id for update")
TRACES = _whole("""
    select e.integration, e.target, e.category, e.record_id, e.epoch, e.reference, e.number, e.state, e.target_ids,
        e.sent_at, (HELD_OF_THEM) as holds
    from reconciler.exports e
    where e.organization_id = %(organization)s and e.id in (OF_SUBJECT) order by e.claimed_at, e.id""")
ERASE = _each("update CONTENT p set EMPTY, removed_at = %(now)s, removed = 'erased' where THEIRS and (HOLDS)")
ERASE_OBSERVED = _filled("update CONTENT p set EMPTY where THEIRS and (HOLDS)", OBSERVED)
# What was only observed is never over, and has no mark: its age decides.
PURGE_OBSERVED = _filled(
    """
    update CONTENT p set EMPTY where p.organization_id = %(organization)s and (HOLDS)
        and p.created_at < coalesce((select before from unnest(%(categories)s::text[], %(moments)s::timestamptz[])
            as limits (category, before) where limits.category = p.category), %(old)s)""",
    OBSERVED,
)
# What a run could not do may have been said in words about one of its documents, and nobody knows of which.
PROBLEMS_OF_SUBJECT = _whole("""
    update reconciler.runs set problem = %(out)s where organization_id = %(organization)s and problem <> ''
        and id in (select run_id from reconciler.export_history where export_id in (OF_SUBJECT))""")
ANSWERS_OF_SUBJECT = _whole("""
    update reconciler.run_requests set answer = %(out)s, hint = ''
    where organization_id = %(organization)s and answer <> ''
        and run_id in (select run_id from reconciler.export_history where export_id in (OF_SUBJECT))""")
# A copy of what people and codes are called over there: the next sync reads it anew.
FORGET_LISTS = "delete from reconciler.reference_lists where organization_id = %(organization)s"
KEPT = _whole("""
    select e.category, count(*) filter (where HELD) as documents,
        coalesce(o.body -> 'retention' ->> e.category, '') as shortened,
        array(select distinct d.body ->> 'retention' from public.organization_integrations i
            join reconciler.definitions d on d.digest = i.definitions ->> ('DataCategory/' || e.category)
            where i.organization_id = o.id and d.body ->> 'retention' is not null order by 1) as declared
    from reconciler.exports e join reconciler.organizations o on o.id = e.organization_id
    where o.id = %(organization)s group by e.category, o.id, o.body order by e.category""")
EXPIRED = _whole("select e.category, count(*) as documents FINISHED group by e.category order by e.category")
# Whoever changes a document meanwhile keeps it: the next purge looks again.
TAKE = _whole("select e.id, e.category FINISHED order by e.id limit %(limit)s for update of e skip locked")
PURGE = _each("""
    update CONTENT p set EMPTY, removed_at = %(now)s, removed = 'expired'
    where p.export_id = any(%(ids)s) and (HOLDS)""")
# Sealed values whose document is settled: only their keyed hash stays. No key is needed for that, and no lock: what is
# sent anew is frozen anew, in a row of its own.
UNSEAL = """
    update reconciler.export_payloads p set payload = jsonb_set(p.payload, '{lines}', (
        select jsonb_agg(jsonb_set(line, '{fields}', (
            select jsonb_object_agg(key, case when jsonb_typeof(value) = 'object' then value - 'sealed' else value end)
            from jsonb_each(line -> 'fields'))) order by place)
        from jsonb_array_elements(p.payload -> 'lines') with ordinality as made (line, place)))
    where p.organization_id = %(organization)s and p.payload @? '$.lines[*].fields.*.sealed' and p.export_id in (
        select id from reconciler.exports
        where organization_id = %(organization)s and state <> all(%(unresolved)s))"""
OLD_WORDS = [
    """
    update reconciler.runs set problem = %(out)s
    where organization_id = %(organization)s and ended_at < %(old)s and problem not in ('', %(out)s)""",
    """
    update reconciler.run_requests set answer = %(out)s, hint = ''
    where organization_id = %(organization)s and ended_at < %(old)s and answer not in ('', %(out)s)""",
    "update reconciler.allowances set closed_reason = '' where closed_until < %(old)s and closed_reason <> ''",
    "delete from reconciler.breakers where since < %(old)s and coalesce(shut_until, since) < %(old)s",
]
