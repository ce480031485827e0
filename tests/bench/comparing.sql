-- name: compare
-- Two runs ($2, $3) as one statement: everybody joined, what differs, the greatest change first. $1 the comparison.
with metrics as (
    select run_id, contestant_id, metric.place, item ->> 'item' as item, metric.of ->> 'metric' as metric,
        metric.of ->> 'title' as title, metric.of ->> 'value' as value, metric.of ->> 'points' as points
    from scores
    cross join json_array_elements(explanation -> 'items') item
    cross join json_array_elements(item -> 'metrics') with ordinality metric (of, place)
    where run_id in ($2, $3)
),
differing as (
    select contestant_id, jsonb_agg(jsonb_build_object('cause', 'RULE', 'side', null, 'item', item, 'metric', metric,
        'title', other.title, 'base_value', base.value, 'other_value', other.value,
        'base_points', base.points, 'other_points', other.points) order by item, other.place) as causes
    from metrics base
    join metrics other using (contestant_id, item, metric)
    where base.run_id = $2 and other.run_id = $3
        and (base.value::numeric is distinct from other.value::numeric or base.points::numeric <> other.points::numeric)
    group by contestant_id
),
items as (
    select run_id, contestant_id, place, item ->> 'item' as item, item ->> 'title' as title, item ->> 'points' as points
    from scores
    cross join json_array_elements(items) with ordinality items (item, place)
    where run_id in ($2, $3)
),
differing_items as (
    select contestant_id, jsonb_agg(jsonb_build_object('item', item, 'title', other.title, 'base', base.points,
        'other', other.points) order by other.place) as items
    from items base
    join items other using (contestant_id, item)
    where base.run_id = $2 and other.run_id = $3 and base.points::numeric <> other.points::numeric
    group by contestant_id
),
pairs as (
    select base.contestant_id, other.city_id, other.division_id, base.total as base_total, other.total as other_total,
        base.rank as base_rank, other.rank as other_rank, base.city_rank as base_city_rank,
        other.city_rank as other_city_rank, base.division_rank as base_division_rank,
        other.division_rank as other_division_rank, was.place as base_place, is_now.place as other_place
    from scores base
    join scores other on other.contestant_id = base.contestant_id
    left join finalists was on was.contestant_id = base.contestant_id and was.run_id = $2
    left join finalists is_now on is_now.contestant_id = base.contestant_id and is_now.run_id = $3
    where base.run_id = $2 and other.run_id = $3
)
insert into comparison_floor
select contestant_id, $1, city_id, division_id,
    row_number() over (order by abs(base_rank - other_rank) desc, abs(other_total - base_total) desc,
        least(base_rank, other_rank), contestant_id),
    base_total, other_total, base_rank, other_rank, base_city_rank, other_city_rank, base_division_rank,
    other_division_rank, base_place, other_place, abs(base_rank - other_rank), abs(other_total - base_total),
    case when (base_place = 'STREAMER') is not true and other_place = 'STREAMER' then 'ENTERS'
         when base_place = 'STREAMER' and (other_place = 'STREAMER') is not true then 'LEAVES' end,
    coalesce(items, '[]'), coalesce(causes, '[]'), '[]'
from pairs
left join differing using (contestant_id)
left join differing_items using (contestant_id);

-- name: differences
-- How many rows of both there are, and how many differ.
select count(*) as rows, count(*) filter (where (ours.position, ours.base_total, ours.other_total, ours.base_place,
    ours.other_place, ours.finalist_change, ours.items, jsonb_array_length(ours.causes)) is distinct from
    (floor.position, floor.base_total, floor.other_total, floor.base_place, floor.other_place, floor.finalist_change,
    floor.items, jsonb_array_length(floor.causes))) as differ
from comparison_rows ours
full join comparison_floor floor using (contestant_id)
where ours.comparison_id = (select id from comparisons order by created_at desc limit 1)
    and floor.comparison_id = (select comparison_id from comparison_floor limit 1);
