-- name: find_imports
-- Roster imports by id ($3), in contests ($2) where the viewer may see them or everywhere ($1).
select id, upload_id, city_id, division_id, state, dry_run, lines_read, lines_new, lines_updated, lines_unchanged,
    lines_refused, problems, created_at, ended_at
from roster_imports
where id = any($3::uuid[]) and ($1 or contest_id = any($2::uuid[]));

-- name: lock_upload
-- An upload ($3) of a contest ($2) where the viewer may import rosters, or may everywhere ($1), locked.
select id, contest_id, bytes_at, kind_stated
from uploads
where id = $3 and ($1 or contest_id = any($2::uuid[]))
for update;

-- name: insert_import
-- A new import that waits for the scorer.
insert into roster_imports (id, contest_id, upload_id, dry_run, state, created_by)
values ($1, $2, $3, $4, 'QUEUED', $5);
