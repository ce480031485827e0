-- name: find_canonical
-- The bytes of a revision's snapshot, unless it was declined.
select snapshots.canonical
from publication_snapshots snapshots
join publications on publications.id = snapshots.publication_id
where publications.id = $1 and publications.state in ('PREPARED', 'APPROVED');

-- name: find_made
-- Which documents of a revision there are.
select language, format from renditions where publication_id = $1;

-- name: insert_rendition
-- Keeps a document for good.
insert into renditions (publication_id, language, format, sha256, content) values ($1, $2, $3, $4, $5);
