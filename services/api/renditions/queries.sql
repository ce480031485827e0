-- name: find_rendition
-- A document of a revision: contest ($3, slug), revision ($4), language ($5), format ($6); before its hour for whoever
-- may see every revision ($1) or those of the contest ($2).
select d.publication_id, d.language, d.format, d.sha256, octet_length(d.content) as size, p.title, p.revision,
    published.id is not null as public
from contests c
join publications p on p.contest_id = c.id
join renditions d on d.publication_id = p.id
left join published on published.id = p.id
where c.slug = $3 and p.revision = $4 and d.language = $5 and d.format = $6 and (
    published.id is not null or p.state in ('PREPARED', 'APPROVED') and ($1 or c.id = any($2::uuid[])));

-- name: read_piece
-- So many bytes ($5) of a document from a place ($4, 1 is the first).
select substring(content from $4 for $5) from renditions where publication_id = $1 and language = $2 and format = $3;

-- name: find_canonical
-- The canonical bytes of a revision: contest ($3, slug), revision ($4); visible as in find_rendition.
select written.canonical, written.digest, published.id is not null as public
from contests c
join publications p on p.contest_id = c.id
join publication_snapshots written on written.publication_id = p.id
left join published on published.id = p.id
where c.slug = $3 and p.revision = $4 and (
    published.id is not null or p.state in ('PREPARED', 'APPROVED') and ($1 or c.id = any($2::uuid[])));

-- name: list_renditions
-- The documents of revisions that the viewer has been shown.
select d.publication_id, d.language, d.format, d.sha256, octet_length(d.content) as size, c.slug, p.revision
from renditions d
join publications p on p.id = d.publication_id
join contests c on c.id = p.contest_id
where d.publication_id = any($1::uuid[])
order by d.language desc, d.format desc;
