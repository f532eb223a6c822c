-- What was sent, held against what stands there, and a ledger that is behind (docs/decisions/0022).

create table reconciler.reconciliations (
    id bigint generated always as identity primary key,
    organization_id uuid not null,
    integration text not null,
    target text not null,
    first_day date not null,
    last_day date not null,
    night date,
    way text not null check (way in ('listed', 'asked', 'blind')),
    complete boolean not null,
    sent integer not null,
    amount numeric(14, 2) not null,
    unread integer not null,
    others integer not null,
    requests integer not null,
    problem text not null default '',
    actor text not null,
    at timestamptz not null,
    unique (organization_id, integration, target, night)
);
comment on column reconciler.reconciliations.night is 'the local day whose nightly comparison this is; null by hand';
comment on column reconciler.reconciliations.others is 'documents there whose reference is another organisation''s';
create index reconciliations_by_target on reconciler.reconciliations (organization_id, target, id);

create table reconciler.reconciliation_lines (
    id bigint generated always as identity primary key,
    reconciliation_id bigint not null references reconciler.reconciliations (id),
    organization_id uuid not null,
    kind text not null check (kind in ('missing', 'twice', 'amount', 'unknown_here', 'content')),
    reference text not null,
    first_day date not null,
    last_day date not null,
    category text not null,
    record_id text not null,
    number bigint,
    ours numeric(18, 2),
    theirs numeric(18, 2),
    detail text not null default ''
);
comment on table reconciler.reconciliation_lines is
    'One difference each: opaque ids, amounts and names of fields. Holds no personal data.';
create index reconciliation_lines_of on reconciler.reconciliation_lines (reconciliation_id);

-- What an outside system said while a ledger that is behind is filled again; gone once that is done.
create table reconciler.adoption_findings (
    organization_id uuid not null,
    target text not null,
    category text not null,
    record_id text not null,
    epoch integer not null,
    reference text not null,
    found boolean not null,
    state text not null default '',
    target_ids jsonb not null default '[]',
    amount numeric(18, 2),
    number bigint,
    asked_at timestamptz not null,
    primary key (organization_id, target, category, record_id, epoch)
);

-- Targets that were asked, before the first document went, whether they hold documents of ours already.
create table reconciler.targets_asked (
    organization_id uuid not null,
    target text not null,
    asked_at timestamptz not null,
    primary key (organization_id, target)
);

do $$
declare
    guarded text;
begin
    foreach guarded in array array['reconciliations', 'reconciliation_lines'] loop
        execute format('create trigger %I before update or delete on reconciler.%I
            for each row execute function reconciler.refuse_change()', guarded || '_append_only', guarded);
        execute format('create trigger %I before truncate on reconciler.%I
            for each statement execute function reconciler.refuse_change()', guarded || '_never_emptied', guarded);
    end loop;
    foreach guarded in array array['reconciliations', 'reconciliation_lines', 'adoption_findings', 'targets_asked'] loop
        execute format('alter table reconciler.%I enable row level security', guarded);
        execute format('create policy own_rows on reconciler.%I for select to authenticated '
                       'using (organization_id = reconciler.current_organization())', guarded);
    end loop;
end $$;
