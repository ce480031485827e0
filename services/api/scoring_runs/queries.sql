-- name: list_runs
-- The runs of a round ($5), the last first, before a number ($6), at most $7, with the number of all of them, as far
-- as the viewer may see them: any ($1), of contests ($2), or the adopted one for leaders of cities ($3) and
-- contestants ($4) of the contest; whoever organises everything ($8) or contests ($9) sees what a freeze keeps back too.
with visible as (
    select r.*
    from shown_runs r
    where r.round_id = $5 and r.organisers = ($8 or r.contest_id = any($9::uuid[]))
      and ($1 or r.contest_id = any($2::uuid[])
           or r.adopted and (
               exists (select from cities c where c.contest_id = r.contest_id and c.id = any($3::uuid[]))
               or exists (select from contestants p where p.contest_id = r.contest_id and p.id = any($4::uuid[]))))
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select *
    from visible
    where $6::bigint is null or visible.number < $6
    order by visible.number desc
    limit $7
) page on true;

-- name: find_runs
-- Runs by id ($5), as far as the viewer ($1 - $4, $6 and $7 as $1 - $4, $8 and $9 in list_runs) may see them.
select r.*
from shown_runs r
where r.id = any($5::uuid[]) and r.organisers = ($6 or r.contest_id = any($7::uuid[]))
  and ($1 or r.contest_id = any($2::uuid[])
       or r.adopted and (
           exists (select from cities c where c.contest_id = r.contest_id and c.id = any($3::uuid[]))
           or exists (select from contestants p where p.contest_id = r.contest_id and p.id = any($4::uuid[]))));

-- name: lock_round
-- Locks the contest ($2) of a round ($3) where the viewer may act, or may everywhere ($1): whoever changes a round, its
-- runs or finalists has that lock first and needs no other.
select rounds.id
from rounds
join contests on contests.id = rounds.contest_id
where rounds.id = $3 and ($1 or contests.id = any($2::uuid[]))
for update of contests;

-- name: find_round
-- A round whose contest is locked: another may have changed it in the meantime.
select id, contest_id, coalesce(kept_run_id, adopted_run_id) as adopted_run_id from rounds where id = $1;

-- name: find_round_of_run
-- The round of a run ($3) in a contest ($2) where the viewer may act, or may everywhere ($1).
select round_id, contest_id from scoring_runs where id = $3 and ($1 or contest_id = any($2::uuid[]));

-- name: lock_run
-- A run ($3) of a contest ($2) where the viewer may act, or may everywhere ($1), locked.
select r.id, r.contest_id, r.round_id, r.state
from scoring_runs r
where r.id = $3 and ($1 or r.contest_id = any($2::uuid[]))
for update;

-- name: cancel_run
-- Ends a run that has not ended.
update scoring_runs set state = 'CANCELLED', ended_at = now(), reason = concat_ws(' / ', nullif(reason, ''), $2::text)
where id = $1;

-- name: cancel_job
-- Takes the work away from whoever holds it: the fence moves on.
update jobs set state = 'CANCELLED', attempt = attempt + 1, ended_at = now()
where kind = 'RUN_SCORING' and subject_id = $1 and state in ('QUEUED', 'RUNNING');

-- name: list_adoptions
-- What came to hold in rounds, by whom and why, the last first; what a freeze keeps back, for whoever organises everything
-- ($2) or contests ($3).
select a.round_id, a.run_id, a.replaced_run_id, a.reason, a.adopted_at, users.name as adopted_by
from adoptions a
left join users on users.id = a.adopted_by
join rounds on rounds.id = a.round_id
where a.round_id = any($1::uuid[])
  and ($2 or rounds.contest_id = any($3::uuid[]) or rounds.frozen_from is null or a.adopted_at < rounds.frozen_from
       or rounds.frozen_from > now())
order by a.adopted_at desc, a.id desc;
