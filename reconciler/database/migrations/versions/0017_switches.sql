-- Who stopped, watches or pinned the configuration of one organisation or of all: operational state, never in git
-- (docs/design.md 4.17, docs/decisions/0032). A switch is never changed but to end it, and no row goes.

create table reconciler.switches (
    id bigint generated always as identity primary key,
    organization_id uuid,
    organization text not null,
    what text not null check (what in ('stop', 'detect', 'pin')),
    revision text not null default '' check (revision ~ '^([0-9a-f]{40}|[0-9a-f]{64})?$'),
    reason text not null check (char_length(btrim(reason)) >= 10),
    author text not null check (author <> ''),
    since timestamptz not null,
    until timestamptz check (until > since),
    ended_at timestamptz,
    ended_by text not null default '',
    check ((organization_id is null) = (organization = '')),
    check ((what = 'pin') = (revision <> '')),
    check (what <> 'pin' or (organization_id is not null and until is not null)),
    check ((ended_at is null) = (ended_by = ''))
);
comment on column reconciler.switches.organization_id is 'null for every organisation of the installation';
comment on column reconciler.switches.organization is 'its name then; empty for every organisation';
comment on column reconciler.switches.until is 'over from here on, though nobody has ended it';
comment on column reconciler.switches.ended_by is 'whoever resumed, or set another one in its place';
create unique index switches_standing on reconciler.switches (coalesce(organization_id::text, ''), what)
    where ended_at is null;

create function reconciler.keep_switches() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.ended_at is null and new.ended_at is not null
        and (new.id, new.organization, new.what, new.revision, new.reason, new.author, new.since)
            = (old.id, old.organization, old.what, old.revision, old.reason, old.author, old.since)
        and new.organization_id is not distinct from old.organization_id
        and new.until is not distinct from old.until then
        return new;
    end if;
    raise exception 'a switch is ended, never changed or deleted' using errcode = 'insufficient_privilege';
end $$;
create trigger keep before update or delete on reconciler.switches
    for each row execute function reconciler.keep_switches();
create trigger never_emptied before truncate on reconciler.switches
    for each statement execute function reconciler.refuse_change();

alter table reconciler.switches enable row level security;
create policy own_rows on reconciler.switches for select to authenticated
    using (organization_id = reconciler.current_organization());
