-- Words that are taken back, and whose account a word came from (docs/decisions/0041-the-proposal-is-judged.md).

alter table reconciler.voices drop constraint voices_voice_check;
alter table reconciler.voices add constraint voices_voice_check
    check (voice in ('author', 'approve', 'refuse', 'withdraw'));
alter table reconciler.voices add column host_id bigint;
comment on column reconciler.voices.host_id is
    'the number of the account at the host of git, which is theirs for ever: a login may become somebody else''s';
create index voices_by_host_account on reconciler.voices (lower(account), id) where host_id is not null;
