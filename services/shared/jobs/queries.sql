-- name: insert_job
-- Queues work about a subject, to begin after $5 seconds; a job that has ended is queued once more, one that waits or runs is left alone.
with job as (
    insert into jobs (id, kind, subject_id, state, run_after)
    values ($1, $2, $3, 'QUEUED', now() + make_interval(secs => $5))
    on conflict (kind, subject_id) do update
    set state = 'QUEUED', attempt = jobs.attempt + 1, tries = 0, run_after = excluded.run_after, queued_at = now(),
        lease_until = null, error = null, started_at = null, ended_at = null
    where jobs.state in ('DONE', 'FAILED', 'CANCELLED') or (jobs.state = 'RUNNING' and $4)
    returning id, attempt
)
insert into outbox (job_id, attempt)
select id, attempt from job;

-- name: take_outbox
-- Takes up to $1 waiting messages out of the outbox; those of attempts that are over are dropped.
with taken as (
    delete from outbox
    where (job_id, attempt) in (
        select job_id, attempt from outbox order by created_at limit $1 for update skip locked
    )
    returning job_id, attempt
)
select jobs.id, jobs.attempt, jobs.run_after
from taken
join jobs on jobs.id = taken.job_id and jobs.attempt = taken.attempt
where jobs.state = 'QUEUED'
order by jobs.run_after, jobs.id;
