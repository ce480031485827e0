-- name: find_given_lists
-- Given lists by id ($3), in contests ($2) where the viewer may see them or everywhere ($1).
select id, contest_id, key, title, state, people, problems, created_at
from given_lists
where id = any($3::uuid[]) and ($1 or contest_id = any($2::uuid[]));

-- name: find_given_lists_of
-- The given lists of a contest ($3), the last first, as far as the viewer ($1, $2) may see them.
select id, contest_id, key, title, state, people, problems, created_at
from given_lists
where contest_id = $3 and ($1 or contest_id = any($2::uuid[]))
order by key, id desc;

-- name: lock_upload
-- An upload ($4) of a contest ($3) where the viewer ($1, $2) may import given lists, locked.
select id, contest_id, bytes_at, kind_stated
from uploads
where id = $4 and contest_id = $3 and ($1 or contest_id = any($2::uuid[]))
for update;

-- name: is_read
-- Whether an upload ($1) has been handed in as a given list.
select exists (select from given_lists where upload_id = $1);

-- name: insert_given_list
-- A new list that waits for the scorer.
insert into given_lists (id, contest_id, key, title, state, upload_id, created_by)
values ($1, $2, $3, $4, 'QUEUED', $5, $6);
