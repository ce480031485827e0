-- name: list_unclaimed
-- Platform numbers of a contest ($6) that nobody has claimed, those with the most money first, after a place ($7), at
-- most $8, with the number of all of them: in files that the viewer ($1 - $5) may see. Each with the claim that waits; one
-- that is bound by now, with its account: the lines stay where a file is stated to be another account's.
with visible as (
    select w.platform, w.uid, w.upload_id, w.lines, w.paid
    from unclaimed_uids w
    join uploads u on u.id = w.upload_id and u.state = 'ACCEPTED'
    left join accounts a on a.id = u.account_id
    left join contestants p on p.id = a.contestant_id
    where w.contest_id = $6
      and ($1 or w.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[])
           or u.created_by = $5)
),
waiting as (
    select platform, uid, sum(lines)::bigint as lines, sum(paid) as paid,
        json_agg(json_build_object('upload', upload_id, 'lines', lines, 'paid', paid::text) order by upload_id desc)
            as files,
        row_number() over (order by sum(paid) desc, platform, uid) as position
    from visible
    group by platform, uid
)
select page.*, counted.total
from (select count(*) as total from waiting) counted
left join lateral (
    select w.*, claim.id as claim_id, bound.id as account_id
    from waiting w
    left join lateral (
        select id from uid_claims c
        where c.contest_id = $6 and (w.platform is null or c.platform = w.platform) and c.uid = w.uid and c.state = 'ASKED'
        order by id
        limit 1
    ) claim on true
    left join lateral (
        select id from accounts a
        where a.contest_id = $6 and (w.platform is null or a.platform = w.platform) and a.uid = w.uid
        order by id
        limit 1
    ) bound on true
    where $7::bigint is null or w.position > $7
    order by w.position
    limit $8
) page on true;

-- name: list_claims
-- Claims of a contest ($5) in a state ($6, none = any), the newest first after $7, at most $8, as far as the viewer
-- ($1 - $4) may see whose accounts they are for.
with visible as (
    select c.*
    from uid_claims c
    join accounts a on a.id = c.account_id
    join contestants p on p.id = a.contestant_id
    where c.contest_id = $5 and ($6::text is null or c.state = $6)
      and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]))
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select * from visible where $7::uuid is null or id < $7 order by id desc limit $8
) page on true;

-- name: find_claims
-- Claims by id ($5), as far as the viewer ($1 - $4) may see whose accounts they are for.
select c.*
from uid_claims c
join accounts a on a.id = c.account_id
join contestants p on p.id = a.contestant_id
where c.id = any($5::uuid[])
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]));

-- name: find_elsewhere
-- For claims ($6) the files that hold lines of their numbers and are stated to be another account's, as far as the viewer
-- ($1 - $5) may see them, the newest first.
select c.id as claim_id, w.upload_id as upload, w.lines, w.paid
from uid_claims c
join unclaimed_uids w on w.contest_id = c.contest_id and w.uid = c.uid and (w.platform is null or w.platform = c.platform)
join uploads u on u.id = w.upload_id and u.state = 'ACCEPTED' and u.account_id <> c.account_id
join accounts a on a.id = u.account_id
join contestants p on p.id = a.contestant_id
where c.id = any($6::uuid[])
  and ($1 or c.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[])
       or u.created_by = $5)
order by w.upload_id desc;

-- name: count_elsewhere
-- How many lines of a claim's number are in files that are stated to be another account's.
select coalesce(sum(w.lines), 0)::bigint
from uid_claims c
join unclaimed_uids w on w.contest_id = c.contest_id and w.uid = c.uid and (w.platform is null or w.platform = c.platform)
join uploads u on u.id = w.upload_id and u.state = 'ACCEPTED' and u.account_id <> c.account_id
where c.id = $1;

-- name: has_open
-- Whether a claim for an account waits to be decided.
select exists (select from uid_claims where account_id = $1 and state = 'ASKED');

-- name: insert_claim
-- Somebody says that a platform number is an account's.
insert into uid_claims (id, contest_id, account_id, platform, uid, reason, state, asked_by)
values ($1, $2, $3, $4, $5, $6, 'ASKED', $7);

-- name: decide_claim
-- Decides a claim that waits.
update uid_claims
set state = $2, decided_reason = $3, decided_by = $4, decided_at = clock_timestamp()
where id = $1 and state = 'ASKED'
returning id;
