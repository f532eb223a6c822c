-- Credentials in versions, whatever store holds the values (docs/decisions/0008-credentials.md).
-- No value was ever in use in the old columns outside development: what was there has to be set again.

update reconciler.credentials set state = 'revoked' where state <> 'revoked';
alter table reconciler.credentials
    drop column ciphertext,
    drop column nonce,
    drop column key_id,
    alter column fingerprint set default '',
    alter column hint set default '',
    add column store text not null default 'local',
    add column locator text,
    add column origin text,
    add column retire_at timestamptz,
    add column revoked_at timestamptz,
    add column problem text not null default '';
comment on column reconciler.credentials.locator is
    'what the store needs to find the value; null while it is being written, and after it was destroyed';
comment on column reconciler.credentials.retire_at is
    'a previous version is tried by running syncs until then';

-- The values of the `local` store: each under a key of its own, which the installation''s key-encryption key wraps.
create table reconciler.secret_values (
    organization_id uuid not null,
    name text not null,
    version integer not null,
    ciphertext bytea not null,
    nonce bytea not null,
    wrapped_key bytea not null,
    key_id text not null,
    primary key (organization_id, name, version)
);

-- Keys of the installation that must outlive any key-encryption key: for fingerprints and pseudonyms.
create table reconciler.installation_keys (
    purpose text primary key,
    wrapped_key bytea not null,
    key_id text not null
);

alter table reconciler.secret_values enable row level security;
alter table reconciler.installation_keys enable row level security;
