-- name: find_teams
-- For cities by id ($5) that the viewer ($1 - $4) may see results of: the round that the team comes from - the last for
-- which finalists are selected, else the last with an adopted run -, its rules, and what is known of the team itself.
-- `leaders` are the people who may lead it: [{"id", "name"}].
select c.id, c.contest_id, c.name, c.aliases, chosen.round_id, chosen.selected, rules.document, contests.teams_until,
    clock_timestamp() as now, t.id as team_id, t.leader_id, leader.name as leader_name, t.assistant_name,
    t.assistant_phone_sealed, t.confirmed_at, confirmer.name as confirmed_by, t.reopened_at, t.reopened_reason,
    (
        select coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name) order by g.created_at, g.id), '[]')
        from grants g
        join users u on u.id = g.user_id
        where g.city_id = c.id and g.role = 'CITY_LEADER' and u.disabled_at is null
          and not exists (
              select from grants own
              where own.user_id = u.id and own.role = 'CONTESTANT' and own.contest_id = c.contest_id)
    ) as leaders
from cities c
join contests on contests.id = c.contest_id
join lateral (
    select r.id as round_id, sel.id is not null as selected, coalesce(sel.run_id, r.adopted_run_id) as run_id
    from rounds r
    left join finalist_selections sel on sel.round_id = r.id
    where r.contest_id = c.contest_id and (sel.id is not null or r.adopted_run_id is not null)
    order by sel.id is not null desc, r.position desc
    limit 1
) chosen on true
join scoring_runs run on run.id = chosen.run_id
join rules on rules.id = run.rules_id
left join teams t on t.round_id = chosen.round_id and t.city_id = c.id
left join users leader on leader.id = t.leader_id
left join users confirmer on confirmer.id = t.confirmed_by
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
      and (exists (select from rounds where contest_id = $5 and adopted_run_id is not null)
           or exists (select from finalist_selections where contest_id = $5))
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select id, position from visible where $6::bigint is null or position > $6 order by position limit $7
) page on true;

-- name: find_contest_of_city
-- The contest of a city.
select contest_id from cities where id = $1;

-- name: set_officials
-- Who leads and who assists a team.
update teams set leader_id = $2, assistant_name = $3, assistant_phone_sealed = $4 where id = $1;

-- name: confirm_team
-- The team stands as it is.
update teams set confirmed_at = clock_timestamp(), confirmed_by = $2 where id = $1;

-- name: reopen_team
-- The team may be changed again.
update teams
set confirmed_at = null, confirmed_by = null, reopened_at = clock_timestamp(), reopened_by = $2, reopened_reason = $3
where id = $1;

-- name: find_broken
-- Which of these contestants ($1) are streamers of a confirmed team, of which city, and may compete for it no longer.
select p.number, c.id as city_id, c.name as city
from selected_finalists f
join finalist_selections sel on sel.id = f.selection_id
join teams t on t.round_id = sel.round_id and t.city_id = f.city_id
join cities c on c.id = f.city_id
join contestants p on p.id = f.contestant_id
where f.contestant_id = any($1::uuid[]) and f.place = 'STREAMER' and t.confirmed_at is not null
  and (p.eligibility <> 'APPROVED' or p.withdrawn_at is not null or p.city_id <> f.city_id)
order by p.number, c.position;
