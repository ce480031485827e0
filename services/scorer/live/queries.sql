-- name: list_live
-- Rounds ($1, none = all) that are refreshed, with the last run that was started for that and the one that holds.
select l.round_id, l.contest_id, l.switched_by, rounds.title, last.id as run_id, last.error,
    clock_timestamp() as now, rounds.opens_at, l.until, l.every_seconds, contests.sequence,
    greatest(last.sequence, held.sequence, 0) as seen, last.state, last.created_at as started_at,
    coalesce(last.number, 0) as number, held.number as held_number,
    exists (select from adoptions where adoptions.run_id = last.id) as adopted_once,
    exists (
        select from grants g
        join users u on u.id = g.user_id
        where u.id = l.switched_by and u.disabled_at is null and g.role = 'ORGANISER'
          and (g.contest_id = l.contest_id or g.contest_id is null)
    ) as asked
from live_refreshes l
join rounds on rounds.id = l.round_id
join contests on contests.id = l.contest_id
left join scoring_runs last on last.id = l.run_id
left join scoring_runs held on held.id = coalesce(rounds.kept_run_id, rounds.adopted_run_id)
where l.problem is null and l.until > now() - interval '1 day' and ($1::uuid is null or l.round_id = $1);

-- name: write_run
-- The run that was started last.
update live_refreshes set run_id = $2 where round_id = $1;

-- name: stop
-- The refresh stops until somebody switches it on again.
update live_refreshes set problem = $2 where round_id = $1;
