-- name: list_contests
-- The newest contests after a cursor ($1, none = from the start), at most $2, with the number of all of them.
select page.*, counted.total
from (select count(*) as total from contests) counted
left join lateral (
    select id, slug, title, hosts, ownerless_orders, originals, sequence, consent_version, consent_text, teams_until,
        evidence_until, verification_blocks_publication, penalties_need_two, typing_needs_two, appeals_need_two,
    appeals_block_publication, link_hosts, masking
    from contests
    where $1::uuid is null or id < $1
    order by id desc
    limit $2
) page on true;

-- name: find_contests
-- Contests by id.
select id, slug, title, hosts, ownerless_orders, originals, sequence, consent_version, consent_text, teams_until,
    evidence_until, verification_blocks_publication, penalties_need_two, typing_needs_two, appeals_need_two,
    appeals_block_publication, link_hosts, masking
from contests where id = any($1::uuid[]);

-- name: find_contest_by_slug
-- The contest of a slug.
select id, slug, title, hosts, ownerless_orders, originals, sequence, consent_version, consent_text, teams_until,
    evidence_until, verification_blocks_publication, penalties_need_two, typing_needs_two, appeals_need_two,
    appeals_block_publication, link_hosts, masking
from contests where slug = $1;

-- name: find_cities
-- Cities by id.
select id, contest_id, name, aliases from cities where id = any($1::uuid[]);

-- name: find_cities_of_contests
-- The cities of contests, in their order.
select id, contest_id, name, aliases from cities where contest_id = any($1::uuid[]) order by position;

-- name: find_divisions
-- Divisions by id.
select id, contest_id, key, name, cap, entry_ways from divisions where id = any($1::uuid[]);

-- name: find_divisions_of_contests
-- The divisions of contests, in their order.
select id, contest_id, key, name, cap, entry_ways from divisions where contest_id = any($1::uuid[]) order by position;

-- name: find_quotas_of_contests
-- Quotas city by city, with the contestants in each that the viewer ($1 - $4) may see.
select q.contest_id, q.city_id, q.division_id, q.places,
    (
        select count(*) from contestants p
        where p.city_id = q.city_id and p.division_id = q.division_id and p.entry_way = 'RECOMMENDED'
          and p.withdrawn_at is null and p.eligibility <> 'REJECTED'
          and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]))
    ) as taken
from quotas q
join cities on cities.id = q.city_id
join divisions on divisions.id = q.division_id
where q.contest_id = any($5::uuid[])
order by cities.position, divisions.position;

-- name: find_rounds
-- Rounds by id.
select id, contest_id, key, title, opens_at, closes_at, exported_from, exported_until, uploads_until,
    exports_due_days, frozen_from
from rounds where id = any($1::uuid[]);

-- name: find_rounds_of_contests
-- The rounds of contests, in their order.
select id, contest_id, key, title, opens_at, closes_at, exported_from, exported_until, uploads_until,
    exports_due_days, frozen_from
from rounds where contest_id = any($1::uuid[]) order by position;

-- name: count_contestants
-- How many contestants of each contest or city the viewer ($1 - $4) may see.
select
    case when $6 then p.city_id else p.contest_id end as id,
    count(*) as total
from contestants p
where case when $6 then p.city_id else p.contest_id end = any($5::uuid[])
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]))
group by 1;

-- name: count_holders
-- How many hold a place in each division, whatever their way, as far as the viewer ($1 - $4) may see them.
select p.division_id as id, count(*) as total
from contestants p
where p.division_id = any($5::uuid[]) and p.withdrawn_at is null and p.eligibility <> 'REJECTED'
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]))
group by 1;

-- name: insert_contest
-- A new contest; nothing when the slug is taken.
insert into contests (id, slug, title, hosts, ownerless_orders, consent_version, consent_text, teams_until,
    evidence_until, originals, link_hosts)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (slug) do nothing
returning id;

-- name: insert_city
-- A city of a new contest.
insert into cities (id, contest_id, name, aliases, position) values ($1, $2, $3, $4, $5);

-- name: insert_division
-- A division of a new contest.
insert into divisions (id, contest_id, key, name, cap, entry_ways, position, evidence)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: insert_quota
-- A quota of a new contest.
insert into quotas (contest_id, city_id, division_id, places) values ($1, $2, $3, $4);

-- name: insert_window
-- When people may come into a new contest by a way.
insert into entry_windows (contest_id, entry_way, opens_at, closes_at) values ($1, $2, $3, $4);

-- name: insert_round
-- A round of a new contest.
insert into rounds (id, contest_id, key, title, opens_at, closes_at, exported_from, exported_until, uploads_until,
    position, exports_due_days)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: read_dates
-- The dates of a contest that may be announced later on, and the time.
select teams_until, evidence_until, clock_timestamp() as now from contests where id = $1;

-- name: write_settings
-- What $2 names of a contest's settings holds from now on; answers the contest as it was.
update contests
set originals = said.originals, link_hosts = said.link_hosts, penalties_need_two = said.penalties_need_two,
    typing_needs_two = said.typing_needs_two, appeals_need_two = said.appeals_need_two,
    appeals_block_publication = said.appeals_block_publication,
    verification_blocks_publication = said.verification_blocks_publication
from contests before, jsonb_populate_record(before, $2) said
where contests.id = $1 and before.id = $1
returning to_jsonb(before);

-- name: read_round
-- What may be changed of a round, the time, and whether it has been scored.
select title, opens_at, closes_at, exported_from, exported_until, uploads_until, exports_due_days,
    clock_timestamp() as now, exists (select from scoring_runs where round_id = $1) as has_runs
from rounds where id = $1;

-- name: write_round
-- Sets it.
update rounds
set opens_at = $2, closes_at = $3, exported_from = $4, exported_until = $5, uploads_until = $6, exports_due_days = $7
where id = $1;

-- name: write_dates
-- Sets those dates.
update contests set teams_until = $2, evidence_until = $3 where id = $1;

-- name: find_evidence_of_divisions
-- What divisions ask for.
select id, evidence from divisions where id = any($1::uuid[]);

-- name: find_places
-- Every city and division of a contest with the places and how many recommended people hold one.
select c.id as city_id, c.name as city, d.id as division_id, d.key as division, d.name, q.places,
    (
        select count(*) from contestants p
        where p.city_id = c.id and p.division_id = d.id and p.entry_way = 'RECOMMENDED'
          and p.withdrawn_at is null and p.eligibility <> 'REJECTED'
    ) as held
from cities c
join divisions d on d.contest_id = c.contest_id
left join quotas q on q.city_id = c.id and q.division_id = d.id
where c.contest_id = $1;

-- name: set_quota
-- How many a city may recommend for a division.
insert into quotas (contest_id, city_id, division_id, places) values ($1, $2, $3, $4)
on conflict (city_id, division_id) do update set places = excluded.places;

-- name: read_division
-- What may be changed of a division, and how many hold a place in it.
select cap, evidence,
    (
        select count(*) from contestants
        where division_id = divisions.id and withdrawn_at is null and eligibility <> 'REJECTED'
    ) as held
from divisions
where id = $1;

-- name: write_division
-- Sets it.
update divisions set cap = $2, evidence = $3 where id = $1;

-- name: read_consent
-- What whoever registers agrees to.
select consent_version, consent_text from contests where id = $1;

-- name: write_consent
-- Another text to agree to.
update contests set consent_version = $2, consent_text = $3 where id = $1;
