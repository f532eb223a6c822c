-- Documents that take others back (docs/decisions/0036-reverse-and-repost.md).

alter table reconciler.exports
    add column purpose text not null default 'document' check (purpose in ('document', 'reversal'));
comment on column reconciler.exports.purpose is
    'document: what a record asks for; reversal: takes back the document of the same record, target and epoch';

-- At the most one document and one reversal of it per record, target and epoch, whoever asks for it.
alter table reconciler.exports
    drop constraint exports_organization_id_target_category_record_id_epoch_key,
    add constraint exports_one_each unique (organization_id, target, category, record_id, epoch, purpose);
create index exports_reversals on reconciler.exports (organization_id, target, category) where purpose = 'reversal';
comment on column reconciler.exports.superseded_by is
    'the row that stands in its place: that of its reversal, or of the next epoch; only the last one is ever sent';
grant select (purpose) on reconciler.exports to reconciler_reader, authenticated;

-- The app asks what became of its records: a reversal is the accounts' affair.
create or replace view public.record_exports with (security_invoker = true) as
    select organization_id, category, record_id, integration, state, number, epoch, sent_at, changed_at
    from reconciler.exports where purpose = 'document';

alter table reconciler.resend_requests add column reverse boolean not null default false;
comment on column reconciler.resend_requests.reverse is 'whether what is there is taken back before it goes once more';

alter table reconciler.adoption_findings
    add column purpose text not null default 'document' check (purpose in ('document', 'reversal')),
    drop constraint adoption_findings_pkey,
    add primary key (organization_id, target, category, record_id, epoch, purpose);
