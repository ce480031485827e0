-- name: find_head
-- What the bundle of a run says of itself.
select contests.slug as contest, rounds.key as round, runs.number as run, runs.id as run_id, runs.digest
from scoring_runs runs
join rounds on rounds.id = runs.round_id
join contests on contests.id = runs.contest_id
where runs.id = $1;

-- name: contests
-- The contest of a run. Whatever is personal is left out of all of these: no names, numbers or phones of people.
select id, slug, title, hosts, ownerless_orders, formats_version from contests where id = $1;

-- name: cities
-- Its cities.
select id, contest_id, name, aliases, position from cities where contest_id = $1 order by position;

-- name: divisions
-- Its divisions.
select id, contest_id, key, name, cap, entry_ways, position from divisions where contest_id = $1 order by position;

-- name: rounds
-- Its rounds.
select id, contest_id, key, title, opens_at, closes_at, exported_from, exported_until, uploads_until, position
from rounds
where contest_id = $1
order by position;

-- name: format_aliases
-- Headings that it has added to the formats.
select id, contest_id, kind, heading, heading_key, field, from_version, to_version
from format_aliases
where contest_id = $1
order by id;

-- name: own_formats
-- Formats that it has added.
select id, contest_id, key, title, document, from_version, to_version
from own_formats
where contest_id = $1
order by id;

-- name: account_aliases
-- Other handles that its accounts have had.
select id, contest_id, account_id, platform, handle, handle_key, state
from account_aliases
where contest_id = $1 and state = 'APPROVED'
order by id;

-- name: rules
-- The versions of the rules by which runs went.
select distinct rules.id, rules.contest_id, rules.round_id, rules.version, rules.document, rules.sha256,
    rules.created_at
from rules
join scoring_runs on scoring_runs.rules_id = rules.id
where scoring_runs.id = any($1::uuid[])
order by rules.id;

-- name: scoring_runs
-- The runs themselves.
select id, contest_id, round_id, number, state, sequence, rules_id, digest, contestants, created_at, ended_at,
    participants, carried_runs
from scoring_runs
where id = any($1::uuid[])
order by id;

-- name: scores
-- What they found.
select contestant_id, run_id, city_id, division_id, position, rank, city_rank, division_rank, total, items, explanation
from scores
where run_id = any($1::uuid[])
order by run_id, position;

-- name: finalists
-- What they proposed.
select contestant_id, run_id, city_id, place, position, reason
from finalists
where run_id = any($1::uuid[])
order by run_id, contestant_id;

-- name: team_scores
-- The teams they ranked.
select run_id, city_id, position, rank, total, counted, members
from team_scores
where run_id = any($1::uuid[])
order by run_id, position;

-- name: awards
-- The awards they gave.
select run_id, position, award, title, city_id, contestant_id, place, seats
from awards
where run_id = any($1::uuid[])
order by run_id, position;

-- name: contestants
-- Those who take part, by number.
select id, contest_id, city_id, division_id, number, entry_way, eligibility, approved_at
from contestants
where id = any($1)
order by number;

-- name: approvals
-- In which city and division and under which handle they were approved at a moment.
select contestant_id, from_at, until_at, contest_id, city_id, division_id, platform, handle_key
from approvals
where contestant_id = any($1) and from_at <= $2 and (until_at is null or until_at > $2)
order by contestant_id;

-- name: accounts
-- Their accounts on the platforms.
select id, contest_id, contestant_id, platform, handle, handle_key, uid
from accounts
where contestant_id = any($1)
order by contestant_id;

-- name: uploads
-- The files in force at a sequence number, exported in [$3, $4); without their names, which people are found in.
select id, contest_id, size, sha256, state, kind, kind_stated, account_id,
    exported_at, exported_at_stated, policy, attested, published_at, content_digest, accepted_sequence,
    withdrawn_sequence, rows_read, typing_reason, format_key, format_version
from uploads
where contest_id = $1 and accepted_sequence <= $2 and (withdrawn_sequence is null or withdrawn_sequence > $2)
    and exported_at >= $3 and exported_at < $4 and content_digest is not null
order by content_digest, id;

-- name: coverage
-- Of whom those files speak; also from when on they did where lines of theirs were claimed later.
select contestant_id, upload_id, contest_id, source, exported_at, from_sequence, to_sequence, rows, measures
from coverage
where contestant_id = any($1) and (to_sequence is null or to_sequence > $2) and exported_at >= $3 and exported_at < $4
    and exists (select from uploads where uploads.id = coverage.upload_id and uploads.accepted_sequence <= $2)
order by contestant_id, upload_id, source, from_sequence;

-- name: works
-- Their works in force.
select contestant_id, published_at, ordinal, upload_id, from_sequence, to_sequence, exported_at, title, genre,
    visibility, plays, completion_rate, completion_rate_5s, bounce_rate_2s, cover_click_rate, average_play_seconds,
    likes, comments, shares, favourites, profile_visits, follower_gain, sheet, line
from works
where contestant_id = any($1) and from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
    and exported_at >= $3 and exported_at < $4
order by contestant_id, published_at, ordinal, upload_id;

-- name: account_days
-- Their account days in force.
select contestant_id, day, measure, upload_id, from_sequence, to_sequence, exported_at, value, sheet, line
from account_days
where contestant_id = any($1) and from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
    and exported_at >= $3 and exported_at < $4
order by contestant_id, day, measure, upload_id;

-- name: live_sessions
-- Their live sessions in force.
select contestant_id, started_at, upload_id, from_sequence, to_sequence, exported_at, ended_at, minutes, viewers,
    views, peak_viewers, comments, new_followers, lost_followers, gross_sales, paid_sales, refunds, net_sales, orders,
    buyers, refunded_orders, promotion_spend, sheet, line
from live_sessions
where contestant_id = any($1) and from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
    and exported_at >= $3 and exported_at < $4
order by contestant_id, started_at, upload_id;

-- name: orders
-- Their order lines in force.
select contestant_id, order_line, upload_id, from_sequence, to_sequence, exported_at, order_number, submitted_at,
    paid_at, amount, quantity, after_sale, product_id, product, channel, sheet, line
from orders
where contestant_id = any($1) and from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
    and exported_at >= $3 and exported_at < $4
order by contestant_id, order_line, upload_id;

-- name: penalties
-- Their penalties in force at a sequence number.
select id, contest_id, round_id, contestant_id, kind, item, points, from_sequence, to_sequence
from penalties
where contestant_id = any($1) and from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
order by contestant_id, id;

-- name: products
-- The featured products in force at a sequence number.
select id, contest_id, platform, product_id, title, city_id, from_sequence, to_sequence
from products
where contest_id = $1 and from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
order by platform, product_id;

-- name: jury_panels
-- The panels of the contest's judges.
select id, contest_id, round_id, key, closed_at from jury_panels where contest_id = $1 order by id;

-- name: jury_marks
-- Their marks in force at a sequence number; a judge is but an id.
select contestant_id, panel_id, judge_id, id, contest_id, criteria, points, from_sequence, to_sequence
from jury_marks
where contestant_id = any($1) and from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
order by contestant_id, panel_id, judge_id, id;

-- name: list_erased
-- Who of contestants ($1), approved at a moment, was erased since a result named them.
select p.number
from contestants p
join approvals on approvals.contestant_id = p.id
where p.id = any($1) and from_at <= $2 and (until_at is null or until_at > $2) and handle_sealed is not null
order by p.number;

-- name: list_hidden_files
-- Files of a contest that speak of somebody who was erased.
select distinct coverage.upload_id as id
from contestants p
join coverage on coverage.contestant_id = p.id
where p.contest_id = $1 and p.erased_at is not null;

-- name: say_no_reference
-- Lets rows in whose references were left out of the bundle.
set session_replication_role = replica;

-- name: columns_demanded
-- The columns of a table, beside its key, that may not be empty.
select attname
from pg_attribute
left join pg_index on indrelid = attrelid and indisprimary
where attrelid = $1::text::regclass and attnum > 0 and attnotnull and not attnum = any(indkey);
