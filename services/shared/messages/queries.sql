-- name: insert_message
-- Keeps a message; nothing when this event has been told to this recipient.
insert into messages (id, contest_id, event, code, parameters, user_id, city_id, contestant_id)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (contest_id, event, user_id, city_id, contestant_id) do nothing;

-- name: find_organisers
-- Who organises a contest.
select distinct u.id
from grants g
join users u on u.id = g.user_id
where g.role = 'ORGANISER' and (g.contest_id = $1 or g.contest_id is null) and u.disabled_at is null
order by u.id;

-- name: find_cities
-- The cities of a contest.
select id from cities where contest_id = $1 order by position;
