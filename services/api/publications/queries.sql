-- name: lock_round
-- Locks the contest of a round ($3) where the viewer may act ($1 everywhere, $2 in contests), and answers its id.
select c.id from rounds r join contests c on c.id = r.contest_id
where r.id = $3 and ($1 or c.id = any($2::uuid[]))
for update of c;

-- name: find_situation
-- What is published of a round ($1) so far, what waits in its contest, and the number that the next revision gets.
select clock_timestamp() as now, r.contest_id, r.title as round_title, r.adopted_run_id,
    r.kept_run_id is not null and r.kept_run_id is distinct from r.adopted_run_id as kept_back,
    (select coalesce(max(p.revision), 0) + 1 from publications p
     where p.contest_id = r.contest_id and p.state not in ('DECLINED', 'FAILED')) as revision,
    (select min(p.revision) from publications p
     where p.contest_id = r.contest_id
       and (p.state in ('PREPARING', 'PREPARED') or p.state = 'APPROVED' and p.publish_at > now())) as waiting,
    (select p.notice_until from published p
     where p.round_id = r.id and p.stage = 'PROPOSED' and p.withdrawn_at is null
     order by p.revision desc limit 1) as notice_until,
    last.id as last_id, last.run_id as last_run_id, last.stage as last_stage,
    last.withdrawn_at is not null as last_withdrawn
from rounds r
left join lateral (select * from published p where p.round_id = r.id order by p.revision desc limit 1) last on true
where r.id = $1;

-- name: find_selection
-- The rules of a run ($1), and from which run people selected the finalists of its round.
select rules.document, selections.run_id
from scoring_runs r
join rules on rules.id = r.rules_id
left join finalist_selections selections on selections.round_id = r.round_id
where r.id = $1;

-- name: insert_publication
-- A revision that waits for the scorer to put it together.
insert into publications (
    id, contest_id, round_id, run_id, corrects_id, revision, stage, state, title, publish_at, notice_from, notice_until,
    notice_days, contacts, masking, reason, prepared_by
)
select $1, $2, $3, $4, $5, $6, $7, 'PREPARING', $8, $9, $10, $11, $12, $13, masking, $14, $15
from contests where id = $2;

-- name: lock_publication
-- A revision ($1), locked, with its digest.
select p.id, p.contest_id, p.round_id, p.run_id, p.revision, p.stage, p.state, p.publish_at, p.notice_from,
    p.notice_until, p.prepared_by, p.withdrawn_at, written.digest, coalesce(rounds.kept_run_id, rounds.adopted_run_id) as adopted_run_id,
    p.state = 'APPROVED' and p.publish_at <= clock_timestamp() as public
from publications p
join rounds on rounds.id = p.round_id
left join current_snapshots written on written.publication_id = p.id
where p.id = $1
for update of p;

-- name: decide
-- What somebody else than who prepared it says of a revision.
update publications set state = $2, decided_by = $3, decided_at = clock_timestamp(), decided_reason = $4 where id = $1;

-- name: find_snapshot
-- The bytes of a revision that waits for approval.
select canonical from current_snapshots where publication_id = $1;

-- name: take_effect
-- Gives a revision that is approved the hour that was not there before, and the window that begins with it.
update publications set publish_at = $2, notice_from = $3, notice_until = $4, notice_days = null where id = $1;

-- name: insert_snapshot
-- Keeps what a revision publishes now that its hour is there.
insert into publication_snapshots (publication_id, digest, canonical, head) values ($1, $2, $3, $4);

-- name: insert_signature
-- Keeps the signature of what was approved.
insert into publication_signatures (publication_id, digest, signature, signing_key_id) values ($1, $2, $3, $4);

-- name: seconds_to_hour
-- How long it is until a revision's hour.
select greatest(0, extract(epoch from publish_at - now()))::float from publications where id = $1;

-- name: withdraw
-- Takes a revision back. Before its hour that leaves no trace in public: its number is free again. The transaction may
-- have waited for its turn past the hour.
update publications
set state = case when publish_at > clock_timestamp() then 'DECLINED' else state end,
    withdrawn_by = $2, withdrawn_at = clock_timestamp(), withdrawn_reason = $3
where id = $1;

-- name: list_publications
-- The revisions of a contest ($3), of a round ($4, none = any), the last first: before revision $5, at most $6. Whoever
-- may see everything ($1) or that of the contest ($2) sees those that wait or were declined too.
with visible as materialized (
    select p.id, row_number() over (order by p.revision, p.prepared_at) as place
    from publications p
    where p.contest_id = $3 and ($4::uuid is null or p.round_id = $4)
      and ($1 or p.contest_id = any($2::uuid[]) or p.id in (select id from published))
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select d.*, visible.place
    from visible
    join publication_details d on d.id = visible.id
    where $5::bigint is null or visible.place < $5
    order by visible.place desc
    limit $6
) page on true;

-- name: find_publications
-- Revisions by id ($3), as far as the viewer may see them ($1, $2 as in list_publications).
select d.* from publication_details d
where d.id = any($3::uuid[]) and ($1 or d.contest_id = any($2::uuid[]) or d.id in (select id from published));

-- name: find_revision
-- The id of a contest's ($3, by its short name) revision ($4; none: the last that is public), as far as visible.
select p.id
from publications p
join contests c on c.id = p.contest_id
left join published on published.id = p.id
where c.slug = $3 and case when $4::integer is null then published.id is not null
    else p.revision = $4 and p.state not in ('DECLINED', 'FAILED') end
  and ($1 or p.contest_id = any($2::uuid[]) or published.id is not null)
order by p.revision desc
limit 1;

-- name: find_replacements
-- Of revisions ($3) the one that took the place of each, as far as visible: the next public one of its round.
select distinct on (p.id) p.id as replaced_id, later.id
from publications p
join publications later on later.round_id = p.round_id and later.revision > p.revision
left join published on published.id = later.id
where p.id = any($3::uuid[]) and later.state = 'APPROVED'
  and ($1 or p.contest_id = any($2::uuid[]) or published.id is not null)
order by p.id, later.revision;

-- name: find_canonical
-- The bytes of revisions that the viewer has been shown.
select publication_id as id, canonical from current_snapshots where publication_id = any($1::uuid[]);

-- name: find_currents
-- Of rounds ($1) the revision that is published now.
select round_id, id, run_id from current_publications where round_id = any($1::uuid[]);

-- name: list_rows
-- A page of what a revision ($1) publishes, by position after $2, at most $3: of a city ($4) or division ($5), with a
-- number or text ($6), none = any; and ($7) how many match.
select counted.total as matching, page.*
from (
    select case when $7 then (
        select count(*) from publication_rows r
        where r.publication_id = $1 and ($4::uuid is null or r.city_id = $4)
          and ($5::uuid is null or r.division_id = $5)
          and ($6::text is null or r.number::text = $6 or strpos(r.searched, lower($6)) > 0)
    ) end as total
) counted
left join lateral (
    select d.*
    from (
        select r.contestant_id from publication_rows r
        where r.publication_id = $1 and r.position > coalesce($2::bigint, 0) and ($4::uuid is null or r.city_id = $4)
          and ($5::uuid is null or r.division_id = $5)
          and ($6::text is null or r.number::text = $6 or strpos(r.searched, lower($6)) > 0)
        order by r.position
        limit $3
    ) chosen
    join published_lines d on d.publication_id = $1 and d.contestant_id = chosen.contestant_id
) page on true
order by page.position;

-- name: find_line
-- The line of a revision ($1) for the contestant with a number ($2).
select d.*
from publication_rows r
join published_lines d on d.publication_id = r.publication_id and d.contestant_id = r.contestant_id
where r.publication_id = $1 and r.number = $2;

-- name: find_lines
-- The lines of contestants ($2) in what is published of rounds now ($1).
select d.*, now_shown.round_id
from unnest($1::uuid[], $2::uuid[]) as wanted (round_id, contestant_id)
join current_publications now_shown on now_shown.round_id = wanted.round_id
join published_lines d on d.publication_id = now_shown.id and d.contestant_id = wanted.contestant_id;

-- name: find_lines_of_runs
-- The lines of contestants ($2) in what is published of runs now ($1).
select d.*
from unnest($1::uuid[], $2::uuid[]) as wanted (run_id, contestant_id)
join current_publications now_shown on now_shown.run_id = wanted.run_id
join published_lines d on d.publication_id = now_shown.id and d.contestant_id = wanted.contestant_id;

-- name: write_masking
-- What a contest publishes of people from now on; answers what it did until now.
update contests set masking = $2 from (select masking from contests where id = $1) before
where contests.id = $1
returning before.masking;
