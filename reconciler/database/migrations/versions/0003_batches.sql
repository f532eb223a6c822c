-- Which request carried a document: whoever repeats a request, or asks for the answer to one, has to know it whole.
alter table reconciler.exports add column batch text not null default '';
comment on column reconciler.exports.batch is
    'The reference of the request that the document was packed into, made of the references of its documents.';
