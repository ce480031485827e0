-- name: find_aliases
-- The headings that a contest had said the meaning of at a version.
select kind, heading, field
from format_aliases
where contest_id = $1 and from_version <= $2 and (to_version is null or to_version > $2);

-- name: find_own_formats
-- The formats that a contest had added at a version.
select key, title, document
from own_formats
where contest_id = $1 and from_version <= $2 and (to_version is null or to_version > $2);

-- name: queue_outdated
-- Queues again the files that wait for headings and were read with what was said before the latest change; of a contest
-- ($1, none = any).
update uploads
set state = 'QUEUED', ended_at = null
where id in (
    select u.id
    from uploads u
    join contests c on c.id = u.contest_id
    where u.state = 'WAITING' and u.format_version < c.formats_version and ($1::uuid is null or u.contest_id = $1)
    order by u.id
    for update of u skip locked
)
returning id;

-- name: queue_refused
-- Queues again the files of a contest that were refused as an own format of it.
update uploads
set state = 'QUEUED', ended_at = null
where contest_id = $1 and format_key = $2 and state = 'REFUSED' and bytes_at is not null
returning id;
