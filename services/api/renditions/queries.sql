-- name: find_rendition
-- A document of a published revision: contest ($1, slug), revision ($2), language ($3), format ($4).
select renditions.publication_id, renditions.language, renditions.format, renditions.sha256,
    octet_length(renditions.content) as size, published.title, published.revision
from published
join contests on contests.id = published.contest_id
join renditions on renditions.publication_id = published.id
where contests.slug = $1 and published.revision = $2 and renditions.language = $3 and renditions.format = $4;

-- name: read_piece
-- So many bytes ($5) of a document from a place ($4, 1 is the first).
select substring(content from $4 for $5) from renditions where publication_id = $1 and language = $2 and format = $3;

-- name: find_canonical
-- The canonical bytes of a published revision: contest ($1, slug), revision ($2).
select snapshots.canonical, snapshots.digest
from published
join contests on contests.id = published.contest_id
join publication_snapshots snapshots on snapshots.publication_id = published.id
where contests.slug = $1 and published.revision = $2;
