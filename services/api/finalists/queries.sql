-- name: list_proposal
-- What a run ($6, none = the adopted one) of a round ($5) proposes for each city ($7, none = all), with the rules' text
-- and the contest's version. The viewer sees everything ($1), that of contests ($2), and of adopted runs that of
-- cities ($3) and contestants ($4); and organises everything ($9) or contests ($10). A city without a proposal is one row with nobody in it.
with run as (
    select r.id, r.contest_id, v.version, rules.document, $1 or r.contest_id = any($2::uuid[]) as whole
    from shown_runs r
    join contests v on v.id = r.contest_id
    join rules on rules.id = r.rules_id
    where r.round_id = $5 and r.state = 'SCORED' and (r.id = $6 or $6 is null and r.adopted)
      and r.organisers = ($9 or r.contest_id = any($10::uuid[]))
      and ($1 or r.contest_id = any($2::uuid[])
           or r.adopted and (
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
-- Finalists by run ($5) and contestant ($6), as far as the viewer ($1 - $4, $7 and $8 as $1 - $4, $9 and $10 in
-- list_proposal) may see them.
select f.run_id, f.place, f.position as place_position, f.reason, s.position, s.rank, s.city_rank, s.division_rank,
    s.total, s.items, null::json as explanation, p.*
from unnest($5::uuid[], $6::uuid[]) as wanted (run_id, contestant_id)
join finalists f on f.run_id = wanted.run_id and f.contestant_id = wanted.contestant_id
join scores s on s.run_id = f.run_id and s.contestant_id = f.contestant_id
join shown_runs r on r.id = f.run_id and r.organisers = ($7 or r.contest_id = any($8::uuid[]))
join contestant_details p on p.id = f.contestant_id
where r.state = 'SCORED'
  and ($1 or r.contest_id = any($2::uuid[])
       or r.adopted and (f.city_id = any($3::uuid[]) or f.contestant_id = any($4::uuid[])));

-- name: list_selected
-- Whom people selected in rounds ($5) for cities ($6, none = all), each as long as the viewer ($1 - $4) may see the
-- city's results; `visible` says whether the person is still theirs to see, `eligible` whether they may compete for it.
select sel.round_id, sel.run_id, f.city_id as team_city_id, f.place as selected_place, f.position as selected_position,
    f.proposed_place, f.reason as selected_reason, f.replaced_by, f.changed_at, proposal.reason as proposal_reason,
    $1 or sel.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) as visible,
    p.eligibility = 'APPROVED' and p.withdrawn_at is null and p.erased_at is null and p.city_id = f.city_id as eligible,
    p.*
from finalist_selections sel
join selected_finalists f on f.selection_id = sel.id
join contestant_details p on p.id = f.contestant_id
left join finalists proposal on proposal.run_id = sel.run_id and proposal.contestant_id = f.contestant_id
where sel.round_id = any($5::uuid[]) and ($6::uuid[] is null or f.city_id = any($6))
  and ($1 or sel.contest_id = any($2::uuid[]) or f.city_id = any($3::uuid[]))
  and $4::uuid[] is not null
order by f.city_id, array_position('{STREAMER,RESERVE,OUT}'::text[], f.place), f.position;

-- name: find_contest_of_round
-- The contest of a round ($3) in a contest ($2) where the viewer may act, or may everywhere ($1).
select contest_id from rounds where id = $3 and ($1 or contest_id = any($2::uuid[]));

-- name: find_round_to_select
-- A round with its adopted run, that run's rules, the selection there is, and a city whose team is confirmed.
select rounds.id, rounds.contest_id, rounds.adopted_run_id, rules.document,
    rounds.kept_run_id is not null and rounds.kept_run_id is distinct from rounds.adopted_run_id as kept_back, sel.id as selection_id,
    (
        select c.name from teams t join cities c on c.id = t.city_id
        where t.round_id = rounds.id and t.confirmed_at is not null
        order by c.position
        limit 1
    ) as confirmed_city
from rounds
left join scoring_runs r on r.id = rounds.adopted_run_id
left join rules on rules.id = r.rules_id
left join finalist_selections sel on sel.round_id = rounds.id
where rounds.id = $1;

-- name: list_candidates
-- Whom a run ($1) proposes, and whoever else is named ($2) and has a standing in it.
select s.contestant_id, s.city_id, c.name as city, p.number, s.position, f.place,
    p.eligibility = 'APPROVED' and p.withdrawn_at is null and p.erased_at is null and p.city_id = s.city_id as eligible
from scores s
join contestants p on p.id = s.contestant_id
join cities c on c.id = s.city_id
left join finalists f on f.run_id = s.run_id and f.contestant_id = s.contestant_id
where s.run_id = $1 and (f.contestant_id is not null or s.contestant_id = any($2::uuid[]));

-- name: list_places
-- Where everybody of a selection stands now.
select f.contestant_id, f.city_id, f.place, p.number
from selected_finalists f
join contestants p on p.id = f.contestant_id
where f.selection_id = $1
order by f.position;

-- name: put_selection
-- The selection of a round, new or made again.
insert into finalist_selections (id, contest_id, round_id, run_id, reason, selected_by)
values ($1, $2, $3, $4, $5, $6)
on conflict (round_id) do update
    set run_id = excluded.run_id, reason = excluded.reason, selected_by = excluded.selected_by,
        selected_at = clock_timestamp()
returning id;

-- name: clear_selected
-- Takes everybody out of a selection that is made again.
delete from selected_finalists where selection_id = $1;

-- name: insert_selected
-- Where somebody stands in a selection.
insert into selected_finalists (selection_id, contestant_id, city_id, place, position, proposed_place, reason)
values ($1, $2, $3, $4, $5, $6, $7);

-- name: list_city_ids
-- The cities of a contest.
select id from cities where contest_id = $1 order by position;

-- name: insert_team
-- A city's team for a round, unless there is one.
insert into teams (id, contest_id, city_id, round_id) values ($1, $2, $3, $4) on conflict (round_id, city_id) do nothing;

-- name: find_place
-- Where a contestant ($2) stands in the selection of a round ($1), and whether the city's team is confirmed.
select sel.id as selection_id, sel.run_id, f.city_id, f.place, f.position, p.number, rules.document,
    t.confirmed_at is not null as confirmed, c.name as city
from finalist_selections sel
join selected_finalists f on f.selection_id = sel.id
join contestants p on p.id = f.contestant_id
join cities c on c.id = f.city_id
join scoring_runs r on r.id = sel.run_id
join rules on rules.id = r.rules_id
join teams t on t.round_id = sel.round_id and t.city_id = f.city_id
where sel.round_id = $1 and f.contestant_id = $2;

-- name: find_free_place
-- The selection of a round ($1) for a city ($2), which positions its streamers have, and whether its team is confirmed.
select sel.id as selection_id, sel.run_id, c.id as city_id, c.name as city, rules.document,
    t.confirmed_at is not null as confirmed,
    array(
        select f.position from selected_finalists f
        where f.selection_id = sel.id and f.city_id = c.id and f.place = 'STREAMER'
    ) as taken
from finalist_selections sel
join teams t on t.round_id = sel.round_id
join cities c on c.id = t.city_id
join scoring_runs r on r.id = sel.run_id
join rules on rules.id = r.rules_id
where sel.round_id = $1 and c.id = $2;

-- name: list_successors
-- Who of a city ($3) stands in a selection ($1), and whoever is named ($4) and has a standing there in its run ($2).
select p.id, p.number, f.place, coalesce(f.position, s.position) as position, proposal.place as proposed_place,
    p.eligibility = 'APPROVED' and p.withdrawn_at is null and p.erased_at is null and p.city_id = $3 as eligible
from scores s
join contestants p on p.id = s.contestant_id
left join selected_finalists f on f.selection_id = $1 and f.contestant_id = s.contestant_id
left join finalists proposal on proposal.run_id = s.run_id and proposal.contestant_id = s.contestant_id
where s.run_id = $2 and s.city_id = $3 and (f.contestant_id is not null or s.contestant_id = $4);

-- name: leave_place
-- A streamer leaves the team; a replacement takes over the position.
update selected_finalists set place = 'OUT', reason = $3, replaced_by = $4, changed_at = clock_timestamp()
where selection_id = $1 and contestant_id = $2;

-- name: take_place
-- Somebody becomes a streamer in the position of whom they replace, or in a free one.
insert into selected_finalists (selection_id, contestant_id, city_id, place, position, proposed_place, reason, changed_at)
values ($1, $2, $3, 'STREAMER', $4, $5, $6, clock_timestamp())
on conflict (selection_id, contestant_id) do update
    set place = 'STREAMER', position = excluded.position, reason = excluded.reason, replaced_by = null,
        changed_at = excluded.changed_at;

-- name: selected_rounds
-- Which of these rounds people have selected finalists for.
select round_id from finalist_selections where round_id = any($1::uuid[]);
