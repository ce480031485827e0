-- name: claim_job
-- Begins an attempt of a queued job, unless another worker has, or the attempt is over.
update jobs
set state = 'RUNNING', tries = tries + 1, started_at = now(), lease_until = now() + make_interval(secs => $3)
where id = $1 and attempt = $2 and state = 'QUEUED'
returning kind, subject_id, tries;

-- name: keep_job
-- Prolongs the lease of an attempt that still holds its job.
update jobs
set lease_until = now() + make_interval(secs => $3)
where id = $1 and attempt = $2 and state = 'RUNNING'
returning id;

-- name: finish_job
-- Ends an attempt that still holds its job: the fence.
update jobs
set state = 'DONE', ended_at = now(), lease_until = null, error = null
where id = $1 and attempt = $2 and state = 'RUNNING'
returning id;

-- name: repeat_job
-- Queues the next attempt of a job after so many seconds; $4 tries are given back, $5 says what went wrong.
with job as (
    update jobs
    set state = 'QUEUED', attempt = attempt + 1, tries = tries - $4, run_after = now() + make_interval(secs => $3),
        queued_at = now(), lease_until = null, error = coalesce($5, error)
    where id = $1 and attempt = $2 and state in ('QUEUED', 'RUNNING')
    returning id, attempt
)
insert into outbox (job_id, attempt)
select id, attempt from job
returning job_id;

-- name: fail_job
-- Gives a job up for good, until a person asks again.
update jobs
set state = 'FAILED', ended_at = now(), lease_until = null, error = $3
where id = $1 and attempt = $2 and state = 'RUNNING'
returning id;

-- name: expired_jobs
-- Locks the jobs whose worker has been silent for longer than its lease.
select id, attempt, kind, subject_id, tries
from jobs
where state = 'RUNNING' and lease_until < now()
order by lease_until
limit 100
for update skip locked;

-- name: overdue_jobs
-- Jobs that should have begun so many seconds ago, whose message has been sent: Redis may have lost it.
select id, attempt
from jobs
where state = 'QUEUED' and greatest(queued_at, run_after) < now() - make_interval(secs => $1)
    and not exists (select from outbox where outbox.job_id = jobs.id and outbox.attempt = jobs.attempt)
order by run_after
limit 1000;
