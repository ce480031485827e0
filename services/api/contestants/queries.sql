-- name: list_contestants
-- Contestants by number after $9, at most $10, with the number of all that match: of a contest ($5), a city ($6), a
-- division ($7), a state of review ($8) or a text ($11), none = any; as far as the viewer ($1 - $4) may see them.
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

-- name: find_contestants
-- Contestants by id ($5), as far as the viewer ($1 - $4) may see them.
select p.*
from contestant_details p
where p.id = any($5::uuid[])
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]));
