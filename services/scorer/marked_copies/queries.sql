-- name: find_waiting
-- A copy that waits to be made.
select marked_copies.upload_id, marked_copies.language, uploads.kind_stated, uploads.contest_id,
    uploads.format_version
from marked_copies
join uploads on uploads.id = marked_copies.upload_id
where marked_copies.id = $1 and marked_copies.state = 'QUEUED';

-- name: find_problems
-- What is wrong with an upload.
select code, parameters, sheet, line, "column", severity from upload_problems where upload_id = $1 order by position;

-- name: end_copy
-- Keeps a copy that has been made.
update marked_copies set state = 'DONE', content = $2, ended_at = now() where id = $1 and state = 'QUEUED';

-- name: fail_copy
-- Ends a copy that failed by our own fault.
update marked_copies set state = 'FAILED', ended_at = now() where id = $1 and state = 'QUEUED';

-- name: forget_copies
-- Deletes copies that were asked for more than a day ago.
delete from marked_copies where created_at < now() - interval '1 day' and state <> 'QUEUED';
