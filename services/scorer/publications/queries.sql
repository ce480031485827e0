-- name: find_preparing
-- A revision that waits to be put together, with all that stands over its list.
select p.id, p.contest_id, p.round_id, p.run_id, p.revision, p.stage, p.title, p.publish_at, p.notice_from,
    p.notice_until, p.notice_days, p.contacts, p.masking, p.reason, c.slug, c.title as contest_title, c.hosts, r.key as round_key,
    r.title as round_title, run.number as run_number, run.digest as run_digest, rules.version as rules_version,
    rules.sha256 as rules_sha256, rules.document as rules_document, corrected.revision as corrected_revision,
    written.digest as corrected_digest,
    array(select name from cities where cities.contest_id = c.id order by cities.position) as cities,
    exists (select from finalist_selections s where s.round_id = p.round_id and s.run_id = p.run_id) as selected
from publications p
join contests c on c.id = p.contest_id
join rounds r on r.id = p.round_id
join scoring_runs run on run.id = p.run_id
join rules on rules.id = run.rules_id
left join publications corrected on corrected.id = p.corrects_id
left join current_snapshots written on written.publication_id = corrected.id
where p.id = $1 and p.state = 'PREPARING';

-- name: list_lines
-- The standings of a run ($1) by position; the places in the final as people selected them from it, else as proposed.
select s.contestant_id, s.city_id, s.division_id, s.position, s.rank, s.city_rank, s.division_rank, s.total, s.items,
    p.number, p.name, cities.name as city, divisions.name as division, a.platform, a.handle,
    case when selection.id is null then f.place else nullif(selected.place, 'OUT') end as finalist,
    coalesce((s.explanation ->> 'void')::boolean, false) as void
from scores s
join contestants p on p.id = s.contestant_id
join accounts a on a.contestant_id = s.contestant_id
join cities on cities.id = s.city_id
join divisions on divisions.id = s.division_id
left join finalists f on f.contestant_id = s.contestant_id and f.run_id = s.run_id
left join finalist_selections selection on selection.run_id = s.run_id
left join selected_finalists selected
    on selected.selection_id = selection.id and selected.contestant_id = s.contestant_id
where s.run_id = $1
order by s.position;

-- name: list_teams
-- The teams of a run by position.
select t.position, t.rank, t.total, t.members, t.city_id, c.name as city
from team_scores t
join cities c on c.id = t.city_id
where t.run_id = $1
order by t.position;

-- name: insert_snapshot
-- Keeps what a revision publishes.
insert into publication_snapshots (publication_id, digest, canonical, head) values ($1, $2, $3, $4);

-- name: insert_cities
-- Keeps by which names a revision ($1) of a contest ($2) knows its cities.
insert into publication_cities (publication_id, city_id, name)
select $1, id, name from cities where contest_id = $2 and name = any($3::text[]);

-- name: insert_row
-- Keeps one line of it.
insert into publication_rows
    (contestant_id, publication_id, position, city_id, division_id, number, searched, line)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: end_preparing
-- From now on it waits for approval; nothing when it has ended in another way.
update publications set state = 'PREPARED' where id = $1 and state = 'PREPARING' returning id;

-- name: fail_preparing
-- Ends a revision that could not be put together; its number is free again.
update publications set state = 'FAILED' where id = $1 and state = 'PREPARING';

-- name: find_approved
-- An approved revision, and how long it is until its hour.
select id, contest_id, round_id, revision, title, withdrawn_at is not null as withdrawn,
    extract(epoch from publish_at - now())::float as seconds
from publications
where id = $1 and state = 'APPROVED';

-- name: list_contestants
-- Whom a revision names.
select contestant_id from publication_rows where publication_id = $1;

-- name: list_written
-- The revisions of a run ($1) that are published or may be, with what was signed.
select p.id, p.revision, p.stage, p.state, p.title, p.publish_at, p.notice_from, p.notice_until, p.notice_days,
    p.contacts, corrected.revision as corrected_revision, run.digest as run_digest, written.head, written.canonical,
    written.digest, written.signature, keys.public_key
from publications p
join scoring_runs run on run.id = p.run_id
join current_snapshots written on written.publication_id = p.id
left join signing_keys keys on keys.id = written.signing_key_id
left join publications corrected on corrected.id = p.corrects_id
where p.run_id = $1 and p.state in ('PREPARED', 'APPROVED')
order by p.revision;

-- name: list_rows
-- The lines of a revision as they are shown.
select position, number, searched, line from publication_rows where publication_id = $1 order by position;
