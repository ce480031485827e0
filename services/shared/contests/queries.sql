-- name: lock_contest
-- Locks the contest, and answers the time after that: in one select the time could be taken before the lock is had.
with locked as materialized (
    select from contests where id = $1 for update
)
select clock_timestamp() as now from locked;

-- name: advance_version
-- Something that readers can see changes in a contest. Its row is locked until then: changes come one after another.
update contests set version = version + 1 where id = $1;

-- name: next_sequence
-- Something changes of what runs are computed from: its number.
update contests set sequence = sequence + 1, version = version + 1 where id = $1 returning sequence;
