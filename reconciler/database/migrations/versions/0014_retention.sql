-- When the content of a document was taken out of the ledger, and why (docs/decisions/0027).

alter table reconciler.export_payloads
    add column removed_at timestamptz,
    add column removed text not null default '' check (removed in ('', 'expired', 'erased'));
comment on column reconciler.export_payloads.removed_at is
    'when payload and message were taken out; a message that came later stands there until the next time';
comment on column reconciler.export_payloads.removed is
    'expired: its period was over; erased: somebody asked for it';
