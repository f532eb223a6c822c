-- How many requests of all processes an outside system has under way (docs/decisions/0014-allowances.md).
alter table reconciler.allowances add column under_way timestamptz[] not null default '{}';
comment on column reconciler.allowances.under_way is
    'one moment per request that has begun and is not known to have ended: when it cannot be under way any more';
