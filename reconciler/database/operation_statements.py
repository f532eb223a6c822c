"""The statements of what people decide. Each guards itself: a row that moved meanwhile is left alone."""

STANDING = """
    case when e.state in ('sent', 'accepted') and e.code = 'never-posted' then 'never_posted'
        when e.state = 'voided' and e.code = 'given-up' then 'given_up'
        when e.state = 'voided' and e.code like 'given-up:%%' then 'given_up_question'
        else e.state end"""
"""As `runs.operations.standing_of`; a test holds them equal."""
CHOSEN = f"""
    e.organization_id = %(organization)s
    and (cardinality(%(wanted)s::text[]) = 0 or e.record_id = any(%(wanted)s) or e.reference = any(%(wanted)s)
        or e.number = any(%(numbers)s::bigint[]))
    and (cardinality(%(ids)s::bigint[]) = 0 or e.id = any(%(ids)s))
    and %(integration)s in ('', e.integration) and %(category)s in ('', e.category)
    and (cardinality(%(states)s::text[]) = 0 or {STANDING} = any(%(states)s))
    and (%(since)s::timestamptz is null or e.changed_at >= %(since)s)
    and (%(until)s::timestamptz is null or e.changed_at < %(until)s)
    and (not %(newest)s or e.superseded_by is null or (%(reversing)s and exists (
        select from reconciler.exports r
        where r.id = e.superseded_by and r.purpose = 'reversal' and r.superseded_by is null)))"""
COLUMNS = """
    e.id, e.integration, e.target, e.category, e.record_id, e.epoch, e.attempt, e.reference, e.number, e.state, e.code,
    e.amount, e.field, e.origin, e.target_ids, coalesce(e.lease_until, e.changed_at) as sent_before, e.next_attempt_at,
    e.sent_at, e.changed_at, e.superseded_by is not null as superseded, e.record_digest, e.purpose"""
ROWS = f"""
    select {COLUMNS}, coalesce(p.message, '') as message
    from reconciler.exports e
    left join reconciler.export_payloads p on p.export_id = e.id and p.attempt = e.attempt
    where {CHOSEN} and e.id > %(after)s order by e.id limit %(limit)s"""  # noqa: S608 - made of parts of our own
TALLY = f"""
    select {STANDING} as standing, count(*) as documents, coalesce(sum(e.amount), 0) as amount
    from reconciler.exports e where {CHOSEN} group by 1 order by 1"""  # noqa: S608 - made of parts of our own
_MOVED = """
    from unnest(%(id)s::bigint[], %(attempt)s::int[], %(from_state)s::text[], %(from_code)s::text[], %(state)s::text[],
        %(code)s::text[], %(target_ids)b::jsonb[]) as new (id, attempt, from_state, from_code, state, code, target_ids)
    where e.id = new.id and e.attempt = new.attempt and e.state = new.from_state and e.code = new.from_code
        and e.superseded_by is null and e.organization_id = %(organization)s
    returning e.id"""
# Nobody runs it: the history shows a step without a run, and the audit trail who it was.
MOVE = f"""
    update reconciler.exports e
    set state = new.state, code = new.code, run_id = null, lease_until = null, next_attempt_at = null,
        next_look_at = null, first_absent_at = null, changed_at = %(now)s,
        target_ids = case when new.target_ids = '[]' then e.target_ids else new.target_ids end,
        sent_at = case when new.state in ('sent', 'posted') then coalesce(e.sent_at, %(now)s) else e.sent_at end
    {_MOVED}"""  # noqa: S608 - made of parts of our own
LOCK = f"update reconciler.exports e set run_id = e.run_id {_MOVED}"  # noqa: S608 - made of parts of our own
"""For rows that stay as they are while something else is made of them."""
OPEN_EPOCH = f"""
    with made as (
        insert into reconciler.exports (organization_id, target, category, record_id, epoch, integration, reference,
            number, state, code, revision, claimed_at, changed_at)
        select e.organization_id, e.target, e.category, e.record_id, e.epoch + 1, e.integration, new.reference,
            new.number, 'not_applied', %(code)s, e.revision, %(now)s, %(now)s
        from unnest(%(id)s::bigint[], %(reference)s::text[], %(number)s::bigint[]) as new (id, reference, number)
        join reconciler.exports e using (id)
        order by new.number
        returning *)
    select {COLUMNS}, '' as message from made e order by e.number"""  # noqa: S608 - made of parts of our own
SUPERSEDE = """
    update reconciler.exports old set superseded_by = new.id
    from reconciler.exports new
    where old.id = any(%(id)s) and new.organization_id = old.organization_id and new.target = old.target
        and new.category = old.category and new.record_id = old.record_id and new.epoch = old.epoch + 1"""
# A reversal has the epoch of what it takes back, and stands in its place until the next one is opened.
OPEN_REVERSAL = f"""
    with made as (
        insert into reconciler.exports (organization_id, target, category, record_id, epoch, purpose, integration,
            reference, number, state, code, revision, claimed_at, changed_at, amount)
        select e.organization_id, e.target, e.category, e.record_id, e.epoch, 'reversal', e.integration, new.reference,
            new.number, 'not_applied', 'resent', e.revision, %(now)s, %(now)s, -e.amount
        from unnest(%(id)s::bigint[], %(reference)s::text[], %(number)s::bigint[]) as new (id, reference, number)
        join reconciler.exports e using (id)
        order by new.number
        on conflict (organization_id, target, category, record_id, epoch, purpose) do nothing
        returning *)
    select {COLUMNS}, '' as message from made e order by e.number"""  # noqa: S608 - made of parts of our own
TAKEN_BACK = """
    update reconciler.exports old set superseded_by = new.id
    from reconciler.exports new
    where old.id = any(%(id)s) and new.organization_id = old.organization_id and new.target = old.target
        and new.category = old.category and new.record_id = old.record_id and new.epoch = old.epoch
        and new.purpose = 'reversal'"""
PROVED_REVERSALS = f"""
    select {COLUMNS}, '' as message from reconciler.exports e
    where e.organization_id = %(organization_id)s and e.target = %(target)s and e.category = %(category)s
        and e.purpose = 'reversal' and e.superseded_by is null and e.state = any(%(states)s) and e.code <> %(over)s
    order by e.id for update of e"""  # noqa: S608 - made of parts of our own
FIRSTS = """
    select asked.id as asked, e.id, e.reference, e.number, e.amount, e.payload_digest, p.payload
    from unnest(%(rows)s::bigint[]) as asked (id)
    join reconciler.exports e on e.purpose = 'document' and (e.id = asked.id or e.superseded_by = asked.id)
    left join reconciler.export_payloads p on p.export_id = e.id and p.attempt = e.attempt
    where e.organization_id = %(organization)s"""
RESERVE = """
    insert into reconciler.export_numbers as counter (organization_id, target, year, last)
    values (%(organization)s, %(target)s, %(year)s, %(count)s)
    on conflict (organization_id, target, year) do update set last = counter.last + %(count)s
    returning last"""
DECIDED = """
    select at, actor, action, detail ->> 'reason' as reason, detail from reconciler.audit
    where organization_id = %(organization)s and object = any(%(references)s) and action like 'export-%%' order by id"""
HOLDS = """
    select target, category, record_id, reason, author, since, ends_at from reconciler.record_holds
    where organization_id = %(organization)s and released_at is null order by id"""
# Whoever claims renews the run's lease first: this waits for that, and that for this.
TOUCH_LEASE = """
    insert into reconciler.leases (name, holder, fence, expires_at) values (%(lease)s, '', 0, to_timestamp(0))
    on conflict (name) do update set holder = leases.holder"""
PAST_HOLDING = """
    select e.record_id, e.state from reconciler.exports e
    join unnest(%(target)s::text[], %(category)s::text[], %(record_id)s::text[]) as new (target, category, record_id)
        using (target, category, record_id)
    where e.organization_id = %(organization)s and e.superseded_by is null
        and e.state not in ('rejected', 'not_applied') limit 1"""
END_HOLDS = """
    update reconciler.record_holds h set released_at = coalesce(h.ends_at, %(now)s), released_by = %(actor)s
    from unnest(%(target)s::text[], %(category)s::text[], %(record_id)s::text[]) as new (target, category, record_id)
    where h.organization_id = %(organization)s and h.released_at is null and h.target = new.target
        and h.category = new.category and h.record_id = new.record_id and (not %(over)s or h.ends_at <= %(now)s)
    returning h.id"""
HOLD_RECORDS = """
    insert into reconciler.record_holds (organization_id, target, category, record_id, reason, author, since, ends_at)
    select %(organization)s, new.target, new.category, new.record_id, %(reason)s, %(actor)s, %(now)s, new.ends_at
    from unnest(%(target)s::text[], %(category)s::text[], %(record_id)s::text[], %(ends_at)s::timestamptz[])
        as new (target, category, record_id, ends_at)
    on conflict (organization_id, target, category, record_id) where released_at is null do nothing
    returning id"""
UNHELD = """
    select new.record_id from unnest(%(records)s::text[]) as new (record_id)
    where not exists (
        select from reconciler.record_holds h
        where h.organization_id = %(organization_id)s and h.target = %(target)s and h.category = %(category)s
            and h.record_id = new.record_id and h.released_at is null
            and (h.ends_at is null or h.ends_at > %(now)s))"""
ASK_SECOND = """
    insert into reconciler.resend_requests (organization_id, exports, documents, amount, reason, asked_by, asked_at,
        reverse)
    values (%(organization)s, %(exports)s, %(documents)s, %(amount)s, %(reason)s, %(actor)s, %(now)s, %(reverse)s)
    returning id"""
REQUESTS = """
    select id, exports, documents, amount, reason, asked_by, asked_at, reverse from reconciler.resend_requests
    where organization_id = %(organization)s and state = 'waiting' order by id"""
CLOSE_REQUEST = """
    update reconciler.resend_requests set state = %(state)s, decided_by = %(actor)s, decided_at = %(now)s
    where id = %(request)s and organization_id = %(organization)s and state = 'waiting' returning id"""
