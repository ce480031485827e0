-- name: find_documents
-- Documents by id ($5), as far as the viewer ($1 - $4, $6) may see them: those of a contestant by the contestant's city,
-- those of an appeal as the appeal.
select d.id, d.contest_id, coalesce(p.city_id, d.city_id) as city_id, d.contestant_id, d.purpose, d.evidence_key,
    d.title, d.state, d.media_type, d.size, d.sha256, d.problem, d.created_at, d.deleted_at
from documents d
left join contestants p on p.id = d.contestant_id
where d.id = any($5::uuid[])
  and case when d.appeal_id is not null then sees_appeal(d.appeal_id, $1, $2, $3, $4, $6)
           else $1 or d.contest_id = any($2::uuid[]) or coalesce(p.city_id, d.city_id) = any($3::uuid[])
                or d.contestant_id = any($4::uuid[]) end;

-- name: lock_document
-- A document ($1), locked, with where it lies, whose it is, and the key that opens it. What was sent with an objection
-- is nobody's.
select d.id, d.contest_id, coalesce(p.city_id, d.city_id) as city_id, p.id as contestant_id, d.purpose, d.evidence_key,
    d.title, d.state, d.media_type, d.key_sealed, p.number, p.eligibility,
    exists (select from submissions s where s.signed_list_id = d.id)
        or exists (select from account_aliases a where a.document_id = d.id and a.state = 'APPROVED')
        or exists (select from notices n where d.id = any(n.attachments) and n.withdrawn_at is null)
        or exists (select from penalties x where d.id = any(x.document_ids))
        or d.appeal_id is not null as in_use
from documents d
left join appeals a on a.id = d.appeal_id and a.kind = 'APPEAL'
left join contestants p on p.id = coalesce(d.contestant_id, a.contestant_id)
where d.id = $1
for update of d;

-- name: document_to_read
-- A document ($1) that can be read, with its key.
select d.id, d.media_type, d.key_sealed, d.purpose, d.evidence_key, p.number
from documents d
left join contestants p on p.id = d.contestant_id
where d.id = $1 and d.state = 'READY';

-- name: place_of_contestant
-- Where a contestant ($5) stands whom the viewer ($1 - $4) may see, what their division asks for, and how many
-- documents they have.
select p.contest_id, p.city_id, p.id as contestant_id, p.eligibility,
    p.withdrawn_at is not null or p.erased_at is not null as gone, d.evidence,
    (select count(*) from documents where contestant_id = p.id and state <> 'DELETED') as documents
from contestants p
join divisions d on d.id = p.division_id
where p.id = $5
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]));

-- name: contest_of_city
-- The contest of a city.
select contest_id from cities where id = $1;

-- name: contest_exists
-- Whether there is such a contest.
select exists (select from contests where id = $1);

-- name: count_documents
-- How many documents for a purpose ($2) a contest ($1) or one of its cities ($3, none = the contest itself) has.
select count(*) from documents
where contest_id = $1 and purpose = $2 and city_id is not distinct from $3 and state <> 'DELETED';

-- name: insert_document
-- Announces a document.
insert into documents (id, contest_id, city_id, contestant_id, purpose, evidence_key, title, state, size, sha256,
                       token_hash, created_by, appeal_id)
values ($1, $2, $3, $4, $5, $6, $7, 'CREATED', $8, $9, $10, $11, $12);

-- name: renew_document_token
-- Another token for a document that still waits for its bytes.
update documents set token_hash = $2 where id = $1 and state = 'CREATED' returning id;

-- name: awaited_document
-- What was announced of a document ($1) to whoever has this token ($2).
select state, size, sha256 from documents where id = $1 and token_hash = $2;

-- name: take_bytes
-- The bytes of a document ($1) are there, sealed under $3: whoever had the token ($2) cannot use it again.
update documents set state = 'CHECKING', key_sealed = $3, media_type = $4, token_hash = null
where id = $1 and token_hash = $2 and state = 'CREATED'
returning id;

-- name: delete_document
-- Forgets the key of a document: its bytes are worthless from now on.
update documents set state = 'DELETED', key_sealed = null, token_hash = null, deleted_at = clock_timestamp()
where id = $1;

-- name: evidence_of_contestants
-- What the divisions of contestants ($1) ask for, in order, and whether they are found in the lists that were given.
select p.id as contestant_id, asked.key, asked.title, asked.kind, coalesce(asked.required, false) as required,
    exists (
        select from given_people g
        where g.contest_id = p.contest_id and g.key = asked.key and g.id_number_index = p.id_number_index
    ) as listed
from contestants p
join divisions d on d.id = p.division_id
cross join lateral rows from (
    jsonb_to_recordset(d.evidence) as (key text, title text, kind text, required boolean)
) with ordinality as asked(key, title, kind, required, place)
where p.id = any($1::uuid[])
order by p.id, asked.place;

-- name: documents_of_contestants
-- The documents of contestants ($1) but for deleted ones, the first one first.
select d.id, d.contest_id, p.city_id, d.contestant_id, d.purpose, d.evidence_key, d.title, d.state, d.media_type,
    d.size, d.sha256, d.problem, d.created_at, d.deleted_at
from documents d
join contestants p on p.id = d.contestant_id
where d.contestant_id = any($1::uuid[]) and d.state <> 'DELETED'
order by d.created_at, d.id;
