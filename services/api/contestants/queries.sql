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
    select p.id, p.contest_id, p.city_id, p.division_id, p.number, p.name, p.entry_way, p.eligibility,
        p.id_number_sealed, p.phone_sealed, p.followers_claimed, p.experience, p.remark, p.id as contestant_id,
        a.id as account_id, a.platform, a.handle, a.uid, c.name as city_name, c.aliases as city_aliases,
        d.key as division_key, d.name as division_name, d.cap as division_cap, d.entry_ways as division_entry_ways
    from visible
    join contestants p on p.id = visible.id
    join accounts a on a.contestant_id = p.id
    join cities c on c.id = p.city_id
    join divisions d on d.id = p.division_id
    where $9::bigint is null or p.number > $9
    order by p.number
    limit $10
) page on true;

-- name: find_contestants
-- Contestants by id ($5), as far as the viewer ($1 - $4) may see them.
select p.id, p.contest_id, p.city_id, p.division_id, p.number, p.name, p.entry_way, p.eligibility,
    p.id_number_sealed, p.phone_sealed, p.followers_claimed, p.experience, p.remark, p.id as contestant_id,
    a.id as account_id, a.platform, a.handle, a.uid, c.name as city_name, c.aliases as city_aliases,
    d.key as division_key, d.name as division_name, d.cap as division_cap, d.entry_ways as division_entry_ways
from contestants p
join accounts a on a.contestant_id = p.id
join cities c on c.id = p.city_id
join divisions d on d.id = p.division_id
where p.id = any($5::uuid[])
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]));
