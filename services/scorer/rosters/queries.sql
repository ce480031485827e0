-- name: begin_import
-- Takes up a roster import that waits, or that a worker broke off.
update roster_imports
set state = 'RUNNING'
from uploads
where roster_imports.id = $1 and roster_imports.state in ('QUEUED', 'RUNNING') and uploads.id = roster_imports.upload_id
returning roster_imports.id, roster_imports.contest_id, roster_imports.upload_id, roster_imports.dry_run,
    roster_imports.policy, roster_imports.created_by, uploads.name;

-- name: find_importer
-- Who imports ($1) into a contest ($2), whether for every city, and for which cities.
select users.login,
    coalesce(bool_or(grants.role = 'ORGANISER' and (grants.contest_id is null or grants.contest_id = $2)), false)
        as everywhere,
    coalesce(array_agg(grants.city_id) filter (where grants.role in ('CITY_CLERK', 'CITY_LEADER')), '{}') as cities
from users
left join grants on grants.user_id = users.id
where users.id = $1 and users.disabled_at is null
group by users.id;

-- name: contest_cities
-- The cities of a contest with everything they are called.
select id, name, aliases from cities where contest_id = $1;

-- name: contest_divisions
-- The divisions of a contest, and how people come in.
select id, key, name, entry_ways from divisions where contest_id = $1;

-- name: update_contestant
-- Brings what a roster may change up to date; city and division are not among it.
update contestants
set name = $2, phone_sealed = $3, followers_claimed = $4, experience = $5, remark = $6,
    eligibility = case when eligibility = 'RETURNED' then 'PENDING' else eligibility end, updated_at = clock_timestamp()
where id = $1;

-- name: insert_sent_again
-- Somebody returned was mended; they go back to whose turn it was.
insert into eligibility_reviews (id, contest_id, contestant_id, step, decision, reviewed_by)
select $1, $2, id, review_step, 'SENT_AGAIN', $4 from contestants where id = $3;

-- name: end_import
-- Ends an import with its numbers, the problems of refused lines and what it changes.
update roster_imports
set state = $2, city_id = $3, division_id = $4, lines_read = $5, lines_new = $6, lines_updated = $7,
    lines_unchanged = $8, lines_refused = $9, lines_duplicate = $10, lines_over_quota = $11, problems = $12,
    changes = $13, ended_at = now()
where id = $1 and state = 'RUNNING';

-- name: fail_import
-- Ends an import that failed by our own fault.
update roster_imports
set state = 'FAILED', problems = $2, ended_at = now()
where id = $1 and state in ('QUEUED', 'RUNNING');
