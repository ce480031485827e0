-- name: list_links
-- The links of contestants, in the order in which they were added.
select id, contest_id, contestant_id, kind, title, url, added_at
from links
where contestant_id = any($1::uuid[]) and removed_at is null
order by id;

-- name: find_links
-- Links by id ($5), of contestants whom the viewer ($1 - $4) may see.
select l.id, l.contest_id, l.contestant_id, l.kind, l.title, l.url, l.added_at
from links l
join contestants p on p.id = l.contestant_id
where l.id = any($5::uuid[]) and l.removed_at is null
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]));

-- name: list_urls
-- The addresses that a contestant has.
select url from links where contestant_id = $1 and removed_at is null;

-- name: insert_link
-- Adds a link.
insert into links (id, contest_id, contestant_id, kind, title, url, added_by) values ($1, $2, $3, $4, $5, $6, $7);

-- name: remove_link
-- Takes a link away; the record keeps that it was there.
update links set removed_at = clock_timestamp(), removed_by = $2 where id = $1 and removed_at is null;
