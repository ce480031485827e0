-- name: advance_version
-- Something that readers can see changes in a contest. Its row is locked until then: changes come one after another.
update contests set version = version + 1 where id = $1;

-- name: contest_version
-- The version of a contest.
select version from contests where id = $1;
