-- name: find_waiting
-- At most $2 certificates of a publication that are not printed yet; people who were erased get none.
select c.id, c.title, c.code, coalesce(p.name, c.named) as name, publications.publish_at, snapshots.head
from certificates c
join publications on publications.id = c.publication_id
join current_snapshots snapshots on snapshots.publication_id = c.publication_id
left join contestants p on p.id = c.contestant_id
where c.publication_id = $1 and c.content is null and p.erased_at is null
order by c.id
limit $2;

-- name: keep_printed
-- Keeps the PDF of a certificate, unless its person was erased while it was made.
update certificates set content = $2
where id = $1 and not exists (
    select from contestants where contestants.id = certificates.contestant_id and contestants.erased_at is not null
);
