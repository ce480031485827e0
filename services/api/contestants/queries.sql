-- name: list_contestants
-- Contestants by number after $9, at most $10, with the number of all that match: of a contest ($5), a city ($6), a
-- division ($7), a state of review ($8), a step at which they wait ($12) or a text ($11), none = any; as far as the
-- viewer ($1 - $4) may see them.
with visible as (
    select p.number, p.id
    from contestants p
    join accounts a on a.contestant_id = p.id
    where ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]))
      and p.contest_id = $5
      and ($6::uuid is null or p.city_id = $6)
      and ($7::uuid is null or p.division_id = $7)
      and ($8::text is null or p.eligibility = $8)
      and ($11::text is null or strpos(p.name, $11) > 0 or strpos(a.handle_key, lower($11)) > 0
           or p.number::text = $11)
      and ($12::text is null or (p.eligibility, p.review_step) = ('PENDING', $12) and p.withdrawn_at is null)
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select p.*
    from visible
    join contestant_details p on p.id = visible.id
    where $9::bigint is null or p.number > $9
    order by p.number
    limit $10
) page on true;

-- name: list_of_cities
-- Of each city ($5) its contestants by number, after one ($6), at most as many ($7), with the number of all of them; as
-- far as the viewer ($1 - $4) may see them. `asked` is 1 … n in the order of $5.
select wanted.asked, counted.total, page.*
from unnest($5::uuid[], $6::bigint[], $7::bigint[]) with ordinality as wanted (city_id, after, most, asked)
cross join lateral (
    select count(*) as total
    from contestants p
    where p.city_id = wanted.city_id
      and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]))
) counted
left join lateral (
    select p.*
    from contestant_details p
    where p.city_id = wanted.city_id and (wanted.after is null or p.number > wanted.after)
      and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]))
    order by p.number
    limit wanted.most
) page on true
order by wanted.asked, page.number;

-- name: find_contestants
-- Contestants by id ($5), as far as the viewer ($1 - $4) may see them.
select p.*
from contestant_details p
where p.id = any($5::uuid[])
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]));

-- name: find_contest_of
-- The contest of a contestant ($5), as far as the viewer ($1 - $4) may see them.
select p.contest_id
from contestants p
where p.id = $5
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]));

-- name: find_person
-- A contestant ($5) with their account, as far as the viewer ($1 - $4) may see them.
select p.*, a.platform, a.handle, a.handle_key
from contestants p
join accounts a on a.contestant_id = p.id
where p.id = $5
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]));

-- name: mend_contestant
-- What is told of somebody, with the review that follows from it.
update contestants
set name = $2, phone_sealed = $3, id_number_sealed = $4, id_number_index = $5, followers_claimed = $6, experience = $7,
    remark = $8, eligibility = $9, review_step = $10, updated_at = clock_timestamp()
where id = $1;

-- name: insert_sent_again
-- Somebody returned was mended.
insert into eligibility_reviews (id, contest_id, contestant_id, step, decision, reviewed_by, reviewed_at)
values ($1, $2, $3, $4, 'SENT_AGAIN', $5, $6);

-- name: withdraw_contestant
-- Somebody leaves the contest, and frees the place.
update contestants set withdrawn_at = $2, withdrawn_reason = $3, updated_at = clock_timestamp() where id = $1;

-- name: transfer_contestant
-- Somebody goes to another city or division, or came in by another way than was said.
update contestants
set city_id = $2, division_id = $3, entry_way = $4, review_step = $5, updated_at = clock_timestamp()
where id = $1;

-- name: settle_double_entries
-- Decides the open double entries of a contestant, all (no spot $5 - $7) or the one at a spot.
update double_entries
set decision = $2, reason = $3, decided_by = $4, decided_at = clock_timestamp()
where contestant_id = $1 and decision is null
    and ($5::uuid is null or (city_id, division_id, entry_way) = ($5, $6::uuid, $7::text))
returning id, city_id, decision;

-- name: find_division
-- A division of a contest.
select id, name, entry_ways from divisions where id = $1 and contest_id = $2;

-- name: find_city
-- Whether a city is one of a contest.
select exists (select from cities where id = $1 and contest_id = $2);

-- name: is_anothers
-- Whether a user (none = whoever it is) does not sign in as a contestant with whom they would get what is another's.
select not exists (select from grants where contestant_id = $1 and user_id = $2)
    and (exists (select from grants where contestant_id = $1)
         or exists (select from documents where contestant_id = $1)
         or exists (select from messages where contestant_id = $1)
         or exists (select from eligibility_reviews where contestant_id = $1)
         or exists (select from approvals where contestant_id = $1)
         or exists (select from uploads u join accounts a on a.id = u.account_id where a.contestant_id = $1));

-- name: find_number
-- The number of a contestant.
select number from contestants where id = $1;

-- name: find_consent
-- The version of the text that whoever registers agrees to.
select consent_version from contests where id = $1;

-- name: find_grant
-- Whether a user signs in as a contestant.
select exists (select from grants where user_id = $1 and contestant_id = $2);

-- name: find_contests_of
-- The contests of contestants ($5), as far as the viewer ($1 - $4) may see them.
select distinct p.contest_id
from contestants p
where p.id = any($5::uuid[])
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]));

-- name: find_training
-- Contestants ($5) and when they were trained, as far as the viewer ($1 - $4) may see them.
select p.id, p.contest_id, p.city_id, p.trained_on
from contestants p
where p.id = any($5::uuid[])
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]))
order by p.number;

-- name: record_training
-- When contestants have completed the online training.
update contestants set trained_on = $2, updated_at = clock_timestamp() where id = any($1::uuid[]);
