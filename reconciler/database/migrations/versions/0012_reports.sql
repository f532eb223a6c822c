-- Reports: what is applied, what was frozen and handed over (docs/decisions/0023). What was frozen is never changed.

create table reconciler.reports (
    organization_id uuid not null references reconciler.organizations (id),
    name text not null,
    body jsonb not null,
    origins jsonb not null default '{}',
    revision text not null,
    applied_at timestamptz not null,
    primary key (organization_id, name)
);

create table reconciler.reports_frozen (
    id bigint generated always as identity primary key,
    organization_id uuid not null,
    report text not null,
    rules text not null,
    year integer not null,
    version integer not null check (version >= 1),
    head jsonb not null,
    figures jsonb not null,
    corrections jsonb not null default '[]',
    reason text not null default '',
    digest text not null,
    frozen_by text not null,
    frozen_at timestamptz not null,
    -- One report a year for whoever receives it, whatever our document is called: a correction is a version more.
    unique (organization_id, rules, year, version)
);
comment on table reconciler.reports_frozen is 'A report as it was frozen: title, scope, rules, commit, figures. No personal data.';

create table reconciler.report_files (
    frozen_id bigint not null references reconciler.reports_frozen (id),
    organization_id uuid not null,
    name text not null,
    sha256 text not null,
    content bytea not null,
    primary key (frozen_id, name)
);

create table reconciler.report_rows (
    frozen_id bigint not null references reconciler.reports_frozen (id),
    organization_id uuid not null,
    sheet text not null,
    key bytea not null,
    digest bytea not null,
    primary key (frozen_id, sheet, key)
);
comment on table reconciler.report_rows is 'A digest of what each row is known by, and one of the row; what it says is kept nowhere.';

create table reconciler.report_handovers (
    id bigint generated always as identity primary key,
    frozen_id bigint not null references reconciler.reports_frozen (id),
    organization_id uuid not null,
    receipt text not null,
    handed_over_on date not null,
    handed_over_by text not null,
    recorded_by text not null,
    recorded_at timestamptz not null,
    unique (frozen_id, receipt)
);

create table reconciler.report_comparisons (
    id bigint generated always as identity primary key,
    frozen_id bigint not null references reconciler.reports_frozen (id),
    organization_id uuid not null,
    differences integer not null,
    compared_at timestamptz not null
);
create index report_comparisons_latest on reconciler.report_comparisons (frozen_id, id);

do $$
declare
    guarded text;
begin
    foreach guarded in array array[
        'reports', 'reports_frozen', 'report_files', 'report_rows', 'report_handovers', 'report_comparisons'
    ] loop
        execute format('alter table reconciler.%I enable row level security', guarded);
        execute format('create policy own_rows on reconciler.%I for select to authenticated '
                       'using (organization_id = reconciler.current_organization())', guarded);
        if guarded <> 'reports' then
            execute format('create trigger %1$I_append_only before update or delete on reconciler.%1$I '
                           'for each row execute function reconciler.refuse_change()', guarded);
            execute format('create trigger %1$I_never_emptied before truncate on reconciler.%1$I '
                           'for each statement execute function reconciler.refuse_change()', guarded);
        end if;
    end loop;
end $$;
