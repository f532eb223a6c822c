-- What outside systems allow, shared by all processes (docs/decisions/0014-allowances.md).

-- One row per allowance: an outside system's origin, and the credential by which it knows us.
create table reconciler.allowances (
    allowance text primary key,
    begun timestamptz[] not null default '{}',
    paused_until timestamptz,
    closed_until timestamptz,
    closed_reason text not null default '',
    month date,
    writes bigint not null default 0,
    reads bigint not null default 0
);
comment on column reconciler.allowances.begun is 'when the last requests began, or will, where a turn lies ahead';
comment on column reconciler.allowances.paused_until is 'told to wait: nobody asks before';
comment on column reconciler.allowances.closed_until is 'told that the allowance is spent: runs stop until then';
comment on column reconciler.allowances.month is 'the month of `writes` and `reads`, by its first day';

-- One row per operation of an allowance that failed lately: no row is a breaker that is closed.
create table reconciler.breakers (
    allowance text not null,
    operation text not null check (operation in ('write', 'read')),
    since timestamptz not null,
    asked bigint not null,
    failed bigint not null,
    opened integer not null,
    shut_until timestamptz,
    reason text not null,
    primary key (allowance, operation)
);
comment on column reconciler.breakers.since is 'when the window began in which `asked` and `failed` are counted';
comment on column reconciler.breakers.opened is 'so often in a row it opened; 0 while it is closed';

-- An allowance is named after whoever stored its credential first.
create index credentials_fingerprint on reconciler.credentials (fingerprint);

alter table reconciler.allowances enable row level security;
alter table reconciler.breakers enable row level security;
