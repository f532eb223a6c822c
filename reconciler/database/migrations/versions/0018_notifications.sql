-- Who is told when something changes, and what was told (docs/decisions/0033-notifications.md).

-- When an organisation was looked at, and what it looked like: while that stays so, one statement is all that is asked.
create table reconciler.notification_marks (
    organization_id uuid primary key,
    mark text not null,
    looked_at timestamptz not null,
    look_at timestamptz not null
);
comment on column reconciler.notification_marks.look_at is
    'time alone changes things too: it is looked at again by then';

-- What each channel knows of each matter.
create table reconciler.notification_states (
    organization_id uuid not null,
    channel text not null,
    matter text not null,
    level text not null check (level in ('fine', 'yellow', 'red')),
    since timestamptz,
    better_since timestamptz,
    muted boolean not null default false,
    primary key (organization_id, channel, matter)
);
comment on column reconciler.notification_states.better_since is
    'since when it is better than was told; told once it has lasted';

-- Every message: written down before it is sent, in the transaction that changes what the channel knows.
create table reconciler.notifications (
    id bigint generated always as identity primary key,
    organization_id uuid not null,
    channel text not null,
    matter text not null,
    was text not null check (was in ('fine', 'yellow', 'red')),
    was_since timestamptz,
    level text not null check (level in ('fine', 'yellow', 'red')),
    since timestamptz not null,
    noticed_at timestamptz not null,
    reason text not null,
    hint text not null,
    message text not null,
    counts text not null,
    environment text not null,
    stage text not null default 'waiting' check (stage in ('waiting', 'sending', 'told', 'superseded', 'given_up')),
    attempt integer not null default 0,
    next_attempt_at timestamptz not null,
    ended_at timestamptz,
    problem text not null default ''
);
comment on column reconciler.notifications.message is
    'the outside system''s own words; taken out as soon as the message has come to its end';
create index notifications_open on reconciler.notifications (organization_id, id) where stage in ('waiting', 'sending');
create index notifications_by_organization on reconciler.notifications (organization_id, id);

-- What was told stays as it was told; only what became of it is written down afterwards.
create trigger notifications_stay before delete on reconciler.notifications
    for each row execute function reconciler.refuse_change();
create trigger notifications_never_emptied before truncate on reconciler.notifications
    for each statement execute function reconciler.refuse_change();
create trigger notifications_keep before update on reconciler.notifications
    for each row when (
        (old.organization_id, old.channel, old.matter, old.was, old.level, old.since, old.noticed_at, old.reason, old.hint)
        is distinct from
        (new.organization_id, new.channel, new.matter, new.was, new.level, new.since, new.noticed_at, new.reason, new.hint)
        or new.message not in (old.message, '') or old.stage in ('told', 'superseded', 'given_up')
    ) execute function reconciler.refuse_change();

do $$
declare
    guarded text;
begin
    foreach guarded in array array[
        'reconciler.notification_marks', 'reconciler.notification_states', 'reconciler.notifications'
    ] loop
        execute format('alter table %s enable row level security', guarded);
        execute format('create policy own_rows on %s for select to authenticated '
                       'using (organization_id = reconciler.current_organization())', guarded);
    end loop;
end $$;
