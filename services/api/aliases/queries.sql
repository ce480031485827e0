-- name: list_aliases
-- Aliases of a contest ($5) in a state ($6, none = any), the newest first after $7, at most $8, as far as the viewer
-- ($1 - $4) may see whose they are.
with visible as (
    select l.*
    from account_aliases l
    join accounts a on a.id = l.account_id
    join contestants p on p.id = a.contestant_id
    where l.contest_id = $5 and ($6::text is null or l.state = $6)
      and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]))
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select * from visible where $7::uuid is null or id < $7 order by id desc limit $8
) page on true;

-- name: find_aliases
-- Aliases by id ($5), as far as the viewer ($1 - $4) may see whose they are.
select l.*
from account_aliases l
join accounts a on a.id = l.account_id
join contestants p on p.id = a.contestant_id
where l.id = any($5::uuid[])
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]));

-- name: find_aliases_of
-- The aliases of accounts, the first one first.
select * from account_aliases where account_id = any($1::uuid[]) order by id;

-- name: find_document
-- Whether a document shows an alias of a contestant and is there.
select exists (
    select from documents
    where id = $1 and contestant_id = $2 and purpose = 'ALIAS' and state in ('CHECKING', 'READY')
);

-- name: insert_alias
-- Somebody asks for an alias.
insert into account_aliases (id, contest_id, account_id, platform, handle, handle_key, document_id, reason, state,
                             asked_by, asked_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, 'ASKED', $9, clock_timestamp());

-- name: find_open
-- Whether an alias of an account waits to be decided.
select exists (select from account_aliases where account_id = $1 and state = 'ASKED');

-- name: find_shown
-- Whether the document that shows an alias has been checked.
select d.state = 'READY' from account_aliases l left join documents d on d.id = l.document_id where l.id = $1;

-- name: find_state
-- How far an alias has come.
select state from account_aliases where id = $1;

-- name: decide
-- An alias is decided.
update account_aliases
set state = $2, decided_reason = $3, decided_by = $4, decided_at = clock_timestamp()
where id = $1;
