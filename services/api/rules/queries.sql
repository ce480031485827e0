-- name: find_rules
-- Versions of rules by id.
select id, contest_id, version, document, sha256, reason, created_at from rules where id = any($1::uuid[]);

-- name: find_rules_of_rounds
-- The last version of the rules of each round.
select distinct on (round_id) id, contest_id, round_id, version, document, sha256, reason, created_at
from rules where round_id = any($1::uuid[])
order by round_id, version desc;

-- name: find_versions
-- All versions of the rules of rounds, the last first.
select id, contest_id, round_id, version, document, sha256, reason, created_at
from rules where round_id = any($1::uuid[])
order by round_id, version desc;

-- name: find_rules_before
-- The version before each of these.
select later.id as later_id, rules.id, rules.contest_id, rules.version, rules.document, rules.sha256, rules.reason,
    rules.created_at
from rules later
join rules on rules.round_id = later.round_id and rules.version = later.version - 1
where later.id = any($1::uuid[]);

-- name: find_names
-- The titles of contests' rounds and divisions, which rules call by their keys.
select contest_id, key, title from rounds where contest_id = any($1::uuid[])
union all
select contest_id, key, name from divisions where contest_id = any($1::uuid[]);

-- name: lock_round
-- Locks the contest of a round ($3) whose rules the viewer ($1 everywhere, $2 contests) may change.
select rounds.id
from rounds
join contests on contests.id = rounds.contest_id
where rounds.id = $3 and ($1 or contests.id = any($2::uuid[]))
for update of contests;

-- name: find_round
-- A round whose contest is locked, with what its rules must agree with: another may have changed it in the meantime.
select r.id, r.contest_id, r.key, r.title, r.exported_until, r.opens_at <= clock_timestamp() as has_opened,
    (select array_agg(d.key) from divisions d where d.contest_id = r.contest_id) as divisions,
    array(select key from rounds earlier where earlier.contest_id = r.contest_id and earlier.opens_at < r.opens_at)
        as earlier_rounds,
    (select max(version) from rules where round_id = r.id) as version
from rounds r
where r.id = $1;

-- name: insert_rules
-- The next version of a round's rules.
insert into rules (id, contest_id, round_id, version, document, sha256, reason, created_by)
values ($1, $2, $3, $4, $5, $6, $7, $8);
