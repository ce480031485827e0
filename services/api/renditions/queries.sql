-- name: find_rendition
-- A document of a revision: contest ($3, slug), revision ($4), language ($5), format ($6); before its hour for whoever
-- may see every revision ($1) or those of the contest ($2).
select d.publication_id, d.digest, d.language, d.format, d.sha256, octet_length(d.content) as size, p.title, p.revision,
    published.id is not null as public
from contests c
join publications p on p.contest_id = c.id
join current_snapshots written on written.publication_id = p.id
join renditions d on d.publication_id = p.id and d.digest = written.digest
left join published on published.id = p.id
where c.slug = $3 and p.revision = $4 and d.language = $5 and d.format = $6 and (
    published.id is not null or p.state in ('PREPARED', 'APPROVED') and ($1 or c.id = any($2::uuid[])));

-- name: read_piece
-- So many bytes ($6) of a document from a place ($5, 1 is the first).
select substring(content from $5 for $6) from renditions
where publication_id = $1 and digest = $2 and language = $3 and format = $4;

-- name: find_canonical
-- The canonical bytes of a revision: contest ($3, slug), revision ($4); visible as in find_rendition.
select written.canonical, written.digest, published.id is not null as public
from contests c
join publications p on p.contest_id = c.id
join current_snapshots written on written.publication_id = p.id
left join published on published.id = p.id
where c.slug = $3 and p.revision = $4 and (
    published.id is not null or p.state in ('PREPARED', 'APPROVED') and ($1 or c.id = any($2::uuid[])));

-- name: list_renditions
-- The documents of revisions that the viewer has been shown.
select publication_id, d.language, d.format, d.sha256, octet_length(d.content) as size, c.slug, p.revision
from renditions d
join current_snapshots using (publication_id, digest)
join publications p on p.id = publication_id
join contests c on c.id = p.contest_id
where publication_id = any($1::uuid[])
order by d.language desc, d.format desc;
