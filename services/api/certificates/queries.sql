-- name: find_published
-- A revision ($1) that is public, and whether it is the final one that holds in its round now.
select p.id, p.contest_id, p.round_id, p.head,
    p.stage = 'FINAL' and exists (select from current_publications now_there where now_there.id = p.id) as holds
from published p
where p.id = $1;

-- name: issue
-- A certificate for a contestant by number ($5), or for the team of a city ($6: its id) where there is none, unless they
-- have it; none for somebody who was erased since.
insert into certificates (
    id, contest_id, round_id, publication_id, city_id, contestant_id, award, title, named, code, issued_by
)
select $1, $2, $3, $4, coalesce(p.city_id, $6), p.id, $7, $8, $9, $10, $11
from (select $5::integer as number) winner
left join contestants p on p.contest_id = $2 and p.number = winner.number and p.erased_at is null
where (winner.number is null) = (p.id is null)
on conflict (round_id, award, city_id, contestant_id) do nothing
returning id, city_id, contestant_id;

-- name: list_cities
-- The cities of a contest by the names under which a revision ($1) knows them.
select city_id, name from publication_cities where publication_id = $1;

-- name: list_certificates
-- Certificates of a contest ($5) that the viewer ($1 - $4) may see, after $6, at most $7.
with visible as materialized (
    select id from certificates
    where contest_id = $5 and ($1 or contest_id = any($2::uuid[]) or city_id = any($3::uuid[])
        or contestant_id = any($4::uuid[]))
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select c.id, c.contest_id, c.city_id, c.contestant_id, c.title, c.named, c.code, c.content is not null as printed,
        c.issued_at
    from visible
    join certificates c on c.id = visible.id
    where $6::uuid is null or c.id > $6
    order by c.id
    limit $7
) page on true;

-- name: find_certificates
-- Certificates by id ($5), as far as the viewer ($1 - $4) may see them.
select id, contest_id, city_id, contestant_id, title, named, code, content is not null as printed, issued_at
from certificates
where id = any($5::uuid[]) and ($1 or contest_id = any($2::uuid[]) or city_id = any($3::uuid[])
    or contestant_id = any($4::uuid[]));

-- name: check
-- A certificate by its code, with the revision that gives the award to whom it names, if what is published now does.
select c.code, c.named, cities.name as city, c.title as award, contests.title as contest, rounds.title as round,
    c.issued_at, f.revision
from certificates c
join cities on cities.id = c.city_id
join contests on contests.id = c.contest_id
join rounds on rounds.id = c.round_id
left join contestants p on p.id = c.contestant_id
left join current_publications f on f.round_id = c.round_id and f.stage = 'FINAL' and exists (
    select
    from jsonb_array_elements(f.head->'awards') as award (given)
    cross join jsonb_array_elements(award.given->'winners') as winner (named)
    where award.given->>'key' = c.award and case
        when c.contestant_id is null then winner.named->>'number' is null and exists (
            select from publication_cities known
            where known.publication_id = f.id and known.city_id = c.city_id and known.name = winner.named->>'city'
        )
        else (winner.named->>'number')::integer = p.number
    end
)
where c.code = $1;

-- name: find_content
-- The PDF of a certificate that is printed.
select c.content, c.title, p.number, cities.name as city
from certificates c
join cities on cities.id = c.city_id
left join contestants p on p.id = c.contestant_id
where c.id = $1 and c.content is not null;
