-- name: find_frozen
-- A round with its contest locked, from when its ranking stands still, and the time.
select id, contest_id, frozen_from, clock_timestamp() as now from rounds where id = $1;

-- name: freeze
-- From then on the ranking stands still for everybody but organisers.
update rounds set frozen_from = $2 where id = $1;

-- name: unfreeze
-- What was adopted meanwhile is shown to everybody.
update rounds
set frozen_from = null, kept_run_id = null, adopted_run_id = coalesce(kept_run_id, adopted_run_id)
where id = $1;
