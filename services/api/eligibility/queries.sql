-- name: contests_of
-- The contests of contestants ($5) or of a city ($6), as far as the viewer ($1 - $4) may see them.
select distinct p.contest_id
from contestants p
where p.id = any($5::uuid[])
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]))
union
select c.contest_id
from cities c
where c.id = $6 and ($1 or c.contest_id = any($2::uuid[]) or c.id = any($3::uuid[]));

-- name: now
-- The time, to be asked for once the contest's row is locked.
select clock_timestamp();

-- name: people_under_review
-- Contestants of a contest ($5) with where their review stands: those named ($6), or those of a city ($7) and
-- division ($8, none = any) in a state ($9) whose turn it is at a step ($10); as far as the viewer ($1 - $4) may see.
select p.id, p.number, p.city_id, p.division_id, p.entry_way, p.eligibility, p.review_step,
    p.withdrawn_at is not null as withdrawn,
    exists (
        select from submissions s
        join submission_lines l on l.submission_id = s.id
        where s.city_id = p.city_id and s.state = 'SUBMITTED' and l.contestant_id = p.id
    ) as listed
from contestants p
where p.contest_id = $5
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]))
  and case when $7::uuid is null then p.id = any($6::uuid[])
      else p.city_id = $7 and ($8::uuid is null or p.division_id = $8) and p.eligibility = $9
          and p.withdrawn_at is null and (p.eligibility <> 'PENDING' or p.review_step = $10) end
order by p.number;

-- name: evidence_missing
-- What the divisions of these contestants ($1) demand and they have not given, in order of number.
select p.number, wanted.title
from contestants p
join divisions d on d.id = p.division_id
cross join lateral jsonb_to_recordset(d.evidence) as wanted(key text, title text, kind text, required boolean)
where p.id = any($1::uuid[]) and wanted.required
  and not case wanted.kind
      when 'DOCUMENT' then exists (
          select from documents
          where contestant_id = p.id and purpose = 'EVIDENCE' and evidence_key = wanted.key and state = 'READY')
      else exists (
          select from given_people g
          where g.contest_id = p.contest_id and g.key = wanted.key and g.id_number_index = p.id_number_index) end
order by p.number, wanted.key;

-- name: division_room
-- How many more people divisions ($1) take, none for as many as come.
select d.id, d.cap - (
        select count(*) from contestants p
        where p.division_id = d.id and p.eligibility <> 'REJECTED' and p.withdrawn_at is null
    ) as room
from divisions d
where d.id = any($1::uuid[]);

-- name: quota_room
-- How many more people cities ($1) may recommend in divisions ($2), none where no quota is set.
select wanted.city_id, wanted.division_id, q.places - (
        select count(*) from contestants p
        where p.city_id = wanted.city_id and p.division_id = wanted.division_id and p.entry_way = 'RECOMMENDED'
          and p.eligibility <> 'REJECTED' and p.withdrawn_at is null
    ) as room
from unnest($1::uuid[], $2::uuid[]) as wanted(city_id, division_id)
left join quotas q on q.city_id = wanted.city_id and q.division_id = wanted.division_id;

-- name: write_outcomes
-- What reviews have made of these contestants ($1): state ($2) and whose turn it is ($3), at a moment ($4).
update contestants p
set eligibility = made.eligibility, review_step = made.step, updated_at = $4,
    approved_at = case when made.eligibility = 'APPROVED' then coalesce(p.approved_at, $4) else p.approved_at end
from unnest($1::uuid[], $2::text[], $3::text[]) as made(id, eligibility, step)
where p.id = made.id;

-- name: insert_review
-- Keeps one decision of a review.
insert into eligibility_reviews (id, contest_id, contestant_id, step, decision, reason, reviewed_by, reviewed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: reviews_of_contestants
-- Every decision about these contestants ($1), the first one first.
select r.id, r.contestant_id, r.contest_id, p.city_id, r.step, r.decision, r.reason, r.reviewed_at,
    coalesce(u.name, '') as reviewer
from eligibility_reviews r
join contestants p on p.id = r.contestant_id
left join users u on u.id = r.reviewed_by
where r.contestant_id = any($1::uuid[])
order by r.reviewed_at, r.id;

-- name: counts_of_contests
-- People by city and division in each state of the review, as far as the viewer ($1 - $4) may see them ($5: contests).
select p.contest_id, p.city_id, p.division_id,
    count(*) filter (where p.withdrawn_at is not null) as withdrawn,
    count(*) filter (where p.withdrawn_at is null and p.eligibility = 'PENDING' and p.review_step = 'CITY')
        as pending_at_city,
    count(*) filter (where p.withdrawn_at is null and p.eligibility = 'PENDING' and p.review_step = 'ORGANISER')
        as pending_at_organiser,
    count(*) filter (where p.withdrawn_at is null and p.eligibility = 'APPROVED') as approved,
    count(*) filter (where p.withdrawn_at is null and p.eligibility = 'RETURNED') as returned,
    count(*) filter (where p.withdrawn_at is null and p.eligibility = 'REJECTED') as rejected
from contestants p
join cities on cities.id = p.city_id
join divisions on divisions.id = p.division_id
where p.contest_id = any($5::uuid[])
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]))
group by p.contest_id, p.city_id, p.division_id, cities.position, divisions.position
order by cities.position, divisions.position;
