-- name: find_comparisons
-- Comparisons by id ($5), as far as the viewer may see them: any ($1) or those of contests ($2); $3 and $4 see none.
select id, round_id, base_run_id, other_run_id, rules_document, state, summary, error, created_at, ended_at
from comparisons
where id = any($5::uuid[]) and ($1 or contest_id = any($2::uuid[])) and $3::uuid[] is not null and $4::uuid[] is not null;

-- name: list_comparisons
-- The comparisons of a round ($5), the last first, before an id ($6), at most $7, with the number of all of them; the
-- viewer as in find_comparisons.
with visible as (
    select id from comparisons
    where round_id = $5 and ($1 or contest_id = any($2::uuid[])) and $3::uuid[] is not null and $4::uuid[] is not null
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select c.id, c.round_id, c.base_run_id, c.other_run_id, c.rules_document, c.state, c.summary, c.error, c.created_at,
        c.ended_at
    from visible
    join comparisons c on c.id = visible.id
    where $6::uuid is null or c.id < $6
    order by c.id desc
    limit $7
) page on true;

-- name: list_rows
-- A page of the rows of a comparison ($1) after a position ($8), at most $9, that fit: of a city ($2), a division ($3),
-- entering or leaving the finalists ($4), differing in an item ($5), by so many places ($6) or points ($7); none = any.
-- With ($10) how many fit.
with fitting as (
    select contestant_id, position
    from comparison_rows
    where comparison_id = $1
        and ($2::uuid is null or city_id = $2)
        and ($3::uuid is null or division_id = $3)
        and ($4::text is null or finalist_change = $4)
        and ($5::text is null or items @> jsonb_build_array(jsonb_build_object('item', $5::text)))
        and coalesce(ranks_moved >= $6::integer, true)
        and coalesce(points_moved >= $7::numeric, true)
)
select counted.total, page.position, page.base_total, page.other_total, page.base_rank, page.other_rank,
    page.base_city_rank, page.other_city_rank, page.base_division_rank, page.other_division_rank, page.base_place,
    page.other_place, page.finalist_change, page.items, page.causes, page.uploads, p.*
from (select case when $10 then (select count(*) from fitting) end as total) counted
left join lateral (
    select r.*
    from fitting
    join comparison_rows r on r.comparison_id = $1 and r.contestant_id = fitting.contestant_id
    where fitting.position > coalesce($8::bigint, 0)
    order by fitting.position
    limit $9
) page on true
left join contestant_details p on p.id = page.contestant_id
order by page.position;

-- name: lock_runs
-- Locks the contest of runs ($3) where the viewer may act ($2), or may everywhere ($1), and answers which runs those are.
select r.id, r.contest_id, r.round_id, r.state
from scoring_runs r
join contests on contests.id = r.contest_id
where r.id = any($3::uuid[]) and ($1 or r.contest_id = any($2::uuid[]))
for update of contests;

-- name: find_made
-- The comparison of two runs that there is, or will be.
select id from comparisons where base_run_id = $1 and other_run_id = $2 and state <> 'FAILED';

-- name: insert_comparison
-- A comparison that waits.
insert into comparisons (id, contest_id, round_id, base_run_id, other_run_id, rules_document, state, compared_by)
values ($1, $2, $3, $4, $5, $6, 'QUEUED', $7);
