-- name: list_proposal
-- What a run ($6, none = the adopted one) of a round ($5) proposes for each city ($7, none = all), with the rules' text
-- and the contest's version. The viewer sees everything ($1), that of contests ($2), and of adopted runs that of
-- cities ($3) and contestants ($4). A city without a proposal is one row with nobody in it.
with run as (
    select r.id, r.contest_id, v.version, rules.document, $1 or r.contest_id = any($2::uuid[]) as whole
    from rounds
    join scoring_runs r on r.id = coalesce($6, rounds.adopted_run_id) and r.round_id = rounds.id
    join contests v on v.id = r.contest_id
    join rules on rules.id = r.rules_id
    where rounds.id = $5 and r.state = 'SCORED'
      and ($1 or r.contest_id = any($2::uuid[])
           or rounds.adopted_run_id = r.id and (
               exists (select from cities where contest_id = r.contest_id and id = any($3::uuid[]))
               or exists (select from contestants where contest_id = r.contest_id and id = any($4::uuid[]))))
)
select run.id as run_id, run.contest_id as run_contest_id, run.version, run.document, c.id as place_city_id,
    c.name as place_city_name, c.aliases as place_city_aliases, f.place, f.position as place_position, f.reason,
    s.position, s.rank, s.city_rank, s.division_rank, s.total, s.items, case when $8 then s.explanation end as explanation,
    p.*
from run
join cities c on c.contest_id = run.contest_id
left join finalists f on f.run_id = run.id and f.city_id = c.id
    and (run.whole or f.city_id = any($3::uuid[]) or f.contestant_id = any($4::uuid[]))
left join scores s on s.run_id = run.id and s.contestant_id = f.contestant_id
left join contestant_details p on p.id = f.contestant_id
where (run.whole or c.id = any($3::uuid[]) or f.contestant_id is not null)
  and ($7::uuid is null or c.id = $7)
order by c.position, f.position;

-- name: find_finalists
-- Finalists by run ($5) and contestant ($6), as far as the viewer ($1 - $4 as in list_proposal) may see them.
select f.run_id, f.place, f.position as place_position, f.reason, s.position, s.rank, s.city_rank, s.division_rank,
    s.total, s.items, null::json as explanation, p.*
from unnest($5::uuid[], $6::uuid[]) as wanted (run_id, contestant_id)
join finalists f on f.run_id = wanted.run_id and f.contestant_id = wanted.contestant_id
join scores s on s.run_id = f.run_id and s.contestant_id = f.contestant_id
join scoring_runs r on r.id = f.run_id
join rounds on rounds.id = r.round_id
join contestant_details p on p.id = f.contestant_id
where r.state = 'SCORED'
  and ($1 or r.contest_id = any($2::uuid[])
       or rounds.adopted_run_id = r.id and (f.city_id = any($3::uuid[]) or f.contestant_id = any($4::uuid[])));
