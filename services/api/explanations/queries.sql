-- name: find_runs
-- Runs with their rules and round.
select r.id, r.number, r.digest, rules.document, rounds.title as round
from scoring_runs r
join rules on rules.id = r.rules_id
join rounds on rounds.id = r.round_id
where r.id = any($1::uuid[]);

-- name: works_of_run
-- The public works of a contestant ($2) that a run ($1) saw, as metrics/queries.sql of the scorer takes them: each as
-- the file exported last tells of it; where 投稿分析 is believed for the plays, its place as well.
with run as (
    select r.sequence, rounds.opens_at, rounds.closes_at, rounds.exported_from, rounds.exported_until
    from scoring_runs r join rounds on rounds.id = r.round_id where r.id = $1
),
told as materialized (
    select w.*, uploads.content_digest, uploads.kind = 'DOUYIN_WORKS_SHORT' as plays_only
    from run, works_told w
    join uploads on uploads.id = w.upload_id
    where w.contestant_id = $2 and w.from_sequence <= run.sequence
        and (w.to_sequence is null or w.to_sequence > run.sequence)
        and w.exported_at >= run.exported_from and w.exported_at < run.exported_until
        and w.published_at >= run.opens_at and w.published_at < run.closes_at
),
listed as (
    select distinct on (at, place, called) * from told where not plays_only
    order by at, place, called, exported_at desc, content_digest
),
minutes as (
    select distinct on (at, place, called) * from told where plays_only
    order by at, place, called, exported_at desc, content_digest
),
joined as (
    select at, coalesce(listed.title, minutes.title) as label, listed.plays, listed.likes, listed.comments,
        listed.shares, listed.favourites, listed.completion_rate, listed.profile_visits, listed.follower_gain,
        listed.upload_id, listed.sheet, listed.line, minutes.plays as minute_plays,
        minutes.upload_id as minute_upload_id, minutes.sheet as minute_sheet, minutes.line as minute_line,
        listed.upload_id is null or minutes.plays is not null
            and (listed.plays is null or minutes.exported_at > listed.exported_at) as believed
    from listed
    full join minutes using (at, place, called)
    where listed.upload_id is null or listed.visibility = 'PUBLIC'
)
select to_char(at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') as at,
    (at at time zone 'Asia/Shanghai')::date as day, label,
    case when believed then minute_plays else plays end as plays, likes, comments, shares, favourites,
    trim_scale(completion_rate) as completion_rate, profile_visits, follower_gain, upload_id, sheet, line,
    case when believed then minute_upload_id end as plays_upload_id, minute_sheet as plays_sheet,
    minute_line as plays_line
from joined
order by joined.at, upload_id, line;

-- name: account_days_of_run
-- The days of an account that a run ($1) saw of a contestant ($2), each measure as the file exported last tells of it.
with run as (
    select r.sequence, rounds.opens_at, rounds.closes_at, rounds.exported_from, rounds.exported_until
    from scoring_runs r join rounds on rounds.id = r.round_id where r.id = $1
)
select day::text as at, day, measure, trim_scale(value) as value, upload_id, sheet, line
from (
    select distinct on (d.day, d.measure) d.*
    from run, account_days d
    join uploads on uploads.id = d.upload_id
    where d.contestant_id = $2 and d.from_sequence <= run.sequence
        and (d.to_sequence is null or d.to_sequence > run.sequence)
        and d.exported_at >= run.exported_from and d.exported_at < run.exported_until
        and d.day >= (run.opens_at at time zone 'Asia/Shanghai')::date
        and d.day <= ((run.closes_at - interval '1 microsecond') at time zone 'Asia/Shanghai')::date
    order by d.day, d.measure, d.exported_at desc, uploads.content_digest
) latest
order by day;

-- name: live_sessions_of_run
-- The sessions of a contestant ($2) that a run ($1) saw, each as the file exported last tells of it.
with run as (
    select r.sequence, rounds.opens_at, rounds.closes_at, rounds.exported_from, rounds.exported_until
    from scoring_runs r join rounds on rounds.id = r.round_id where r.id = $1
)
select to_char(started_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') as at,
    (started_at at time zone 'Asia/Shanghai')::date as day, minutes, viewers, views, gross_sales, paid_sales, net_sales,
    orders, buyers, promotion_spend, upload_id, sheet, line
from (
    select distinct on (l.started_at) l.*
    from run, live_sessions l
    join uploads on uploads.id = l.upload_id
    where l.contestant_id = $2 and l.from_sequence <= run.sequence
        and (l.to_sequence is null or l.to_sequence > run.sequence)
        and l.exported_at >= run.exported_from and l.exported_at < run.exported_until
        and l.started_at >= run.opens_at and l.started_at < run.closes_at
    order by l.started_at, l.exported_at desc, uploads.content_digest
) latest
order by latest.started_at;

-- name: orders_of_run
-- The order lines of a contestant ($2) paid in the window that a run ($1) saw, each as the file exported last tells.
with run as (
    select r.sequence, rounds.opens_at, rounds.closes_at, rounds.exported_from, rounds.exported_until
    from scoring_runs r join rounds on rounds.id = r.round_id where r.id = $1
)
select to_char(latest.paid_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') as at,
    (latest.paid_at at time zone 'Asia/Shanghai')::date as day, order_line as label, amount, after_sale, product_id,
    upload_id, sheet, line
from (
    select distinct on (o.order_line) o.*
    from run, orders o
    join uploads on uploads.id = o.upload_id
    where o.contestant_id = $2 and o.from_sequence <= run.sequence
        and (o.to_sequence is null or o.to_sequence > run.sequence)
        and o.exported_at >= run.exported_from and o.exported_at < run.exported_until
    order by o.order_line, o.exported_at desc, uploads.content_digest
) latest, run
where latest.paid_at >= run.opens_at and latest.paid_at < run.closes_at
order by latest.paid_at, order_line;
