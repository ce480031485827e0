-- name: list_uploads
-- Uploads, the newest first, before a cursor ($10), at most $11, with the number of all that match: of a contest ($6),
-- with a state ($7), a kind ($8), a contestant ($9) or in an archive ($12), none = any; as far as the viewer ($1 - $5)
-- may see them; a roster is also its city's.
with visible as (
    select u.id
    from uploads u
    left join accounts a on a.id = u.account_id
    left join contestants p on p.id = a.contestant_id
    where ($1 or u.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[])
           or u.created_by = $5
           or exists (select from roster_imports i where i.upload_id = u.id and i.city_id = any($3::uuid[])))
      and u.contest_id = $6
      and ($7::text is null or u.state = $7)
      and ($8::text is null or coalesce(u.kind, u.kind_stated) = $8)
      and ($9::uuid is null or p.id = $9)
      and ($12::uuid is null or u.parent_id = $12)
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select u.*, sender.name as sender
    from visible
    join uploads u on u.id = visible.id
    left join users sender on sender.id = u.created_by
    where $10::uuid is null or visible.id < $10
    order by visible.id desc
    limit $11
) page on true;

-- name: find_uploads
-- Uploads by id ($6), as far as the viewer ($1 - $5) may see them.
select u.*, sender.name as sender
from uploads u
left join accounts a on a.id = u.account_id
left join contestants p on p.id = a.contestant_id
left join users sender on sender.id = u.created_by
where u.id = any($6::uuid[])
  and ($1 or u.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[])
       or u.created_by = $5
       or exists (select from roster_imports i where i.upload_id = u.id and i.city_id = any($3::uuid[])));

-- name: count_files
-- What became of the files of archives.
select parent_id,
    count(*) filter (where state = 'ACCEPTED') as accepted,
    count(*) filter (where state in ('REFUSED', 'WAITING', 'FAILED')) as refused,
    count(*) filter (where state = 'DUPLICATE') as duplicate
from uploads
where parent_id = any($1::uuid[])
group by parent_id;

-- name: list_problems
-- The problems of an upload after a place ($2), at most $3, with the number of all of them.
select page.*, counted.total
from (select count(*) as total from upload_problems where upload_id = $1) counted
left join lateral (
    select position, severity, code, parameters, sheet, line, "column"
    from upload_problems
    where upload_id = $1 and ($2::bigint is null or position > $2)
    order by position
    limit $3
) page on true;

-- name: find_named_account
-- Accounts of a contest ($5) by id ($6), or by handle ($7) and platform ($8, none = any), where the viewer ($1 - $4)
-- may upload for them.
select a.id
from accounts a
join contestants p on p.id = a.contestant_id
where a.contest_id = $5
  and (a.id = $6 or (($8::text is null or a.platform = $8) and (a.handle_key = $7 or exists (
      select from account_aliases l where l.account_id = a.id and l.handle_key = $7 and l.state = 'APPROVED'))))
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]));

-- name: find_uploads_until
-- Until when the last round of a contest takes files, and whether one exported then ($2) is taken: in time, or while
-- somebody is to be verified one that is too late to count: whom a draw named; for whoever sees results ($3) anybody.
select max(uploads_until) as until,
    coalesce(max(uploads_until) > now(), false) or coalesce($2::timestamptz >= max(exported_until), false)
        and exists (select from verifications where contest_id = $1 and state = 'OPEN' and (drawn or $3)) as open
from rounds
where contest_id = $1;

-- name: is_of_city
-- Whether one of these cities ($2) is of a contest.
select exists (select from cities where contest_id = $1 and id = any($2::uuid[]));

-- name: insert_upload
-- A new upload that waits for its bytes, or to be fetched from an address ($15).
insert into uploads (id, contest_id, name, size, sha256, state, kind_stated, account_id, exported_at,
    exported_at_stated, token_hash, created_by, policy, attested, published_at, typing_reason, address_sealed)
values ($1, $2, $3, $4, $5, case when $15::bytea is null then 'CREATED' else 'QUEUED' end, $6, $7, coalesce($8, now()),
    $8::timestamptz is not null, $9, $10, $11, $12, $13, $14, $15);

-- name: renew_token
-- Another token for an upload that still waits for its bytes.
update uploads set token_hash = $2 where id = $1 and state = 'CREATED' returning id;

-- name: find_awaited
-- What is to be put where a token says: the upload as announced, with its state.
select id, name, size, sha256, state from uploads where id = $1 and token_hash = $2;

-- name: mark_bytes
-- The bytes of an upload are complete.
update uploads set bytes_at = now() where id = $1 and state = 'CREATED';

-- name: lock_upload
-- An upload that the viewer may see ($1 - $5 as in find_uploads), locked, with whose it is.
select u.id, u.contest_id, u.state, u.kind_stated, u.bytes_at, u.created_by, u.withdrawn_reason, u.exported_at,
    u.typing_reason is not null as typed,
    coalesce(u.kind, u.kind_stated) as kind, p.city_id, p.id as contestant_id
from uploads u
left join accounts a on a.id = u.account_id
left join contestants p on p.id = a.contestant_id
where u.id = $6
  and ($1 or u.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[])
       or u.created_by = $5)
for update of u;

-- name: queue_upload
-- The bytes are there: the upload waits for the scorer.
update uploads set state = 'QUEUED', token_hash = null where id = $1;

-- name: write_withdrawal
-- Says why an accepted upload is to be withdrawn.
update uploads set withdrawn_reason = $2 where id = $1;

-- name: needs_two_typists
-- Whether figures are typed by two people in a contest.
select typing_needs_two from contests where id = $1;

-- name: lock_typed
-- Figures ($3) that were typed in where the viewer may act: everywhere ($1) or in contests ($2); locked.
select u.id, u.contest_id, u.state, u.kind_stated, u.sha256, u.created_by, a.contestant_id
from uploads u
join accounts a on a.id = u.account_id
where u.id = $3 and u.typing_reason is not null and ($1 or u.contest_id = any($2::uuid[]))
for update of u;

-- name: decline_typed
-- Figures that were typed once are not to count.
update uploads set state = 'WITHDRAWN', withdrawn_reason = $2, ended_at = now() where id = $1;
