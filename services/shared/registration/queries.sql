-- name: find_window
-- When people may come in by a way.
select opens_at, closes_at from entry_windows where contest_id = $1 and entry_way = $2;

-- name: find_division
-- A division of a contest, together with whether a city is of it.
select d.id, d.name, d.entry_ways
from divisions d
join cities c on c.contest_id = d.contest_id and c.id = $3
where d.contest_id = $1 and d.id = $2;

-- name: find_list_state
-- The state of a city's last list.
select state from submissions where city_id = $1 order by number desc limit 1;

-- name: find_room
-- Quota of a city in a division, cap of the division, and how many hold a place of each.
select
    (select places from quotas where city_id = $1 and division_id = $2) as quota,
    (select count(*) from contestants
     where city_id = $1 and division_id = $2 and entry_way = 'RECOMMENDED'
       and withdrawn_at is null and eligibility <> 'REJECTED') as quota_taken,
    (select cap from divisions where id = $2) as cap,
    (select count(*) from contestants
     where division_id = $2 and withdrawn_at is null and eligibility <> 'REJECTED') as cap_taken;

-- name: find_people
-- The people of a contest with one of these ID numbers (blind indexes), with their accounts.
select p.id, p.number, p.city_id, p.division_id, p.entry_way, p.eligibility, p.withdrawn_at is not null as withdrawn,
    p.approved_at is not null as once_approved, p.name, p.id_number_index, p.phone_sealed, p.followers_claimed,
    p.experience, p.remark, a.platform, a.handle_key
from contestants p
join accounts a on a.contestant_id = p.id
where p.contest_id = $1 and p.id_number_index = any($2);

-- name: find_holders
-- Whose these handles are, or are asked to be.
select contestant_id, platform, handle_key from accounts where contest_id = $1 and handle_key = any($2)
union all
select a.contestant_id, l.platform, l.handle_key
from account_aliases l
join accounts a on a.id = l.account_id
where l.contest_id = $1 and l.handle_key = any($2) and l.state <> 'REFUSED';

-- name: last_number
-- The highest contestant number of a contest.
select coalesce(max(number), 0) from contestants where contest_id = $1;

-- name: insert_contestant
-- Adds somebody who waits for the city's review.
insert into contestants (id, contest_id, city_id, division_id, entry_way, number, name, eligibility, review_step,
                         id_number_sealed, id_number_index, phone_sealed, followers_claimed, experience, remark,
                         created_by, consent_version, consented_at)
values ($1, $2, $3, $4, $5, $6, $7, 'PENDING', 'CITY', $8, $9, $10, $11, $12, $13, $14, $15,
        case when $15::text is not null then clock_timestamp() end);

-- name: reindex_listed
-- Whom given lists of a contest know by an older key's index ($2) they know by the present one's ($3) from now on.
update given_list_people listed
set id_number_index = moved.present
from given_lists, unnest($2::bytea[], $3::bytea[]) as moved (older, present)
where given_lists.contest_id = $1 and listed.list_id = given_lists.id and listed.id_number_index = moved.older
  and not exists (
      select from given_list_people there
      where there.list_id = listed.list_id and there.id_number_index = moved.present
  );

-- name: insert_account
-- Gives somebody their one account.
insert into accounts (id, contest_id, contestant_id, platform, handle, handle_key)
values ($1, $2, $3, $4, $5, $6);

-- name: revive_contestant
-- Takes somebody back who had withdrawn; they wait for the city's review.
update contestants
set city_id = $2, division_id = $3, entry_way = $4, name = $5, eligibility = 'PENDING', review_step = 'CITY',
    phone_sealed = $6, followers_claimed = $7, experience = $8, remark = $9, created_by = $10,
    consent_version = coalesce($11, consent_version),
    consented_at = case when $11::text is not null then clock_timestamp() else consented_at end,
    withdrawn_at = null, withdrawn_reason = null, updated_at = clock_timestamp()
where id = $1;

-- name: change_account
-- Another account for somebody who never was approved; its number of the platform and its aliases go with the old one.
with alias as (
    update account_aliases set state = 'REFUSED', decided_at = clock_timestamp()
    where account_id = (select id from accounts where contestant_id = $1) and state <> 'REFUSED'
)
update accounts set platform = $2, handle = $3, handle_key = $4, uid = null where contestant_id = $1;

-- name: end_access
-- Nobody signs in as this contestant any more: their rights, their open codes, and the sessions of those who have no
-- other right.
with gone as (
    delete from grants where contestant_id = $1 returning user_id
), code as (
    update invitations set revoked_at = clock_timestamp()
    where contestant_id = $1 and accepted_at is null and revoked_at is null
), ended as (
    delete from sessions using gone
    where sessions.user_id = gone.user_id
        and not exists (
            select from grants where user_id = gone.user_id and contestant_id is distinct from $1
        )
    returning sessions.user_id, token_hash
)
select user_id, array(select token_hash from ended where ended.user_id = gone.user_id) as sessions from gone;

-- name: insert_double_entry
-- Keeps that somebody was entered once more elsewhere; nothing when that is still to be decided.
insert into double_entries (id, contest_id, contestant_id, city_id, division_id, entry_way, created_by)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (contestant_id, city_id, division_id, entry_way) where decision is null do nothing
returning id;

-- name: find_files_with_strangers
-- The files that count and hold rows of handles nobody had.
select id from uploads
where contest_id = $1 and state = 'ACCEPTED' and kind <> 'ARCHIVE' and rows_unclaimed > 0
    and exists (
        select from upload_problems
        where upload_id = uploads.id and code in ('UNKNOWN_ACCOUNT', 'MORE_PROBLEMS')  -- it may be among those left out
    );
