-- name: find_signing_key
-- The installation's key, which there is one of at most.
select id, private_sealed from signing_keys;

-- name: insert_signing_key
-- Keeps the installation's key, unless somebody else was faster.
insert into signing_keys (id, public_key, private_sealed) values ($1, $2, $3) on conflict do nothing;

-- name: find_current
-- What is published of a round now, if anything: until when its notice lasts, and which run it shows.
select id, contest_id, run_id, revision, stage, notice_from, notice_until
from current_publications
where round_id = $1;
