-- name: list_double_entries
-- Double entries of a contest ($5), the newest first after $7, at most $8; open ones, decided ones or all ($6), as far
-- as the viewer ($1 - $4) may see either side.
with visible as (
    select e.*, $1 or e.contest_id = any($2::uuid[]) or e.city_id = any($3::uuid[]) as sees_where
    from double_entries e
    join contestants p on p.id = e.contestant_id
    where e.contest_id = $5
      and ($6::boolean is null or $6 = (e.decision is null))
      and ($1 or e.contest_id = any($2::uuid[]) or e.city_id = any($3::uuid[]) or p.city_id = any($3::uuid[]))
      and $4::uuid[] is not null
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select * from visible where $7::uuid is null or id < $7 order by id desc limit $8
) page on true;

-- name: find_double_entries
-- Double entries by id ($5), as far as the viewer ($1 - $4) may see either side.
select e.*, $1 or e.contest_id = any($2::uuid[]) or e.city_id = any($3::uuid[]) as sees_where
from double_entries e
join contestants p on p.id = e.contestant_id
where e.id = any($5::uuid[])
  and ($1 or e.contest_id = any($2::uuid[]) or e.city_id = any($3::uuid[]) or p.city_id = any($3::uuid[]))
  and $4::uuid[] is not null;

-- name: find_decision
-- What was decided of a double entry.
select decision from double_entries where id = $1;

-- name: decide
-- A double entry is decided.
update double_entries set decision = $2, reason = $3, decided_by = $4, decided_at = clock_timestamp() where id = $1;
