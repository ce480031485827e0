-- name: find_places
-- For cities by id ($5) that the viewer ($1 - $4) may see results of: the last round with an adopted run, and the names
-- of those who lead the city's team.
select c.id, c.contest_id, c.name, c.aliases, adopted.id as round_id,
    (select string_agg(u.name, '、' order by g.created_at, g.id) from grants g join users u on u.id = g.user_id
     where g.city_id = c.id and g.role = 'CITY_LEADER') as leader
from cities c
join lateral (
    select id from rounds where contest_id = c.contest_id and adopted_run_id is not null order by position desc limit 1
) adopted on true
where c.id = any($5::uuid[])
  and ($1 or c.contest_id = any($2::uuid[]) or c.id = any($3::uuid[]))
  and $4::uuid[] is not null;

-- name: list_teams
-- Cities with a team that the viewer ($1 - $4) may see, in a contest ($5), after a place ($6), at most $7, with the
-- number of all of them.
with visible as (
    select c.id, c.position
    from cities c
    where c.contest_id = $5
      and ($1 or c.contest_id = any($2::uuid[]) or c.id = any($3::uuid[]))
      and $4::uuid[] is not null
      and exists (select from rounds where contest_id = $5 and adopted_run_id is not null)
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select id, position from visible where $6::bigint is null or position > $6 order by position limit $7
) page on true;
