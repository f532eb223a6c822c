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

-- What yearly reports count. No names: a member is an id, a day of birth and where.
create table if not exists app.members (
    id              uuid primary key,
    organization_id uuid not null,
    born_on         date,
    county          text check (char_length(county) <= 2),
    branch          text check (char_length(branch) <= 20),
    fee_status      text not null check (fee_status in ('paid', 'unpaid', 'waived')),
    fee_paid        boolean not null,
    joined_on       date not null,
    left_on         date
);
create index if not exists members_by_organization on app.members (organization_id);

create table if not exists app.local_branches (
    id                  uuid primary key,
    organization_id     uuid not null,
    number              text not null check (char_length(number) <= 20),
    name                text not null check (char_length(name) <= 100),
    organization_number text check (char_length(organization_number) <= 9),
    county              text check (char_length(county) <= 2),
    municipality        text check (char_length(municipality) <= 4),
    opened_on           date not null,
    closed_on           date,
    unique (organization_id, number)
);

create table if not exists app.peer_support_activities (
    id              uuid primary key,
    organization_id uuid not null,
    activity_type   text not null check (char_length(activity_type) <= 50),
    held_on         date not null,
    days            integer not null check (days > 0),
    minutes         integer not null check (minutes > 0),
    participants    integer not null check (participants >= 0),
    digital         boolean not null,
    meeting_form    text check (meeting_form in ('in_person', 'screen', 'hybrid')),
    country         text not null check (char_length(country) <= 2),
    county          text check (char_length(county) <= 2),
    municipality    text check (char_length(municipality) <= 4),
    venue           text check (char_length(venue) <= 100),
    town            text check (char_length(town) <= 100),
    branch          text check (char_length(branch) <= 20),
    peer_id         uuid not null,
    peer_approved   boolean not null
);
create index if not exists peer_support_activities_by_day on app.peer_support_activities (organization_id, held_on);

create table if not exists app.peer_support_participants (
    id              uuid primary key,
    organization_id uuid not null,
    activity_id     uuid not null references app.peer_support_activities (id),
    participant_id  uuid not null,
    registered_on   date not null,
    unique (activity_id, participant_id)
);

-- The role comes with our first migration. It reads and never writes.
grant usage on schema app to reconciler_reader;
grant select on all tables in schema app to reconciler_reader;
