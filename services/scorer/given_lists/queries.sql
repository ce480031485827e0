-- name: find_waiting
-- A given list that waits to be read.
select given_lists.id, given_lists.contest_id, given_lists.upload_id, uploads.name
from given_lists
join uploads on uploads.id = given_lists.upload_id
where given_lists.id = $1 and given_lists.state = 'QUEUED';

-- name: find_indexes
-- The contestants of a contest who stand under one of these indexes.
select id_number_index from contestants where contest_id = $1 and id_number_index = any($2::bytea[]);

-- name: insert_person
-- One person of a given list, found again by the blind index alone.
insert into given_list_people (list_id, id_number_index, line) values ($1, $2, $3)
on conflict (list_id, id_number_index) do nothing;

-- name: end_import
-- Ends the reading of a given list.
update given_lists set state = $2, people = $3, problems = $4 where id = $1 and state = 'QUEUED';

-- name: fail_import
-- Ends the reading of a given list that failed by our own fault.
update given_lists set state = 'FAILED', problems = $2 where id = $1 and state = 'QUEUED';
