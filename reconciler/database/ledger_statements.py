"""The ledger's statements: each changes all rows of a step at once. Parameters are columns, which `unnest` turns back.

A statement per row would cost a run of five thousand documents most of its time in round trips.
"""

CLAIM = """
    insert into reconciler.exports (organization_id, target, category, record_id, integration, reference, number, state,
        run_id, lease_until, revision, claimed_at, changed_at)
    select %(organization_id)s, %(target)s, %(category)s, record_id, %(integration)s, reference, number, 'sending',
        %(run)s, %(until)s, %(revision)s, %(now)s, %(now)s
    from unnest(%(records)s::text[], %(references)s::text[], %(numbers)s::bigint[])
        with ordinality as new (record_id, reference, number, place) order by place
    on conflict (organization_id, target, category, record_id, epoch) do nothing
    returning id, record_id, attempt, reference, number, lease_until as until, claimed_at"""
RECLAIM = """
    update reconciler.exports
    set state = 'sending', attempt = attempt + 1, run_id = %(run)s, lease_until = %(until)s, frozen = false,
        revision = %(revision)s, integration = %(integration)s, first_absent_at = null, next_attempt_at = null,
        code = '', field = '', origin = '', claimed_at = %(now)s, changed_at = %(now)s
    where organization_id = %(organization_id)s and target = %(target)s and category = %(category)s
        and record_id = any(%(records)s::text[]) and state in ('not_applied', 'rejected')
        and epoch = (select max(epoch) from reconciler.exports e where e.organization_id = %(organization_id)s
            and e.target = %(target)s and e.category = %(category)s and e.record_id = exports.record_id)
    returning id, record_id, attempt, reference, number, lease_until as until, claimed_at"""
FREEZE = """
    update reconciler.exports e
    set frozen = true, payload_digest = new.payload_digest, mapping_digest = %(mapping)s,
        record_digest = new.record_digest, amount = new.amount, batch = new.batch, changed_at = %(now)s
    from unnest(%(id)s::bigint[], %(attempt)s::int[], %(payload_digest)s::text[], %(record_digest)s::text[],
        %(amount)s::numeric[], %(batch)s::text[]) as new (id, attempt, payload_digest, record_digest, amount, batch)
    where e.id = new.id and e.attempt = new.attempt and e.state = 'sending' returning e.id"""
TURN = """
    update reconciler.exports e
    set state = 'rejected', code = 'mapping', field = new.field, origin = new.origin, mapping_digest = %(mapping)s,
        record_digest = new.record_digest, lease_until = null, changed_at = %(now)s
    from unnest(%(id)s::bigint[], %(attempt)s::int[], %(field)s::text[], %(origin)s::text[], %(record_digest)s::text[])
        as new (id, attempt, field, origin, record_digest)
    where e.id = new.id and e.attempt = new.attempt and e.state = 'sending' returning e.id"""
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
    where e.id = new.id and e.attempt = new.attempt and e.state = 'sending' returning e.id"""
MESSAGE = """
    update reconciler.export_payloads p set message = new.message
    from unnest(%(id)s::bigint[], %(attempt)s::int[], %(message)s::text[]) as new (id, attempt, message)
    where p.export_id = new.id and p.attempt = new.attempt"""
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
