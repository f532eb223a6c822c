"""The ledger's statements: each changes all rows of a step at once. Parameters are columns, which `unnest` turns back.

A statement per row would cost a run of five thousand documents most of its time in round trips. Rows that are ours are
looked up by their ids alone: `state || ''` keeps the planner from other ways, which are full of dead entries while a
large run goes on.
"""

from collections.abc import Sequence

UNDERWAY, UNDECIDED = ("sending", "sent", "accepted"), ("unknown", "not_applied", "held", "rejected")
"""States that are found by an index of their own: no index may hold the state itself (docs/decisions/0020)."""


def narrowed(states: Sequence[str]) -> str:
    """The condition that lets the rows in these states be found by an index; none where they are of both kinds."""
    for column, found in (("underway", UNDERWAY), ("undecided", UNDECIDED)):
        if set(states) <= set(found):
            return f"and e.{column}"
    return ""


CLAIM = """
    insert into reconciler.exports (organization_id, target, category, record_id, integration, reference, number, state,
        run_id, lease_until, revision, claimed_at, changed_at)
    select %(organization_id)s, %(target)s, %(category)s, record_id, %(integration)s, reference, number, 'sending',
        %(run)s, %(until)s, %(revision)s, %(now)s, %(now)s
    from unnest(%(records)s::text[], %(references)s::text[], %(numbers)s::bigint[])
        with ordinality as new (record_id, reference, number, place) order by place
    on conflict (organization_id, target, category, record_id, epoch, purpose) do nothing
    returning id, record_id, attempt, reference, number, lease_until as until, claimed_at"""
RECLAIM = """
    update reconciler.exports
    set state = 'sending', attempt = attempt + 1, run_id = %(run)s, lease_until = %(until)s, frozen = false,
        revision = %(revision)s, integration = %(integration)s, first_absent_at = null, next_attempt_at = null,
        code = '', field = '', origin = '', claimed_at = %(now)s, changed_at = %(now)s
    where organization_id = %(organization_id)s and target = %(target)s and category = %(category)s
        and record_id = any(%(records)s::text[]) and state in ('not_applied', 'rejected') and superseded_by is null
    returning id, record_id, attempt, reference, number, lease_until as until, claimed_at, purpose"""
FREEZE = """
    update reconciler.exports e
    set frozen = true, payload_digest = new.payload_digest, mapping_digest = %(mapping)s,
        record_digest = new.record_digest, amount = new.amount, batch = new.batch, changed_at = %(now)s
    from unnest(%(id)s::bigint[], %(attempt)s::int[], %(payload_digest)s::text[], %(record_digest)s::text[],
        %(amount)s::numeric[], %(batch)s::text[]) as new (id, attempt, payload_digest, record_digest, amount, batch)
    where e.id = any(%(id)s::bigint[]) and e.id = new.id and e.attempt = new.attempt and e.state || '' = 'sending'
    returning e.id"""
TURN = """
    update reconciler.exports e
    set state = 'rejected', code = new.code, field = new.field, origin = new.origin, mapping_digest = %(mapping)s,
        record_digest = new.record_digest, lease_until = null, changed_at = %(now)s
    from unnest(%(id)s::bigint[], %(attempt)s::int[], %(field)s::text[], %(origin)s::text[],
        %(record_digest)s::text[], %(code)s::text[]) as new (id, attempt, field, origin, record_digest, code)
    where e.id = any(%(id)s::bigint[]) and e.id = new.id and e.attempt = new.attempt and e.state || '' = 'sending'
    returning e.id"""
KEEP = """
    insert into reconciler.export_payloads
        (export_id, attempt, organization_id, subject, payload, message, created_at)
    select id, attempt, %(organization_id)s, subject, payload, message, %(now)s
    from unnest(%(id)s::bigint[], %(attempt)s::int[], %(subject)s::text[], %(payload)s::jsonb[], %(message)s::text[])
        as new (id, attempt, subject, payload, message)"""
RECORD = """
    update reconciler.exports e
    set state = new.state, target_ids = new.target_ids, code = new.code, field = new.field, origin = new.origin,
        lease_until = null, next_attempt_at = new.retry, changed_at = %(now)s,
        sent_at = case when new.state = 'sent' then %(now)s else sent_at end
    from unnest(%(id)s::bigint[], %(attempt)s::int[], %(state)s::text[], %(target_ids)s::jsonb[], %(code)s::text[],
        %(field)s::text[], %(origin)s::text[], %(retry)s::timestamptz[])
        as new (id, attempt, state, target_ids, code, field, origin, retry)
    where e.id = any(%(id)s::bigint[]) and e.id = new.id and e.attempt = new.attempt and e.state || '' = 'sending'
    returning e.id"""
MESSAGE = """
    update reconciler.export_payloads p set message = new.message
    from unnest(%(id)s::bigint[], %(attempt)s::int[], %(message)s::text[]) as new (id, attempt, message)
    where p.export_id = new.id and p.attempt = new.attempt"""
# A run that died left its lease on the row: nothing was sent after that. A recorded outcome ends it at once.
OPEN = """
    select e.*, coalesce(e.lease_until, e.changed_at) as sent_before,
        coalesce(jsonb_array_length(p.payload -> 'lines'), 0) as lines,
        (select count(*) from reconciler.export_history h where e.state = 'unknown' and h.export_id = e.id
            and h.state = 'unknown' and h.attempt > e.attempt - repeats.count and h.code <> all(%(silent)s)) as answered
    from reconciler.exports e
    left join reconciler.export_payloads p on p.export_id = e.id and p.attempt = e.attempt
    cross join lateral (
        select count(*) from reconciler.export_history h where e.state = 'unknown' and h.export_id = e.id
            and h.state = 'sending' and h.at > e.claimed_at) repeats
    where e.organization_id = %(organization_id)s and e.target = %(target)s and e.category = %(category)s"""
REPEAT = """
    with wanted as (
        select e.id from reconciler.exports e
        join unnest(%(id)s::bigint[], %(attempt)s::int[]) as row (id, attempt) using (id, attempt)
        join reconciler.export_payloads p on p.export_id = e.id and p.attempt = e.attempt and p.payload is not null
        where e.state = 'unknown' and e.frozen
        for update of e),
    ours as (
        update reconciler.exports e
        set state = 'sending', attempt = e.attempt + 1, run_id = %(run)s, lease_until = %(until)s, code = '',
            first_absent_at = null, next_attempt_at = null, changed_at = %(now)s
        where e.id in (select id from wanted) and (select count(*) from wanted) = cardinality(%(id)s::bigint[])
        returning e.*),
    kept as (
        insert into reconciler.export_payloads
            (export_id, attempt, organization_id, subject, payload, message, created_at)
        select p.export_id, ours.attempt, p.organization_id, p.subject, p.payload, '', %(now)s
        from reconciler.export_payloads p join ours on ours.id = p.export_id and ours.attempt = p.attempt + 1
        returning export_id, subject, payload)
    select ours.id, ours.record_id, ours.attempt, ours.reference, ours.number, ours.lease_until as until,
        ours.claimed_at, ours.amount, ours.record_digest, ours.payload_digest, ours.batch, kept.subject, kept.payload
    from ours join kept on kept.export_id = ours.id order by ours.number"""
HOLD = """
    update reconciler.exports e set state = 'held', code = new.code, next_attempt_at = null, changed_at = %(now)s
    from unnest(%(id)s::bigint[], %(attempt)s::int[], %(code)s::text[]) as new (id, attempt, code)
    where e.id = new.id and e.attempt = new.attempt and e.state = 'unknown' returning e.id"""
FREE = """
    update reconciler.withheld w set until = %(now)s
    where organization_id = %(organization_id)s and integration = %(integration)s and category = %(category)s
        and until is null and not exists (
            select from unnest(%(records)s::text[], %(reasons)s::text[]) as held (record_id, reason)
            where held.record_id = w.record_id and held.reason = w.reason)"""
WITHHOLD = """
    insert into reconciler.withheld (organization_id, integration, category, record_id, reason, since)
    select %(organization_id)s, %(integration)s, %(category)s, held.record_id, held.reason, %(now)s
    from unnest(%(records)s::text[], %(reasons)s::text[]) as held (record_id, reason)
    on conflict (organization_id, integration, category, record_id) where until is null do nothing"""
TO_LOOK_FOR = f"""{OPEN}
    and e.underway and e.state in ('sent', 'accepted') and e.code <> %(over)s
    and coalesce(e.next_look_at, e.changed_at + %(first)s) <= %(now)s
    order by extract(epoch from %(now)s - e.changed_at)
        / greatest(extract(epoch from coalesce(e.next_look_at, e.changed_at + %(first)s) - e.changed_at), 1) desc, e.id
    limit %(limit)s"""
LOOK_AGAIN = """
    update reconciler.exports e
    set next_look_at = again.due, code = case when again.due is null then %(over)s else e.code end
    from unnest(%(ids)s::bigint[], %(due)s::timestamptz[]) as again (id, due)
    where e.id = again.id and e.organization_id = %(organization_id)s and e.state in ('sent', 'accepted')
    returning e.id, again.due is null as over"""
