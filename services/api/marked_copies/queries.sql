-- name: find_copies
-- The copies of uploads that somebody ($1) asked for.
select upload_id, language, state, created_at from marked_copies where created_by = $1 and upload_id = any($2::uuid[]);

-- name: find_copy
-- The copy of an upload in a language that somebody asked for, unless the file was read again since.
select marked_copies.id, marked_copies.state
from marked_copies
join uploads on uploads.id = marked_copies.upload_id
where upload_id = $1 and language = $2 and marked_copies.created_by = $3
  and marked_copies.created_at >= coalesce(uploads.ended_at, uploads.created_at);

-- name: ask_for_copy
-- A copy to be made, in place of an earlier one.
insert into marked_copies (id, upload_id, language, state, created_by) values ($1, $2, $3, 'QUEUED', $4)
on conflict (upload_id, language, created_by) do update
set id = excluded.id, state = 'QUEUED', content = null, created_at = now(), ended_at = null;

-- name: find_content
-- A copy that has been made, with the name of its file.
select marked_copies.content, uploads.name
from marked_copies
join uploads on uploads.id = marked_copies.upload_id
where marked_copies.id = $1 and marked_copies.state = 'DONE';
