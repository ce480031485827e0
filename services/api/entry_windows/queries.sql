-- name: find_windows
-- The entry windows of contests.
select contest_id, entry_way, opens_at, closes_at
from entry_windows
where contest_id = any($1::uuid[])
order by entry_way;

-- name: find_window
-- The entry window of a contest for a way.
select opens_at, closes_at from entry_windows where contest_id = $1 and entry_way = $2;

-- name: set_window
-- When people may come in by a way, in place of what was said before.
insert into entry_windows (contest_id, entry_way, opens_at, closes_at)
values ($1, $2, $3, $4)
on conflict (contest_id, entry_way) do update set opens_at = excluded.opens_at, closes_at = excluded.closes_at;
