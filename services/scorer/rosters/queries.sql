-- name: begin_import
-- Takes up a roster import that waits, or that a worker broke off.
update roster_imports
set state = 'RUNNING'
from uploads
where roster_imports.id = $1 and roster_imports.state in ('QUEUED', 'RUNNING') and uploads.id = roster_imports.upload_id
returning roster_imports.id, roster_imports.contest_id, roster_imports.upload_id, roster_imports.dry_run, uploads.name;

-- name: lock_contest
-- Locks the contest, so that numbers and quotas are given out one import after the other.
select clock_timestamp() as now from contests where id = $1 for update;

-- name: contest_cities
-- The cities of a contest with everything they are called.
select id, name, aliases from cities where contest_id = $1;

-- name: contest_divisions
-- The divisions of a contest, with how many people each has, and how people come in.
select divisions.id, divisions.key, divisions.name, divisions.cap, divisions.entry_ways,
    (select count(*) from contestants where contestants.division_id = divisions.id) as people
from divisions where divisions.contest_id = $1;

-- name: places_left
-- The quota of a city in a division, none if there is none, and how many recommended people it has.
select
    (select places from quotas where city_id = $1 and division_id = $2) as places,
    (select count(*) from contestants
     where city_id = $1 and division_id = $2 and entry_way = 'RECOMMENDED') as taken;

-- name: find_people
-- The contestants with one of these ID numbers (blind index), with their accounts.
select contestants.id, contestants.city_id, contestants.division_id, contestants.name, contestants.id_number_index,
    contestants.phone_sealed, contestants.followers_claimed, contestants.experience, contestants.remark,
    accounts.platform, accounts.handle_key
from contestants
join accounts on accounts.contestant_id = contestants.id
where contestants.contest_id = $1 and contestants.id_number_index = any($2);

-- name: find_handles
-- Which of these handles are taken, by whom.
select contestant_id, platform, handle_key from accounts where contest_id = $1 and handle_key = any($2);

-- name: last_number
-- The highest contestant number of a contest.
select coalesce(max(number), 0) from contestants where contest_id = $1;

-- name: insert_contestant
-- Adds a recommended contestant, approved.
insert into contestants (id, contest_id, city_id, division_id, number, name, entry_way, eligibility, review_step,
                         approved_at, id_number_sealed, id_number_index, phone_sealed, followers_claimed, experience, remark)
values ($1, $2, $3, $4, $5, $6, 'RECOMMENDED', 'APPROVED', 'ORGANISER', $7, $8, $9, $10, $11, $12, $13);

-- name: insert_account
-- Gives a contestant their one account.
insert into accounts (id, contest_id, contestant_id, platform, handle, handle_key)
values ($1, $2, $3, $4, $5, $6);

-- name: update_contestant
-- Brings what a roster may change up to date; city, division and account are not among it.
update contestants
set name = $2, phone_sealed = $3, followers_claimed = $4, experience = $5, remark = $6, updated_at = now()
where id = $1;

-- name: find_files_with_strangers
-- The files that count and hold rows of handles nobody had.
select id from uploads
where contest_id = $1 and state = 'ACCEPTED' and kind <> 'ARCHIVE' and rows_unclaimed > 0
    and exists (
        select from upload_problems
        where upload_id = uploads.id and code in ('UNKNOWN_ACCOUNT', 'MORE_PROBLEMS')  -- it may be among those left out
    );

-- name: contest_changed
-- Tells readers of the contest that something changed.
update contests set version = version + 1 where id = $1;

-- name: end_import
-- Ends an import with its numbers and the problems of refused lines.
update roster_imports
set state = $2, city_id = $3, division_id = $4, lines_read = $5, lines_new = $6, lines_updated = $7,
    lines_unchanged = $8, lines_refused = $9, problems = $10, ended_at = now()
where id = $1 and state = 'RUNNING';

-- name: fail_import
-- Ends an import that failed by our own fault.
update roster_imports
set state = 'FAILED', problems = $2, ended_at = now()
where id = $1 and state in ('QUEUED', 'RUNNING');
