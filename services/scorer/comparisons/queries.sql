-- name: begin_comparison
-- Takes up a comparison that waits, or that a worker broke off.
update comparisons set state = 'RUNNING'
where id = $1 and state in ('QUEUED', 'RUNNING')
returning id, contest_id, base_run_id, other_run_id, rules_document;

-- name: list_outcomes
-- What a run found of everybody.
select s.contestant_id, s.total, s.rank, s.city_rank, s.division_rank, f.place, s.city_id, s.division_id
from scores s
left join finalists f on f.run_id = s.run_id and f.contestant_id = s.contestant_id
where s.run_id = $1;

-- name: list_explanations
-- The way to the points of contestants ($2) in a run ($1): one by one, whatever is known yet of how large the run is.
select wanted.contestant_id, found.explanation
from unnest($2::uuid[]) as wanted (contestant_id)
cross join lateral (
    select explanation from scores where scores.contestant_id = wanted.contestant_id and scores.run_id = $1 limit 1
) found;

-- name: list_upload_changes
-- Files that speak of contestants ($1) and are in force at only one of two sequence numbers ($2, $3), exported in
-- [$4, $5): by which of the two.
select contestant_id, upload_id, bool_or(in_other) as in_other
from (
    select contestant_id, upload_id,
        from_sequence <= $2 and (to_sequence is null or to_sequence > $2) as in_base,
        from_sequence <= $3 and (to_sequence is null or to_sequence > $3) as in_other
    from coverage
    where contestant_id = any($1) and exported_at >= $4 and exported_at < $5
) spans
group by contestant_id, upload_id
having bool_or(in_base) <> bool_or(in_other)
order by contestant_id, upload_id;

-- name: count_upload_changes
-- Files of a contest ($1) that count at only one of two sequence numbers ($2, $3), exported in [$4, $5).
select count(*) filter (where in_other and not in_base) as added, count(*) filter (where in_base and not in_other) as gone
from (
    select accepted_sequence <= $2 and (withdrawn_sequence is null or withdrawn_sequence > $2) as in_base,
        accepted_sequence <= $3 and (withdrawn_sequence is null or withdrawn_sequence > $3) as in_other
    from uploads
    where contest_id = $1 and accepted_sequence is not null and exported_at >= $4 and exported_at < $5
) files;

-- name: end_comparison
-- Ends a comparison that was computed.
update comparisons set state = 'READY', summary = $2, ended_at = clock_timestamp() where id = $1;

-- name: fail_comparison
-- Ends a comparison that could not be computed.
update comparisons set state = 'FAILED', error = $2, ended_at = clock_timestamp()
where id = $1 and state in ('QUEUED', 'RUNNING');
