-- name: document_to_check
-- A document whose bytes have come and have not been looked at, with the key that opens it.
select d.id, d.contest_id, coalesce(p.city_id, d.city_id) as city_id, d.contestant_id, d.purpose, d.title,
    d.key_sealed, d.created_by,
    exists (select from grants g where g.user_id = d.created_by and g.contestant_id = d.contestant_id) as own
from documents d
left join contestants p on p.id = d.contestant_id
where d.id = $1 and d.state = 'CHECKING';

-- name: document_ready
-- A document is what it promised to be.
update documents set state = 'READY', media_type = $2 where id = $1 and state = 'CHECKING' returning id;

-- name: refuse_document
-- A document cannot be used: what is wrong is kept, the key is forgotten.
update documents set state = 'REFUSED', problem = $2, key_sealed = null
where id = $1 and state = 'CHECKING'
returning id;

-- name: due_documents
-- Papers about people whose contest says that they are to be deleted by now, and documents whose bytes did not come
-- within a day, at most $1.
select d.id, d.contest_id, coalesce(p.city_id, d.city_id) as city_id, d.contestant_id, d.state
from documents d
join contests c on c.id = d.contest_id
left join contestants p on p.id = d.contestant_id
where d.state <> 'DELETED'
  and (c.evidence_until <= clock_timestamp() and d.purpose <> 'NOTICE'
       or d.state = 'CREATED' and d.created_at < clock_timestamp() - interval '1 day')
order by d.id
limit $1
for update of d skip locked;

-- name: delete_documents
-- Forgets the keys of documents: their bytes are worthless from now on.
update documents set state = 'DELETED', key_sealed = null, token_hash = null, deleted_at = clock_timestamp()
where id = any($1::uuid[]);

-- name: forget_filers
-- Takes out who filed appeals that are closed, and what those say, when the contest's papers about people are due.
update appeals a
set filer_sealed = null, source = null, text_sealed = null, secret_hash = null, request = null
from contests c
where c.id = a.contest_id and c.evidence_until <= clock_timestamp() and a.ended_at is not null
  and a.filer_sealed is not null
returning a.id, a.contest_id;

-- name: forget_downloads
-- One-time addresses that have been good for nothing for a day.
delete from downloads where expires_at < clock_timestamp() - interval '1 day';
