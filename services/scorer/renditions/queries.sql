-- name: find_written
-- A revision's snapshot, unless it was declined.
select snapshots.digest, snapshots.canonical
from current_snapshots snapshots
join publications on publications.id = snapshots.publication_id
where publications.id = $1 and publications.state in ('PREPARED', 'APPROVED');

-- name: find_made
-- Which documents of a revision's ($1) snapshot ($2) there are.
select language, format from renditions where publication_id = $1 and digest = $2;

-- name: insert_rendition
-- Keeps a document for good.
insert into renditions (publication_id, digest, language, format, sha256, content) values ($1, $2, $3, $4, $5, $6);
