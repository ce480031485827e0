-- name: find_open
-- How many appeals about a round ($1) wait for a decision, and whether its contest publishes nothing before.
select (select count(*) from appeals a where a.round_id = r.id and a.state in ('FILED', 'ASSIGNED', 'PROPOSED')),
    c.appeals_block_publication
from rounds r
join contests c on c.id = r.contest_id
where r.id = $1;
