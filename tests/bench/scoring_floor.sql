-- name: kept_sales
-- Sales and orders from the base sums that are kept.
create view sales_floor as
select contestant_id, sum(gross_sales - refunds) as net_sales, sum(orders) as orders
from order_days
where to_sequence is null
group by contestant_id;

-- name: counted_sales
-- Sales and orders counted anew from the order lines.
create view sales_floor as
select contestant_id, sum(amount) - coalesce(sum(amount) filter (where after_sale = 'REFUNDED'), 0) as net_sales,
    count(distinct order_number) as orders
from orders, rounds
where paid_at >= opens_at and paid_at < closes_at and to_sequence is null
group by contestant_id;

-- name: score
-- The sample rules as one statement: figures in force → metrics → points → ranks → rows. $1 run, $2 round,
-- $3 the explanation with a hole for each figure.
with round as (
    select rounds.id, opens_at, closes_at, contests.sequence
    from rounds
    join contests on contests.id = rounds.contest_id
    where rounds.id = $2
),
work as (
    select contestant_id, (published_at at time zone 'Asia/Shanghai')::date as day, plays,
        likes + comments + shares + favourites as engaged, completion_rate, follower_gain,
        row_number() over (partition by contestant_id order by plays desc) as place
    from works, round
    where published_at >= opens_at and published_at < closes_at and visibility = 'PUBLIC'
        and from_sequence <= sequence and (to_sequence is null or to_sequence > sequence)
),
session as (
    select contestant_id, (started_at at time zone 'Asia/Shanghai')::date as day, minutes, views, paid_sales, buyers
    from live_sessions, round
    where started_at >= opens_at and started_at < closes_at
        and from_sequence <= sequence and (to_sequence is null or to_sequence > sequence)
),
short_video as (
    select contestant_id, sum(plays) filter (where place <= 20) as plays,
        round(sum(engaged) / sum(plays), 6) as engagement, sum(follower_gain) as follower_gain,
        round(sum(completion_rate * plays) / sum(plays) filter (where completion_rate is not null), 6) as completion
    from work
    group by contestant_id
),
published as (
    select contestant_id, sum(least(works, 2)) as works
    from (select contestant_id, day, count(*) as works from work group by contestant_id, day) days
    group by contestant_id
),
live as (
    select contestant_id, round(sum(least(minutes, 360)) / 60, 2) as hours,
        round(count(distinct date_trunc('week', day)) / 7.0, 4) as regularity
    from (select contestant_id, day, sum(minutes) as minutes from session group by contestant_id, day) days
    group by contestant_id
),
audience as (
    select contestant_id, sum(buyers) as buyers, round(sum(paid_sales * 1000) / sum(views), 2) as per_thousand
    from session
    group by contestant_id
),
active as (
    select contestant_id, count(*) as days
    from (select contestant_id, day from work union select contestant_id, day from session) either
    group by contestant_id
),
account as (
    select contestant_id, sum(value) filter (where measure = 'NET_FOLLOWERS') as net_followers,
        sum(value) filter (where measure = 'PROFILE_VISITS') as profile_visits
    from account_days, round
    where day >= opens_at::date and day < closes_at::date
        and from_sequence <= sequence and (to_sequence is null or to_sequence > sequence)
    group by contestant_id
),
sales as (
    select contestant_id, net_sales, orders from sales_floor
),
metrics as (
    select contestants.id, city_id, division_id, approved_at, platform, handle_key,
        least(published.works, 30) as works, plays, engagement, completion, follower_gain,
        least(active.days, 40) as days, coalesce(hours, 0) as hours, round(net_followers) as net_followers,
        round(profile_visits) as profile_visits, coalesce(regularity, 0) as regularity, net_sales, orders,
        coalesce(buyers, 0) as buyers, coalesce(per_thousand, 0) as per_thousand
    from contestants
    join accounts on accounts.contestant_id = contestants.id
    join short_video on short_video.contestant_id = contestants.id
    join published on published.contestant_id = contestants.id
    left join live on live.contestant_id = contestants.id
    left join audience on audience.contestant_id = contestants.id
    join active on active.contestant_id = contestants.id
    join account on account.contestant_id = contestants.id
    join sales on sales.contestant_id = contestants.id
),
fields as (
    select *, count(*) over platform as people, max(plays) over platform as best_plays,
        max(follower_gain) over platform as best_gain, max(net_followers) over platform as best_net,
        max(profile_visits) over platform as best_visits, max(buyers) over platform as best_buyers,
        max(days) over () as best_days, max(hours) over () as best_hours,
        max(net_sales) over () as best_sales, max(orders) over () as best_orders,
        rank() over (platform order by engagement) - 1 as engagement_below,
        count(*) over (partition by platform, engagement) as engagement_equal,
        count(completion) over platform as completion_people,
        rank() over (platform order by completion) - 1 as completion_below,
        count(*) over (partition by platform, completion) as completion_equal,
        rank() over (platform order by per_thousand) - 1 as thousand_below,
        count(*) over (partition by platform, per_thousand) as thousand_equal
    from metrics
    window platform as (partition by platform)
),
points as (
    select *, round(least(works * 0.2, 6), 4) as works_points,
        round(9 * ln(1 + greatest(plays, 0)) / ln(1 + best_plays), 4) as plays_points,
        round(6 * (2 * engagement_below + engagement_equal - 1)::numeric / (2 * (people - 1)), 4) as engagement_points,
        case when completion is not null then
            round(4.5 * (2 * completion_below + completion_equal - 1)::numeric / (2 * (completion_people - 1)), 4)
        end as completion_points,
        round(4.5 * ln(1 + greatest(follower_gain, 0)) / ln(1 + best_gain), 4) as gain_points,
        round(7.5 * days / best_days, 4) as days_points, round(7.5 * hours / best_hours, 4) as hours_points,
        round(6 * ln(1 + greatest(net_followers, 0)) / ln(1 + best_net), 4) as net_points,
        round(3 * ln(1 + greatest(profile_visits, 0)) / ln(1 + best_visits), 4) as visits_points,
        case when regularity >= 1 then 6.0000 when regularity >= 0.75 then 4.0000
             when regularity >= 0.5 then 2.0000 else 0.0000 end as regularity_points,
        round(24 * ln(1 + greatest(net_sales, 0)) / ln(1 + best_sales), 4) as sales_points,
        round(8 * ln(1.0 + orders) / ln(1.0 + best_orders), 4) as orders_points,
        round(4 * ln(1 + greatest(buyers, 0)) / ln(1 + best_buyers), 4) as buyers_points,
        round(4 * (2 * thousand_below + thousand_equal - 1)::numeric / (2 * (people - 1)), 4) as thousand_points
    from fields
),
items as (
    select *,
        round((works_points + plays_points + engagement_points + coalesce(completion_points, 0) + gain_points)
              * case when completion_points is null then 100.0 / 85 else 1 end, 2) as short_video,
        round(days_points + hours_points + net_points + visits_points + regularity_points, 2) as account_operation,
        round(sales_points + orders_points + buyers_points + thousand_points, 2) as sales
    from points
),
ranked as (
    select *, short_video + account_operation + sales as total, row_number() over standing as position,
        rank() over (order by short_video + account_operation + sales desc, sales desc, short_video desc,
                     net_sales desc, approved_at) as rank,
        rank() over (partition by city_id order by short_video + account_operation + sales desc, sales desc,
                     short_video desc, net_sales desc, approved_at) as city_rank,
        rank() over (partition by division_id order by short_video + account_operation + sales desc, sales desc,
                     short_video desc, net_sales desc, approved_at) as division_rank
    from items
    window standing as (order by short_video + account_operation + sales desc, sales desc, short_video desc,
                        net_sales desc, approved_at, platform, handle_key)
)
insert into scores_floor (contestant_id, run_id, city_id, division_id, position, rank, city_rank, division_rank, total,
                          items, explanation)
select id, $1, city_id, division_id, position, rank, city_rank, division_rank, total,
    json_build_array(
        json_build_object('item', 'SHORT_VIDEO', 'title', '短视频制作', 'points', short_video::text),
        json_build_object('item', 'ACCOUNT_OPERATION', 'title', '个人直播账号运营', 'points', account_operation::text),
        json_build_object('item', 'SALES', 'title', '直播带货', 'points', sales::text)),
    format($3, total,
        short_video, case when completion is null then '85' else '100' end,
        works, works_points, '1', '0.2', '6',
        plays, plays_points, best_plays,
        engagement, engagement_points, engagement_below, engagement_equal, people,
        completion, completion_points, completion_below, completion_equal, completion_people,
        follower_gain, gain_points, best_gain,
        account_operation, '100',
        days, days_points, best_days,
        hours, hours_points, best_hours,
        net_followers, net_points, best_net,
        profile_visits, visits_points, best_visits,
        regularity, regularity_points, '0.75',
        sales, '100',
        net_sales, sales_points, best_sales,
        orders, orders_points, best_orders,
        buyers, buyers_points, best_buyers,
        per_thousand, thousand_points, thousand_below, thousand_equal, people)::json
from ranked;
