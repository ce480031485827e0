-- name: list_archives
-- The archives of a contest ($5), the last first, before an id ($6), at most $7, with the number of all of them, as far
-- as the viewer may see them: any ($1) or those of contests ($2); $3 and $4 see none.
with visible as (
    select id from archives
    where contest_id = $5 and ($1 or contest_id = any($2::uuid[])) and $3::uuid[] is not null and $4::uuid[] is not null
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select a.*
    from visible
    join archive_details a on a.id = visible.id
    where $6::uuid is null or a.id < $6
    order by a.id desc
    limit $7
) page on true;

-- name: find_archives
-- Archives by id ($5), as far as the viewer may see them, likewise.
select *
from archive_details
where id = any($5::uuid[]) and ($1 or contest_id = any($2::uuid[])) and $3::uuid[] is not null and $4::uuid[] is not null;

-- name: insert_archive
-- An archive that waits.
insert into archives (id, contest_id, with_originals, state, asked_by) values ($1, $2, $3, 'QUEUED', $4);

-- name: find_key
-- What seals a ready archive with originals.
select key_sealed from archives where id = $1 and state = 'READY' and with_originals;

-- name: find_content
-- What opens a ready archive, and what it is called.
select a.id, a.key_sealed, a.sha256, a.size, contests.slug, a.created_at
from archives a
join contests on contests.id = a.contest_id
where a.id = $1 and a.state = 'READY';
