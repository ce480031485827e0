-- name: begin_run
-- Takes up a run that waits, or that a worker broke off.
update scoring_runs
set state = 'RUNNING'
from rounds, rules
where scoring_runs.id = $1 and scoring_runs.state in ('QUEUED', 'RUNNING')
    and rounds.id = scoring_runs.round_id and rules.id = scoring_runs.rules_id
returning scoring_runs.id, scoring_runs.contest_id, scoring_runs.round_id, scoring_runs.sequence,
    scoring_runs.created_at, scoring_runs.digest, rounds.opens_at, rounds.closes_at, rounds.exported_from,
    rounds.exported_until, scoring_runs.participants, scoring_runs.carried_runs, rules.document, rules.sha256;

-- name: find_run
-- A run that has been scored, with everything it was computed from.
select scoring_runs.id, scoring_runs.contest_id, scoring_runs.round_id, scoring_runs.sequence,
    scoring_runs.created_at, scoring_runs.digest, rounds.opens_at, rounds.closes_at, rounds.exported_from,
    rounds.exported_until, scoring_runs.participants, scoring_runs.carried_runs, rules.document, rules.sha256
from scoring_runs
join rounds on rounds.id = scoring_runs.round_id
join rules on rules.id = scoring_runs.rules_id
where scoring_runs.id = $1 and scoring_runs.state = 'SCORED';

-- name: division_ids
-- The divisions of a contest by key.
select key, id from divisions where contest_id = $1;

-- name: end_run
-- Ends a run that was scored, unless it was cancelled meanwhile.
update scoring_runs
set state = 'SCORED', digest = $2, contestants = $3, ended_at = now()
where id = $1 and state = 'RUNNING'
returning id;

-- name: fail_run
-- Ends a run that could not be scored.
update scoring_runs
set state = 'FAILED', error = $2, ended_at = now()
where id = $1 and state in ('QUEUED', 'RUNNING');

-- name: run_changed
-- Tells readers of the contest that something changed.
update contests set version = version + 1 where id = $1;

-- name: stored_scores
-- What was stored of a run, by position.
select scores.contestant_id, scores.city_id, divisions.key as division, scores.position, scores.rank,
    scores.city_rank, scores.division_rank, scores.total, scores.items, scores.explanation
from scores
join divisions on divisions.id = scores.division_id
where scores.run_id = $1
order by scores.position;

-- name: stored_finalists
-- The proposal that was stored of a run.
select contestant_id, city_id, place, position, reason from finalists where run_id = $1 order by contestant_id;

-- name: stored_teams
-- The teams that were stored of a run.
select city_id, position, rank, total, counted, members from team_scores where run_id = $1 order by position;

-- name: stored_awards
-- The awards that were stored of a run.
select position, award, title, city_id, contestant_id, place, seats from awards where run_id = $1 order by position;
