-- name: list_appeals
-- Appeals of a contest ($6), the newest first after $12, at most $13, with the number of all that match: of a round
-- ($7), about people of a city ($8), of a kind ($9), in a state ($10), that led to something ($11), none = any; as far
-- as the viewer ($1 - $5) may see them.
with visible as materialized (
    select d.id
    from appeal_details d
    where d.contest_id = $6 and ($7::uuid is null or d.round_id = $7) and ($8::uuid is null or d.city_id = $8)
      and ($9::text is null or d.kind = $9) and ($10::text is null or d.state = $10)
      and ($11::uuid is null or exists (select from appeal_outcomes o where o.appeal_id = d.id and o.subject_id = $11))
      and sees_appeal(d.id, $1, $2, $3, $4, $5)
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select d.* from visible
    join appeal_details d on d.id = visible.id
    where $12::uuid is null or d.id < $12
    order by d.id desc
    limit $13
) page on true;

-- name: find_appeals
-- Appeals by id ($6), as far as the viewer ($1 - $5) may see them.
select d.* from appeal_details d where d.id = any($6::uuid[]) and sees_appeal(d.id, $1, $2, $3, $4, $5);

-- name: find_by_secret
-- An appeal of a contest ($1) by its number ($2), for whoever has its secret ($3: the hash).
select * from appeal_details where contest_id = $1 and number = $2 and secret_hash = $3;

-- name: find_secret
-- The hash of what whoever filed an appeal follows it with.
select secret_hash from appeals where id = $1;

-- name: find_appeal
-- An appeal whose contest is locked, with what the contest wants of decisions.
select d.*, c.appeals_need_two
from appeal_details d
join contests c on c.id = d.contest_id
where d.id = $1;

-- name: find_request
-- What a request with one of these hashes ($2) has filed in a contest ($1).
select id from appeals where contest_id = $1 and request = any($2::bytea[]);

-- name: find_own
-- Somebody by number ($6) for whom the viewer ($1 - $4) may appeal about a round ($5): whether the round has begun, the
-- number of an appeal of theirs that is open, and the revision that shows them.
select p.id, p.contest_id, r.opens_at <= clock_timestamp() as opened,
    (select a.number from appeals a
     where a.contestant_id = p.id and a.round_id = r.id and a.kind = 'APPEAL'
       and a.state in ('FILED', 'ASSIGNED', 'PROPOSED')) as open_number,
    (select now_shown.id from current_publications now_shown
     join publication_rows shown on shown.publication_id = now_shown.id and shown.contestant_id = p.id
     where now_shown.round_id = r.id) as publication_id
from rounds r
join contestants p on p.contest_id = r.contest_id
where r.id = $5 and p.number = $6 and p.erased_at is null
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]));

-- name: find_published
-- What is published of a round ($1) now, whether it is a notice that lasts, and who has a number ($2) on it.
select p.id as publication_id, p.contest_id, shown.contestant_id,
    p.stage = 'PROPOSED' and p.notice_from <= clock_timestamp() and clock_timestamp() < p.notice_until as in_notice
from current_publications p
left join publication_rows shown on shown.publication_id = p.id and shown.number = $2
where p.round_id = $1;

-- name: count_filed
-- How many objections have come to a contest ($1) within a day, and how many of them from an address ($2: its hashes).
-- Those that organisers have entered are not counted.
select count(*), count(*) filter (where source = any($2::bytea[]))
from appeals
where contest_id = $1 and source is not null and filed_at > clock_timestamp() - interval '1 day';

-- name: insert_appeal
-- Files an appeal under a number that nobody in its contest, which is locked, has drawn.
insert into appeals (id, contest_id, round_id, contestant_id, publication_id, kind, text_sealed, filer_sealed, filed_by,
                     secret_hash, request, source, state, number)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'FILED', drawn.number
from (select 100000 + floor(random() * 900000)::integer as number from generate_series(1, 100)) drawn
where not exists (select from appeals where contest_id = $2 and appeals.number = drawn.number)
limit 1
returning number;

-- name: renew_secret
-- Another secret for whoever filed an appeal.
update appeals set secret_hash = $2 where id = $1;

-- name: find_documents_of_appeals
-- The papers of appeals ($1), the first one first.
select d.* from documents d where d.appeal_id = any($1::uuid[]) order by d.created_at, d.id;

-- name: find_outcomes
-- What appeals ($1) have led to, in order.
select appeal_id, kind, subject_id, added_at from appeal_outcomes
where appeal_id = any($1::uuid[])
order by added_at, subject_id;

-- name: find_concern
-- Why a user ($2) must not judge of an appeal ($1): it is their own, about themselves or their city's people, or about
-- what they have had a hand in before it came. Whoever publishes or adopts has judged of nobody in particular.
select case
    when a.filed_by = $2 then 'CONCERNED_FILER'
    when exists (select from grants g where g.user_id = $2 and g.contestant_id = p.id) then 'CONCERNED_SELF'
    when exists (select from grants g where g.user_id = $2 and g.city_id = p.city_id) then 'CONCERNED_CITY'
    when exists (
        select from penalties x
        where x.contestant_id = p.id and x.round_id = a.round_id and x.proposed_at < a.filed_at
          and $2 in (x.proposed_by, x.confirmed_by, x.revoking_by, x.revoked_by)
    ) then 'CONCERNED_PENALTY'
    when exists (
        select from uploads u
        join accounts on accounts.id = u.account_id
        where accounts.contestant_id = p.id and u.created_by = $2 and u.created_at < a.filed_at
    ) then 'CONCERNED_UPLOAD'
    when exists (
        select from eligibility_reviews r
        where r.contestant_id = p.id and r.reviewed_by = $2 and r.reviewed_at < a.filed_at
    ) then 'CONCERNED_REVIEW'
    when exists (
        select from verification_checks v
        where v.contestant_id = p.id and v.checked_by = $2 and v.checked_at < a.filed_at
    ) then 'CONCERNED_CHECK'
    when exists (
        select from flags f where f.contestant_id = p.id and f.concluded_by = $2 and f.concluded_at < a.filed_at
    ) then 'CONCERNED_FLAG'
    when exists (
        select from jury_marks m
        where m.contestant_id = p.id and m.given_at < a.filed_at and $2 in (m.judge_id, m.given_by, m.confirmed_by)
    ) then 'CONCERNED_MARK'
    when exists (
        select from jury_recusals r where r.judge_id = $2 and (r.contestant_id = p.id or r.city_id = p.city_id)
    ) then 'CONCERNED_RECUSED'
end
from appeals a
join contestants p on p.id = a.contestant_id
where a.id = $1;

-- name: judges_there
-- Whether a user ($1) who can sign in organises a contest ($2) or is its judge.
select exists (
    select from grants g
    join users u on u.id = g.user_id
    where g.user_id = $1 and u.disabled_at is null and g.role in ('ORGANISER', 'JUDGE')
      and (g.contest_id = $2 or g.contest_id is null)
);

-- name: assign
-- Whoever looks into an appeal from now on ($2); what was proposed before is void.
update appeals
set state = 'ASSIGNED', assigned_to = $2, assigned_by = $3, assigned_at = clock_timestamp(), verdict = null,
    decided_by = null, decided_at = null, decided_reason = null
where id = $1;

-- name: decide
-- What is decided on an appeal; one that is not left to a second person ($2: PROPOSED) is closed.
update appeals
set state = $2, verdict = $3, decided_reason = $4, decided_by = $5, decided_at = clock_timestamp(),
    ended_at = case when $2 <> 'PROPOSED' then clock_timestamp() end
where id = $1;

-- name: confirm
-- A second person agrees: the appeal is closed as it was proposed.
update appeals
set state = verdict, confirmed_by = $2, confirmed_at = clock_timestamp(), ended_at = clock_timestamp()
where id = $1;

-- name: withdraw
-- An appeal is taken back; what was proposed is void.
update appeals
set state = 'WITHDRAWN', ended_at = clock_timestamp(), verdict = null, decided_by = null, decided_at = null,
    decided_reason = null
where id = $1;

-- name: find_handlers
-- Who organises the contest of an appeal, without those from whom it is hidden.
select distinct u.id
from appeals a
join contestants p on p.id = a.contestant_id
join grants g on g.role = 'ORGANISER' and (g.contest_id = a.contest_id or g.contest_id is null)
join users u on u.id = g.user_id
where a.id = $1 and u.disabled_at is null
  and (a.kind = 'APPEAL' or not exists (
      select from grants other where other.user_id = u.id and (other.city_id = p.city_id or other.contestant_id = p.id)
  ))
order by u.id;

-- name: fits
-- Whether something ($2 kind, $3) can have come of an appeal ($1): it is of the appeal's round (a file: of its
-- contestant's account), about its contestant where it is about one, and younger than the appeal.
select exists (
    select from (
        select 'UPLOAD' as kind, u.id, u.contest_id, null::uuid as round_id, accounts.contestant_id, u.created_at as at
        from uploads u join accounts on accounts.id = u.account_id
        union all select 'PENALTY', id, contest_id, round_id, contestant_id, coalesce(revoked_at, proposed_at)
        from penalties
        union all select 'RUN', id, contest_id, round_id, null, created_at from scoring_runs
        union all select 'COMPARISON', id, contest_id, round_id, null, created_at from comparisons
        union all select 'PUBLICATION', id, contest_id, round_id, null, prepared_at from publications
    ) things
    where things.kind = $2 and things.id = $3 and things.contest_id = a.contest_id
      and (things.round_id is null or things.round_id = a.round_id)
      and (things.contestant_id is null or things.contestant_id = a.contestant_id)
      and things.at >= a.filed_at
)
from appeals a
where a.id = $1;

-- name: link
-- Something came of an appeal; nothing when that was said before.
insert into appeal_outcomes (appeal_id, kind, subject_id, added_by) values ($1, $2, $3, $4)
on conflict do nothing
returning appeal_id;
