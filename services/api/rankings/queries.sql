-- name: list_standings
-- A page of the standings of a round ($5) in a run ($6, none = the adopted one) by position after $9, at most $10, of a
-- city ($7) or division ($8), with a number or text ($13), none = any; with the run, the contest's version, and ($11) how many match, ($12) the
-- explanations. The viewer sees everything ($1), that of contests ($2), and of adopted runs that of cities ($3) and
-- contestants ($4); and organises everything ($14) or contests ($15). No row: no such run for this viewer.
with run as (
    select r.id, r.contest_id, c.version, $1 or r.contest_id = any($2::uuid[]) as whole
    from shown_runs r
    join contests c on c.id = r.contest_id
    where r.round_id = $5 and r.state = 'SCORED' and (r.id = $6 or $6 is null and r.adopted)
      and r.organisers = ($14 or r.contest_id = any($15::uuid[]))
      and ($1 or r.contest_id = any($2::uuid[])
           or r.adopted and (
               exists (select from cities where contest_id = r.contest_id and id = any($3::uuid[]))
               or exists (select from contestants where contest_id = r.contest_id and id = any($4::uuid[]))))
)
select run.id as run_id, run.contest_id as run_contest_id, run.version, counted.total as matching, page.position,
    page.rank, page.city_rank, page.division_rank, page.total, page.items, page.explanation, p.*
from run
left join lateral (
    select case when $11 then (
        select count(*) from scores s
        where s.run_id = run.id
          and (run.whole or s.city_id = any($3::uuid[]) or s.contestant_id = any($4::uuid[]))
          and ($7::uuid is null or s.city_id = $7)
          and ($8::uuid is null or s.division_id = $8)
          and ($13::text is null or exists (
              select from contestant_details d
              where d.id = s.contestant_id
                and (d.number::text = $13 or strpos(lower(concat_ws(' ', d.name, d.handle, d.city_name)), lower($13)) > 0)))
    ) end as total
) counted on true
left join lateral (
    select s.contestant_id, s.position, s.rank, s.city_rank, s.division_rank, s.total, s.items,
        case when $12 then s.explanation end as explanation
    from scores s
    where s.run_id = run.id and s.position > coalesce($9::bigint, 0)
      and (run.whole or s.city_id = any($3::uuid[]) or s.contestant_id = any($4::uuid[]))
      and ($7::uuid is null or s.city_id = $7)
      and ($8::uuid is null or s.division_id = $8)
      and ($13::text is null or exists (
          select from contestant_details d
          where d.id = s.contestant_id
            and (d.number::text = $13 or strpos(lower(concat_ws(' ', d.name, d.handle, d.city_name)), lower($13)) > 0)))
    order by s.position
    limit $10
) page on true
left join contestant_details p on p.id = page.contestant_id
order by page.position;

-- name: find_standings
-- Standings by run ($5) and contestant ($6), as far as the viewer ($1 - $4, $7 and $8 as $1 - $4, $14 and $15 in
-- list_standings) may see them.
select s.run_id, s.position, s.rank, s.city_rank, s.division_rank, s.total, s.items, null::json as explanation, p.*
from unnest($5::uuid[], $6::uuid[]) as wanted (run_id, contestant_id)
join scores s on s.run_id = wanted.run_id and s.contestant_id = wanted.contestant_id
join shown_runs r on r.id = s.run_id and r.organisers = ($7 or r.contest_id = any($8::uuid[]))
join contestant_details p on p.id = s.contestant_id
where r.state = 'SCORED'
  and ($1 or r.contest_id = any($2::uuid[])
       or r.adopted and (s.city_id = any($3::uuid[]) or s.contestant_id = any($4::uuid[])));

-- name: find_adopted_runs
-- The adopted runs of rounds ($1), as they are shown to whoever organises everything ($2) or contests ($3).
select round_id, id
from shown_runs r
where round_id = any($1::uuid[]) and adopted and r.organisers = ($2 or r.contest_id = any($3::uuid[]));

-- name: find_explanations
-- The explanations of standings that have been found, by run ($1) and contestant ($2).
select s.run_id, s.contestant_id, s.explanation
from unnest($1::uuid[], $2::uuid[]) as wanted (run_id, contestant_id)
join scores s on s.run_id = wanted.run_id and s.contestant_id = wanted.contestant_id;

-- name: find_shown_run
-- The run ($6, none = the adopted one) of a round ($5), where the viewer ($1 - $4, $7 and $8 as in find_standings) may
-- see it.
select r.id, r.contest_id
from shown_runs r
where r.round_id = $5 and r.state = 'SCORED' and (r.id = $6 or $6 is null and r.adopted)
  and r.organisers = ($7 or r.contest_id = any($8::uuid[]))
  and ($1 or r.contest_id = any($2::uuid[])
       or r.adopted and (
           exists (select from cities where contest_id = r.contest_id and id = any($3::uuid[]))
           or exists (select from contestants where contest_id = r.contest_id and id = any($4::uuid[]))));

-- name: list_teams
-- The teams of a run ($5) that has been found, by position after $6, at most $7, as far as the viewer ($1 - $4) may see
-- their cities; with the number of all of them.
with visible as (
    select t.* from team_scores t
    join scoring_runs r on r.id = t.run_id
    where t.run_id = $5 and $4::uuid[] is not null
      and ($1 or r.contest_id = any($2::uuid[]) or t.city_id = any($3::uuid[]))
)
select page.*, counted.all_teams
from (select count(*) as all_teams from visible) counted
left join lateral (
    select * from visible where visible.position > coalesce($6::bigint, 0) order by visible.position limit $7
) page on true;
