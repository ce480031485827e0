-- name: find_round
-- A round whose contest is locked: until when files are taken, and the time.
select contest_id, uploads_until, clock_timestamp() as now from rounds where id = $1;

-- name: switch_on
-- The ranking of a round is refreshed from now on; a problem that stopped it is over.
insert into live_refreshes (round_id, contest_id, every_seconds, until, switched_by)
values ($1, $2, $3, $4, $5)
on conflict (round_id) do update
    set every_seconds = excluded.every_seconds, until = excluded.until, switched_by = excluded.switched_by,
        switched_at = clock_timestamp(), run_id = null, problem = null;

-- name: switch_off
-- It is no longer refreshed; nothing when it was not.
delete from live_refreshes where round_id = $1 returning round_id;

-- name: find_refreshes
-- How rounds are refreshed.
select round_id, every_seconds, until, problem from live_refreshes where round_id = any($1::uuid[]);
