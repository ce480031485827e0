-- name: contest_version
-- The version of a contest.
select version from contests where id = $1;
