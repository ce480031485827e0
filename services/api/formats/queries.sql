-- name: find_mappings
-- The headings that contests have said the meaning of, in force.
select contest_id, kind, heading, field, reason, from_version, created_at
from format_aliases
where contest_id = any($1::uuid[]) and to_version is null
order by kind, from_version, heading_key;

-- name: find_own_formats
-- The formats that contests have added, in force.
select contest_id, key, title, document, reason, from_version, created_at
from own_formats
where contest_id = any($1::uuid[]) and to_version is null
order by key;

-- name: find_waiting_headings
-- The headings nobody knows of a contest ($3) that the viewer ($1, $2) looks after, with how many files wait for each,
-- how its cells are written and the latest of the files.
select c.value ->> 'heading' as heading, u.waiting ->> 'looks_like' as looks_like, max(c.value ->> 'style') as style,
    count(distinct u.id) as uploads, (array_agg(u.id order by u.id desc))[1] as sample_id
from uploads u
cross join jsonb_array_elements(u.waiting -> 'columns') c
where u.contest_id = $3 and ($1 or u.contest_id = any($2::uuid[])) and u.state = 'WAITING'
    and not (c.value ->> 'known')::boolean
group by 1, 2
order by uploads desc, heading
limit $4;

-- name: next_version
-- Locks a contest for a change of what it has added to the formats and answers the version it will have.
update contests
set formats_version = formats_version + 1, version = version + 1
where id = $1
returning formats_version;

-- name: close_mapping
-- From a version on a heading means nothing any more.
update format_aliases
set to_version = $4, removed_by = $5, removed_at = now(), removed_reason = $6
where contest_id = $1 and kind = $2 and heading_key = $3 and to_version is null
returning id, field;

-- name: insert_mapping
-- From a version on a heading means a field.
insert into format_aliases (id, contest_id, kind, heading, heading_key, field, from_version, reason, created_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: close_format
-- From a version on a format is not taken, or another takes its place.
update own_formats
set to_version = $3, removed_by = $4, removed_at = now(), removed_reason = $5
where contest_id = $1 and key = $2 and to_version is null
returning id;

-- name: insert_format
-- From a version on a format is taken.
insert into own_formats (id, contest_id, key, title, document, upload_id, from_version, reason, created_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: find_format_key
-- The contest and key of a format that was added.
select contest_id, key from own_formats where id = $1;

-- name: find_mapped
-- The contest and format of a heading that was given a meaning.
select contest_id, kind as key from format_aliases where id = $1;

-- name: queue_again
-- Has one file read again of which nothing counts and whose bytes are there.
update uploads
set state = 'QUEUED', ended_at = null
where id = $1 and contest_id = $2 and state in ('WAITING', 'REFUSED', 'FAILED') and bytes_at is not null
    and coalesce(kind, kind_stated, '') not in ('ROSTER', 'GIVEN_LIST')
returning id;
