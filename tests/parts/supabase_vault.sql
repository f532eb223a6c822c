-- A STAND-IN for the extension supabase_vault 0.3, for databases that do not have it: our own code, the extension's
-- names, signatures and behaviour. It hides values from a look at the table, and is NOT encryption: its key stands below.
-- What it keeps of the original: the table, the view, the unique index on names, a value bound to its row's id, the
-- silent nothing of an update with an unknown id, and functions that PUBLIC may not execute.

create schema vault;

create function vault._stand_in_key() returns bytea language sql immutable set search_path = ''
return '\x6e6f742061206b65793a2061207374616e642d696e'::bytea;

-- The message, each byte xored with a stream made from key, row and nonce. Twice is the message again.
create function vault._stand_in_mask(message bytea, additional bytea, nonce bytea) returns bytea
language plpgsql stable strict set search_path = '' as $$
declare
  stream bytea := (
    select string_agg(sha256(vault._stand_in_key() || additional || nonce || int4send(block)), '' order by block)
    from generate_series(0, length(message) / 32) block
  );
begin
  return coalesce((
    select string_agg(set_byte('\x00', 0, get_byte(message, place) # get_byte(stream, place)), '' order by place)
    from generate_series(0, length(message) - 1) place
  ), '');
end $$;

create function vault._stand_in_close(message text, id uuid, nonce bytea) returns text
language plpgsql stable strict set search_path = '' as $$
declare
  plain bytea := convert_to(message, 'utf8');
begin
  return encode(vault._stand_in_mask(sha256(plain) || plain, uuid_send(id), nonce), 'base64');
end $$;

create function vault._stand_in_open(secret text, id uuid, nonce bytea) returns text
language plpgsql stable strict set search_path = '' as $$
declare
  opened bytea := vault._stand_in_mask(decode(secret, 'base64'), uuid_send(id), nonce);
begin
  if substr(opened, 1, 32) is distinct from sha256(substr(opened, 33)) then
    raise exception 'invalid ciphertext' using errcode = 'data_exception';
  end if;
  return convert_from(substr(opened, 33), 'utf8');
end $$;

create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea default uuid_send(gen_random_uuid()),
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);

create unique index secrets_name_idx on vault.secrets (name) where name is not null;

create view vault.decrypted_secrets as
select id, name, description, secret, vault._stand_in_open(secret, id, nonce) as decrypted_secret, key_id, nonce,
  created_at, updated_at
from vault.secrets;

create function vault.create_secret(
  new_secret text, new_name text = null, new_description text = '', new_key_id uuid = null
) returns uuid language plpgsql security definer set search_path = '' as $$
declare
  new_id uuid := gen_random_uuid();
  new_nonce bytea := uuid_send(gen_random_uuid());
begin
  insert into vault.secrets (id, name, description, secret, nonce)
  values (new_id, new_name, new_description, vault._stand_in_close(new_secret, new_id, new_nonce), new_nonce);
  return new_id;
end $$;

create function vault.update_secret(
  secret_id uuid, new_secret text = null, new_name text = null, new_description text = null, new_key_id uuid = null
) returns void language plpgsql security definer set search_path = '' as $$
begin
  update vault.secrets s set
    secret = coalesce(vault._stand_in_close(new_secret, s.id, s.nonce), s.secret),
    name = coalesce(new_name, s.name),
    description = coalesce(new_description, s.description),
    updated_at = now()
  where s.id = secret_id;
end $$;

revoke all on all functions in schema vault from public;
