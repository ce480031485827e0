-- name: find_rules
-- The last version of a round's rules.
select id, document from rules where round_id = $1 order by version desc limit 1;

-- name: find_earlier_rounds
-- Rounds of a contest ($1) by key ($2), with the run that is shown, whether a freeze keeps back another one that holds by
-- now, and whether finalists have been chosen.
select rounds.key, rounds.id, rounds.title, rounds.adopted_run_id,
    rounds.kept_run_id is not null and rounds.kept_run_id is distinct from rounds.adopted_run_id as kept_back,
    selections.id as selection_id
from rounds
left join finalist_selections selections on selections.round_id = rounds.id
where rounds.contest_id = $1 and rounds.key = any($2::text[]);

-- name: list_confirmed_finalists
-- The streamers of the confirmed teams of a selection.
select chosen.contestant_id
from selected_finalists chosen
join finalist_selections selections on selections.id = chosen.selection_id
join teams on teams.round_id = selections.round_id and teams.city_id = chosen.city_id
where chosen.selection_id = $1 and chosen.place = 'STREAMER' and teams.confirmed_at is not null
order by chosen.contestant_id;

-- name: count_valid_scores
-- How many have a valid result in a run.
select count(*) from valid_scores where run_id = $1;

-- name: list_best
-- Whoever stands at a rank ($2) or above it in a run, with a valid result.
select contestant_id from valid_scores where run_id = $1 and rank <= $2 order by contestant_id;

-- name: insert_run
-- The next run of a round, over what has been accepted and who has been approved so far: whoever is being approved or
-- accepted in another transaction has the contest's row locked, and is in the run or later than it, never in between.
with contest as materialized (select id, sequence from contests where id = $2 for update)
insert into scoring_runs (id, contest_id, round_id, number, state, sequence, rules_id, participants, carried_runs, reason,
                          started_by, created_at)
select $1, contest.id, $3, coalesce((select max(number) from scoring_runs where round_id = $3), 0) + 1, 'QUEUED',
    contest.sequence, $4, $5, $6, $7, $8, clock_timestamp()
from contest;

-- name: adopt_run
-- From now on a round ($1) goes by a run ($2), kept back while its ranking is frozen; keeps who adopted it and why.
with before as (
    select id, coalesce(kept_run_id, adopted_run_id) as held, coalesce(frozen_from <= clock_timestamp(), false) as frozen
    from rounds
    where id = $1
),
changed as (
    update rounds
    set adopted_run_id = case when before.frozen then rounds.adopted_run_id else $2 end,
        kept_run_id = case when before.frozen then $2 end
    from before
    where rounds.id = before.id
)
insert into adoptions (id, round_id, run_id, replaced_run_id, reason, adopted_by)
select $3, $1, $2, before.held, $4, $5 from before;
