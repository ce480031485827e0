-- name: fill_uploads
-- One accepted upload for each account and source, with sequence numbers in turn.
insert into uploads (id, contest_id, name, size, sha256, state, kind, account_id, exported_at, exported_at_stated,
                     content_digest, accepted_sequence)
select gen_random_uuid(), accounts.contest_id, source, 0, '', 'ACCEPTED', 'TEMPLATE_' || source, accounts.id, $1, true,
    encode(sha256(convert_to(accounts.id::text || source, 'UTF8')), 'hex'),
    row_number() over (order by accounts.id, source)
from accounts
cross join unnest(array['WORKS', 'ACCOUNT_DAYS', 'LIVE_SESSIONS', 'ORDERS']) source;

-- name: fill_coverage
-- Whom each upload speaks of.
insert into coverage (contestant_id, upload_id, contest_id, source, exported_at, from_sequence, rows, measures)
select accounts.contestant_id, uploads.id, uploads.contest_id, uploads.name, uploads.exported_at,
    uploads.accepted_sequence, 40,
    case uploads.name when 'ACCOUNT_DAYS' then array['NET_FOLLOWERS', 'PROFILE_VISITS'] else '{}' end
from uploads
join accounts on accounts.id = uploads.account_id;

-- name: fill_works
-- A work a day at nine in the morning, for $2 days from $1; Kuaishou's files know no completion rate.
insert into works (contestant_id, published_at, ordinal, upload_id, from_sequence, exported_at, title, genre,
                   visibility, plays, completion_rate, likes, comments, shares, favourites, profile_visits,
                   follower_gain, sheet, line)
select coverage.contestant_id, $1::timestamptz + make_interval(days => day, hours => 9), 0, coverage.upload_id,
    coverage.from_sequence, coverage.exported_at, '作品 ' || day, '1-3min视频', 'PUBLIC',
    exp(random() * 12)::bigint, case accounts.platform when 'DOUYIN' then round(random()::numeric, 6) end,
    (random() * 900)::bigint, (random() * 90)::bigint, (random() * 60)::bigint, (random() * 80)::bigint,
    (random() * 300)::bigint, (random() * 100 - 10)::bigint, 'Sheet1', day + 2
from coverage
join accounts using (contestant_id)
cross join generate_series(0, $2::integer - 1) day
where coverage.source = 'WORKS';

-- name: fill_account_days
-- Two measures for each day.
insert into account_days (contestant_id, day, measure, upload_id, from_sequence, exported_at, value, sheet, line)
select contestant_id, $1::date + day, measure, upload_id, from_sequence, exported_at,
    floor(random() * 120 - 20)::integer + case measure when 'PROFILE_VISITS' then 20 else 0 end, 'Sheet1', day + 2
from coverage
cross join generate_series(0, $2::integer - 1) day
cross join unnest(array['NET_FOLLOWERS', 'PROFILE_VISITS']) measure
where source = 'ACCOUNT_DAYS';

-- name: fill_live_sessions
-- A session on about four evenings in seven.
insert into live_sessions (contestant_id, started_at, upload_id, from_sequence, exported_at, ended_at, minutes, viewers,
                           views, new_followers, gross_sales, paid_sales, refunds, net_sales, orders, buyers,
                           promotion_spend, sheet, line)
select contestant_id, started, upload_id, from_sequence, exported_at, started + make_interval(mins => minutes), minutes,
    views * 3 / 4, views, views / 90, sales, sales, 0, sales, views / 40, views / 50, 0, 'Sheet1', day + 2
from (
    select coverage.*, day, $1::timestamptz + make_interval(days => day, hours => 19) as started,
        30 + (random() * 500)::integer as minutes, 50 + exp(random() * 11)::bigint as views,
        round((random() * 20000)::numeric, 2) as sales
    from coverage
    cross join generate_series(0, $2::integer - 1) day
    where source = 'LIVE_SESSIONS' and random() < 0.57
) sessions;

-- name: fill_orders
-- One paid order of two lines for each day; one in twenty is sent back.
insert into orders (contestant_id, order_line, upload_id, from_sequence, exported_at, order_number, submitted_at,
                    paid_at, amount, quantity, after_sale, product_id, product, channel, sheet, line)
select contestant_id, (from_sequence * 1000 + day * 2 + part)::text, upload_id, from_sequence, exported_at,
    (from_sequence * 1000 + day)::text, paid, paid, round((random() * 300 + 9)::numeric, 2), 1,
    case when random() < 0.05 then 'REFUNDED' else 'NONE' end, '3502000000000001', '恩施富硒土豆 5斤装', '直播', '', day + 2
from (
    select coverage.*, day, part, $1::timestamptz + make_interval(days => day, hours => 20) as paid
    from coverage
    cross join generate_series(0, $2::integer - 1) day
    cross join generate_series(0, 1) part
    where source = 'ORDERS'
) lines;

-- name: fill_order_days
-- The base sums of those orders, for the round $1.
insert into order_days (contestant_id, round_id, day, from_sequence, orders, order_lines, quantity, gross_sales,
                        refunds, open_refunds)
select contestant_id, $1, (paid_at at time zone 'Asia/Shanghai')::date, from_sequence, count(distinct order_number),
    count(*), sum(quantity), sum(amount), coalesce(sum(amount) filter (where after_sale = 'REFUNDED'), 0), 0
from orders
group by contestant_id, (paid_at at time zone 'Asia/Shanghai')::date, from_sequence;
