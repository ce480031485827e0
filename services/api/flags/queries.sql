-- name: list_flags
-- Flags of a contest ($3), the newest first after $9, at most $10, with the number of all that match: of a round ($4), a
-- city ($5), a contestant ($6), a code ($7), a state ($8), none = any; where the viewer ($1, $2) may see flags.
with visible as (
    select f.id
    from flags f
    join contestants p on p.id = f.contestant_id
    where ($1 or f.contest_id = any($2::uuid[])) and f.contest_id = $3
      and ($4::uuid is null or f.round_id = $4)
      and ($5::uuid is null or p.city_id = $5)
      and ($6::uuid is null or f.contestant_id = $6)
      and ($7::text is null or f.code = $7)
      and ($8::text is null or f.state = $8)
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select f.*, raiser.name as raised_by_name, judge.name as concluded_by_name
    from visible
    join flags f on f.id = visible.id
    left join users raiser on raiser.id = f.raised_by
    left join users judge on judge.id = f.concluded_by
    where $9::uuid is null or visible.id < $9
    order by visible.id desc
    limit $10
) page on true;

-- name: find_flags
-- Flags by id ($3), where the viewer ($1, $2) may see them.
select f.*, raiser.name as raised_by_name, judge.name as concluded_by_name
from flags f
left join users raiser on raiser.id = f.raised_by
left join users judge on judge.id = f.concluded_by
where f.id = any($3::uuid[]) and ($1 or f.contest_id = any($2::uuid[]));

-- name: count_open
-- How many flags of contestants are open.
select contestant_id, count(*) as open
from flags
where contestant_id = any($1::uuid[]) and state = 'OPEN'
group by contestant_id;

-- name: insert_flag
-- Keeps a flag that a person raised.
insert into flags (id, contest_id, round_id, contestant_id, code, about, state, raised_by, reason)
values ($1, $2, $3, $4, 'RAISED_BY_A_PERSON', ($1::uuid)::text, 'OPEN', $5, $6);

-- name: is_round_of
-- Whether a contest ($1) has this round.
select exists (select from rounds where contest_id = $1 and id = $2);

-- name: find_state
-- What became of a flag.
select state from flags where id = $1;

-- name: conclude
-- A person has looked at a flag.
update flags set state = $2, conclusion = $3, concluded_by = $4, concluded_at = clock_timestamp() where id = $1;

-- name: find_thresholds
-- The thresholds that a contest ($3) has set itself, where the viewer ($1, $2) may see flags.
select flag_thresholds from contests where id = $3 and ($1 or id = any($2::uuid[]));

-- name: set_thresholds
-- The thresholds that a contest sets itself.
update contests set flag_thresholds = $2 where id = $1;
