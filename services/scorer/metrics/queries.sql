-- Figures come as arrays, a contestant a row: days as numbers, money in cents, ratios in millionths (figures.py).

-- name: plan_for_slices
-- Until the transaction ends each query is planned for the people it is given, as a plan for any of them reads a contest's
-- whole window each time; and without helpers, who would read a whole table to find those few.
select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('max_parallel_workers_per_gather', '0', true);

-- name: contestants_of_run
-- Who takes part: approved at the moment the run was started, in the city and division and under the handle of that
-- approval, whatever became of them since; of those whom the rules let in ($3), if they say. In the order in which their
-- figures are read.
select approvals.contestant_id as id, approvals.city_id, divisions.key as division, approvals.platform,
    approvals.handle_key, approvals.handle_sealed, contestants.approved_at
from approvals
join contestants on contestants.id = approvals.contestant_id
join divisions on divisions.id = approvals.division_id
where approvals.contest_id = $1 and approvals.from_at <= $2 and (approvals.until_at is null or approvals.until_at > $2)
    and ($3::uuid[] is null or approvals.contestant_id = any($3))
order by approvals.contestant_id;

-- name: coverage_in_force
-- Of whom the files in force at sequence $2, exported in [$3, $4), speak: a contestant's source a row. Whom one file alone
-- tells of a source needs no choice between files.
select contestant_id, source, count(distinct upload_id) = 1 as told_once,
    array_agg(distinct measure) filter (where measure is not null) as measures
from coverage
left join lateral unnest(measures) measure on true
where contestant_id = any($1) and from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
    and exported_at >= $3 and exported_at < $4
group by contestant_id, source;

-- name: works_in_force
-- Public works of the window [$5, $6), each as the file exported last tells of it: a contestant a row, a work a place.
-- Of whom only one file tells ($7) nothing has to be chosen, which is most of the work.
select contestant_id, array_agg((published_at at time zone 'Asia/Shanghai')::date - date '0001-01-01'),
    array_agg(plays), array_agg(likes), array_agg(comments), array_agg(shares), array_agg(favourites),
    array_agg((completion_rate * 1000000)::bigint), array_agg(profile_visits), array_agg(follower_gain)
from (
    select *
    from works
    where contestant_id = any($7) and from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
        and exported_at >= $3 and exported_at < $4 and published_at >= $5 and published_at < $6
    union all
    (select distinct on (contestant_id, published_at, ordinal) works.*
    from works
    join (select id as upload_id, content_digest from uploads) files using (upload_id)
    where contestant_id = any($1) and from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
        and exported_at >= $3 and exported_at < $4 and published_at >= $5 and published_at < $6
    order by contestant_id, published_at, ordinal, exported_at desc, content_digest)
) latest
where visibility = 'PUBLIC'
group by contestant_id;

-- name: told_to_the_minute
-- Those of whom some file has told works without their seconds (投稿分析, a list saved again): few, and no matter what is in force of it.
select distinct contestant_id from works where contestant_id = any($1) and ordinal < 0;

-- name: joined_works_in_force
-- As works_in_force, for those people: what a file tells of a minute is joined with the work of that minute and title,
-- several with one title in their order. A list that lost its seconds tells all of a work; 投稿分析 its plays alone, of
-- which the later export is believed. What is joined with nothing is a work of its own.
with told as materialized (
    select works.*, uploads.content_digest, uploads.kind = 'DOUYIN_WORKS_SHORT' as plays_only,
        row_number() over (
            partition by works.upload_id, works.contestant_id, works.published_at, works.title order by works.ordinal desc
        ) as nth
    from works
    join uploads on uploads.id = works.upload_id
    where works.contestant_id = any($1) and works.from_sequence <= $2
        and (works.to_sequence is null or works.to_sequence > $2)
        and works.exported_at >= $3 and works.exported_at < $4
        and works.published_at >= $5 and works.published_at < $6
),
seconds as (
    select *, row_number() over (partition by contestant_id, minute, title order by published_at, ordinal) as nth
    from (
        select distinct contestant_id, published_at, ordinal, title, date_trunc('minute', published_at) as minute
        from told
        where ordinal >= 0
    ) exact
),
whole as (
    select told.*, coalesce(seconds.published_at, told.published_at) as at,
        coalesce(seconds.ordinal, case when told.ordinal < 0 then -told.nth else told.ordinal end) as place,
        case when told.ordinal < 0 and seconds.ordinal is null then told.title else '' end as called
    from told
    left join seconds on told.ordinal < 0 and seconds.contestant_id = told.contestant_id
        and seconds.minute = told.published_at and seconds.title = told.title and seconds.nth = told.nth
    where not told.plays_only
),
latest as (
    select distinct on (contestant_id, at, place, called) *
    from whole
    order by contestant_id, at, place, called, exported_at desc, content_digest
),
named as (
    select *, row_number() over (partition by contestant_id, minute, title order by place < 0, at, abs(place)) as nth
    from (
        select distinct contestant_id, at, place, called, title, date_trunc('minute', at) as minute from whole
    ) works_told
),
minutes as (
    select distinct on (contestant_id, published_at, title, nth) *
    from told
    where plays_only
    order by contestant_id, published_at, title, nth, exported_at desc, content_digest
),
joined as (
    select minutes.contestant_id, minutes.published_at as minute, minutes.title, minutes.nth, minutes.plays,
        minutes.exported_at, minutes.content_digest, named.at, named.place, named.called
    from minutes
    join named on named.contestant_id = minutes.contestant_id and named.minute = minutes.published_at
        and named.title = minutes.title and named.nth = minutes.nth
),
counted as (
    select latest.contestant_id, latest.at as published_at, latest.visibility,
        case when believed.exported_at > latest.exported_at then coalesce(believed.plays, latest.plays)
             else coalesce(latest.plays, believed.plays) end as plays,
        latest.likes, latest.comments, latest.shares, latest.favourites, latest.completion_rate, latest.profile_visits,
        latest.follower_gain
    from latest
    left join lateral (
        select plays, exported_at
        from joined
        where joined.contestant_id = latest.contestant_id and joined.at = latest.at
            and joined.place = latest.place and joined.called = latest.called
        order by exported_at desc, content_digest limit 1
    ) believed on true
    union all
    select contestant_id, published_at, 'PUBLIC', plays, null, null, null, null, null, null, null
    from minutes
    where not exists (
        select from joined
        where joined.contestant_id = minutes.contestant_id and joined.minute = minutes.published_at
            and joined.title = minutes.title and joined.nth = minutes.nth
    )
)
select contestant_id, array_agg((published_at at time zone 'Asia/Shanghai')::date - date '0001-01-01'),
    array_agg(plays), array_agg(likes), array_agg(comments), array_agg(shares), array_agg(favourites),
    array_agg((completion_rate * 1000000)::bigint), array_agg(profile_visits), array_agg(follower_gain)
from counted
where visibility = 'PUBLIC'
group by contestant_id;

-- name: account_days_in_force
-- The days of the window [$5, $6), each measure as the file exported last tells of it: a contestant's measure a row.
-- Of whom only one file tells: $7. Only what a metric reads ($8), which are counts.
select contestant_id, measure, array_agg(day - date '0001-01-01'), array_agg(value::bigint)
from (
    select *
    from account_days
    where contestant_id = any($7) and from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
        and exported_at >= $3 and exported_at < $4
        and day >= ($5::timestamptz at time zone 'Asia/Shanghai')::date
        and day <= (($6::timestamptz - interval '1 microsecond') at time zone 'Asia/Shanghai')::date
        and measure = any($8)
    union all
    (select distinct on (contestant_id, day, measure) account_days.*
    from account_days
    join (select id as upload_id, content_digest from uploads) files using (upload_id)
    where contestant_id = any($1) and from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
        and exported_at >= $3 and exported_at < $4
        and day >= ($5::timestamptz at time zone 'Asia/Shanghai')::date
        and day <= (($6::timestamptz - interval '1 microsecond') at time zone 'Asia/Shanghai')::date
        and measure = any($8)
    order by contestant_id, day, measure, exported_at desc, content_digest)
) latest
group by contestant_id, measure;

-- name: live_sessions_in_force
-- Sessions begun in the window [$5, $6), each as the file exported last tells of it: a contestant a row. Of whom only one
-- file tells: $7.
select contestant_id, array_agg((started_at at time zone 'Asia/Shanghai')::date - date '0001-01-01'),
    array_agg((minutes * 100)::bigint), array_agg(viewers), array_agg(views), array_agg((gross_sales * 100)::bigint),
    array_agg((paid_sales * 100)::bigint), array_agg((net_sales * 100)::bigint), array_agg(orders), array_agg(buyers),
    array_agg((promotion_spend * 100)::bigint)
from (
    select *
    from live_sessions
    where contestant_id = any($7) and from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
        and exported_at >= $3 and exported_at < $4 and started_at >= $5 and started_at < $6
    union all
    (select distinct on (contestant_id, started_at) live_sessions.*
    from live_sessions
    join (select id as upload_id, content_digest from uploads) files using (upload_id)
    where contestant_id = any($1) and from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
        and exported_at >= $3 and exported_at < $4 and started_at >= $5 and started_at < $6
    order by contestant_id, started_at, exported_at desc, content_digest)
) latest
group by contestant_id;

-- name: order_days_in_force
-- The base sums of a round's order lines as they were at a sequence number: a contestant a row.
select contestant_id, array_agg(day - date '0001-01-01'), array_agg(orders), array_agg((gross_sales * 100)::bigint),
    array_agg((refunds * 100)::bigint)
from order_days
where contestant_id = any($1) and round_id = $3 and from_sequence <= $2
    and (to_sequence is null or to_sequence > $2)
group by contestant_id;

-- name: order_days_from_lines
-- The same sums computed anew from the order lines themselves, to verify what was kept.
select contestant_id, array_agg(day - date '0001-01-01'), array_agg(orders), array_agg((gross_sales * 100)::bigint),
    array_agg((refunds * 100)::bigint)
from (
    select contestant_id, (paid_at at time zone 'Asia/Shanghai')::date as day, count(distinct order_number) as orders,
        sum(amount) as gross_sales, coalesce(sum(amount) filter (where after_sale = 'REFUNDED'), 0) as refunds
    from (
        select distinct on (orders.contestant_id, orders.order_line) orders.*
        from orders
        join (select id as upload_id, content_digest from uploads) files using (upload_id)
        where orders.contestant_id = any($1) and orders.from_sequence <= $2
            and (orders.to_sequence is null or orders.to_sequence > $2)
            and orders.exported_at >= $3 and orders.exported_at < $4
        order by orders.contestant_id, orders.order_line, orders.exported_at desc, content_digest
    ) latest
    where paid_at >= $5 and paid_at < $6
    group by contestant_id, day
) days
group by contestant_id;

-- name: featured_days_in_force
-- The part of order_days_from_lines that featured products have: those of the contestant's platform in the contest ($7).
select contestant_id, array_agg(day - date '0001-01-01'), array_agg(orders), array_agg((gross_sales * 100)::bigint),
    array_agg((refunds * 100)::bigint)
from (
    select contestant_id, (paid_at at time zone 'Asia/Shanghai')::date as day, count(distinct order_number) as orders,
        sum(amount) as gross_sales, coalesce(sum(amount) filter (where after_sale = 'REFUNDED'), 0) as refunds
    from (
        select distinct on (orders.contestant_id, orders.order_line) orders.*
        from orders
        join (select id as upload_id, content_digest from uploads) files using (upload_id)
        where orders.contestant_id = any($1) and orders.from_sequence <= $2
            and (orders.to_sequence is null or orders.to_sequence > $2)
            and orders.exported_at >= $3 and orders.exported_at < $4
        order by orders.contestant_id, orders.order_line, orders.exported_at desc, content_digest
    ) latest
    where paid_at >= $5 and paid_at < $6 and exists (
        select
        from products
        join accounts on accounts.contestant_id = latest.contestant_id and accounts.platform = products.platform
        where products.contest_id = $7 and products.product_id = latest.product_id and products.from_sequence <= $2
            and (products.to_sequence is null or products.to_sequence > $2)
    )
    group by contestant_id, day
) days
group by contestant_id;

-- name: contents_in_force
-- The contents of the files in force at a sequence number, exported in [$3, $4).
select distinct content_digest
from uploads
where contest_id = $1 and accepted_sequence <= $2 and (withdrawn_sequence is null or withdrawn_sequence > $2)
    and exported_at >= $3 and exported_at < $4
order by content_digest;

-- name: marks_in_force
-- What judges gave in the panels of a round ($3), as it was at a sequence number: a contestant a row.
select marks.contestant_id, array_agg(panels.key), array_agg(marks.judge_id::text), array_agg(marks.points)
from jury_marks marks
join jury_panels panels on panels.id = marks.panel_id
where marks.contestant_id = any($1) and panels.round_id = $3 and marks.points is not null
    and marks.from_sequence <= $2 and (marks.to_sequence is null or marks.to_sequence > $2)
group by marks.contestant_id;

-- name: penalties_in_force
-- Penalties of a round ($3) as they were at a sequence number: a contestant a row.
select contestant_id, array_agg(kind order by id), array_agg(item order by id), array_agg(points order by id)
from penalties
where contestant_id = any($1) and round_id = $3 and from_sequence <= $2
    and (to_sequence is null or to_sequence > $2)
group by contestant_id;

-- name: carried_runs
-- Runs of earlier rounds, with the keys of the rounds.
select rounds.key, runs.id, runs.digest
from scoring_runs runs
join rounds on rounds.id = runs.round_id
where runs.id = any($1::uuid[]);

-- name: earlier_results
-- The valid results in runs of earlier rounds ($2).
select contestant_id, run_id, total, rank from valid_scores where contestant_id = any($1) and run_id = any($2::uuid[]);
