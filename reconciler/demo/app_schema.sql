-- The app's own tables, as far as the demo needs them. In real life the app owns them and we read them with a role that
-- cannot write. Safe to run again.

create schema if not exists app;

create table if not exists app.expense_claims (
    id               uuid primary key,
    organization_id  uuid not null,
    volunteer_id     uuid not null,
    volunteer_number text not null check (char_length(volunteer_number) <= 20),
    expense_type     text not null check (expense_type in ('travel', 'materials', 'meeting', 'course')),
    description      text check (char_length(description) <= 500),
    incurred_on      date not null,
    submitted_at     timestamptz,
    approved_at      timestamptz,
    status           text not null check (status in ('draft', 'submitted', 'approved', 'rejected')),
    amount           numeric(12, 2) not null check (amount > 0),
    currency         text not null check (currency ~ '^[A-Z]{3}$'),
    cost_center      text check (char_length(cost_center) <= 10),
    project          text check (char_length(project) <= 10),
    receipt          text check (char_length(receipt) <= 100),
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    check ((status = 'approved') = (approved_at is not null)),
    check (updated_at >= created_at)
);
create index if not exists expense_claims_by_approval on app.expense_claims (organization_id, approved_at);

create table if not exists app.mileage_claims (
    id               uuid primary key,
    organization_id  uuid not null,
    volunteer_id     uuid not null,
    volunteer_number text not null check (char_length(volunteer_number) <= 20),
    travelled_on     date not null,
    from_place       text not null check (char_length(from_place) <= 100),
    to_place         text not null check (char_length(to_place) <= 100),
    purpose          text not null check (char_length(purpose) <= 200),
    distance_km      numeric(7, 1) not null check (distance_km > 0),
    passengers       integer not null check (passengers >= 0),
    amount           numeric(12, 2) not null check (amount > 0),
    currency         text not null check (currency ~ '^[A-Z]{3}$'),
    department       text not null check (char_length(department) <= 50),
    status           text not null check (status in ('draft', 'submitted', 'approved', 'rejected')),
    approved_at      timestamptz,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    check ((status = 'approved') = (approved_at is not null)),
    check (updated_at >= created_at)
);
create index if not exists mileage_claims_by_approval on app.mileage_claims (organization_id, approved_at);

create table if not exists app.driver_honorariums (
    id              uuid primary key,
    organization_id uuid not null,
    driver_id       uuid not null,
    driver_number   text not null check (char_length(driver_number) <= 20),
    driven_on       date not null,
    hours           numeric(5, 1) not null check (hours > 0),
    amount          numeric(12, 2) not null check (amount > 0),
    -- What the driver was paid in the calendar year before this honorarium: the app keeps the sum, we only read it.
    paid_this_year  numeric(12, 2) not null default 0,
    currency        text not null check (currency ~ '^[A-Z]{3}$'),
    department      text not null check (char_length(department) <= 50),
    status          text not null check (status in ('draft', 'submitted', 'approved', 'rejected')),
    approved_at     timestamptz,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    check ((status = 'approved') = (approved_at is not null)),
    check (updated_at >= created_at)
);
alter table app.driver_honorariums add column if not exists paid_this_year numeric(12, 2) not null default 0;
create index if not exists driver_honorariums_by_approval on app.driver_honorariums (organization_id, approved_at);

create table if not exists app.activity_logs (
    id              uuid primary key,
    organization_id uuid not null,
    volunteer_id    uuid not null,
    activity_type   text not null check (
        activity_type in ('conversation', 'discussion_group', 'activity_group', 'course', 'theme_day', 'social')
    ),
    started_at      timestamptz not null,
    minutes         integer not null check (minutes > 0),
    participants    integer not null check (participants >= 0),
    digital         boolean not null,
    department      text not null check (char_length(department) <= 50),
    notes           text check (char_length(notes) <= 1000),
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    check (updated_at >= created_at)
);
-- Nobody approves a log: its cut-over date is the start.
create index if not exists activity_logs_by_start on app.activity_logs (organization_id, started_at);

-- The role comes with our first migration. It reads and never writes.
grant usage on schema app to reconciler_reader;
grant select on all tables in schema app to reconciler_reader;
