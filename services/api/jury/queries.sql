-- name: find_round
-- A round ($1) with the last version of its rules.
select r.id, r.contest_id, r.title,
    (select document from rules where round_id = r.id order by version desc limit 1) as document
from rounds r
where r.id = $1;

-- name: list_panels
-- The panels of a round ($3) that somebody has been seated in, where the viewer ($1, $2) may see juries.
select p.*, rounds.title as round, (select document from rules where round_id = rounds.id order by version desc limit 1) as document
from jury_panels p
join rounds on rounds.id = p.round_id
where p.round_id = $3 and ($1 or p.contest_id = any($2::uuid[]))
order by p.id;

-- name: find_panels
-- Panels by id ($3), where the viewer ($1, $2) may see juries.
select p.*, rounds.title as round, (select document from rules where round_id = rounds.id order by version desc limit 1) as document
from jury_panels p
join rounds on rounds.id = p.round_id
where p.id = any($3::uuid[]) and ($1 or p.contest_id = any($2::uuid[]));

-- name: add_panel
-- The panel of a round ($3) with a key ($4); the one there is, if there is one.
insert into jury_panels (id, contest_id, round_id, key) values ($1, $2, $3, $4)
on conflict (round_id, key) do update set key = excluded.key
returning id, closed_at, closes_at;

-- name: find_judges
-- Which of these users ($2) are judges of a contest ($1).
select distinct u.id
from grants g
join users u on u.id = g.user_id
where g.role = 'JUDGE' and g.contest_id = $1 and u.disabled_at is null and u.id = any($2::uuid[]);

-- name: count_cities
-- How many of these cities ($2) a contest ($1) has.
select count(*) from cities where contest_id = $1 and id = any($2::uuid[]);

-- name: list_seats
-- The judges of panels, with how many people each has marked.
select s.panel_id, s.judge_id, s.city_id, u.login, u.name,
    (select count(*) from jury_marks m
     where m.panel_id = s.panel_id and m.judge_id = s.judge_id and m.confirmed_at is not null and m.ended_at is null
         and m.points is not null) as marked
from jury_seats s
join users u on u.id = s.judge_id
where s.panel_id = any($1::uuid[])
order by s.panel_id, u.login;

-- name: delete_seats
-- Takes the seats of judges who are not among these ($2); who has given marks keeps theirs.
delete from jury_seats s
where s.panel_id = $1 and s.judge_id <> all($2::uuid[])
  and not exists (select from jury_marks m where m.panel_id = s.panel_id and m.judge_id = s.judge_id);

-- name: add_seat
-- Seats a judge, or says anew where they come from.
insert into jury_seats (panel_id, judge_id, city_id, seated_by) values ($1, $2, $3, $4)
on conflict (panel_id, judge_id) do update set city_id = excluded.city_id;

-- name: list_recusals
-- From whom judges of contests ($1) have stepped aside.
select r.id, r.contest_id, r.city_id, r.contestant_id, r.reason, r.recused_at, u.id as judge_id, u.login, u.name
from jury_recusals r
join users u on u.id = r.judge_id
where r.contest_id = any($1::uuid[])
order by r.id;

-- name: add_recusal
-- A judge steps aside; nothing when they have.
insert into jury_recusals (id, contest_id, judge_id, city_id, contestant_id, reason, recused_by)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (contest_id, judge_id, city_id, contestant_id) do nothing
returning id;

-- name: is_seated
-- Whether somebody ($2) is a judge of some panel of a contest ($1).
select exists (
    select from jury_seats s join jury_panels p on p.id = s.panel_id where p.contest_id = $1 and s.judge_id = $2
);

-- name: end_recused_marks
-- The marks of a judge ($2) for a city ($3) or a contestant ($4) in panels of a contest ($1) that are open are over.
update jury_marks m
set ended_by = $5, ended_at = clock_timestamp()
from jury_panels p, contestants c
where p.id = m.panel_id and p.contest_id = $1 and p.closed_at is null and c.id = m.contestant_id
  and m.judge_id = $2 and m.ended_at is null and (c.city_id = $3 or c.id = $4);

-- name: end_marks_of_own
-- The marks in a panel ($1) for people of a city that their judge comes from or works for, and for the judge, are over.
update jury_marks m
set ended_by = $2, ended_at = clock_timestamp()
from jury_seats seat, contestants c
where m.panel_id = $1 and m.ended_at is null and c.id = m.contestant_id
  and seat.panel_id = m.panel_id and seat.judge_id = m.judge_id
  and (seat.city_id = c.city_id or exists (
      select from grants g where g.user_id = m.judge_id and (g.city_id = c.city_id or g.contestant_id = c.id)
  ));

-- name: find_place
-- Whom a panel ($1) is asked about ($2): how the judge ($3) stands to them. A judge steps aside from where they come
-- from, from a city they work for, from themselves, and from whom they have said.
select c.number, c.eligibility, c.withdrawn_at, seat.judge_id is not null as seated,
    exists (
        select from grants g
        where g.user_id = $3 and (g.city_id = c.city_id or g.contestant_id = c.id)
    ) or seat.city_id = c.city_id or exists (
        select from jury_recusals r
        where r.judge_id = $3 and r.contest_id = p.contest_id and (r.city_id = c.city_id or r.contestant_id = c.id)
    ) as recused
from jury_panels p
join contestants c on c.contest_id = p.contest_id and c.id = $2
left join jury_seats seat on seat.panel_id = p.id and seat.judge_id = $3
where p.id = $1;

-- name: end_mark
-- The mark of a judge ($3) for a contestant ($1) in a panel ($2) that holds (not $4), or that waits ($4), is over; for
-- runs from a sequence number ($6) on, if it was in force for any.
update jury_marks
set ended_by = $5, ended_at = clock_timestamp(), to_sequence = case when from_sequence is not null then $6::bigint end
where contestant_id = $1 and panel_id = $2 and judge_id = $3 and ended_at is null and (confirmed_at is null) = $4
returning id;

-- name: insert_mark
-- What a judge gives ($9: it was typed by somebody else, and waits).
insert into jury_marks (contestant_id, panel_id, judge_id, id, contest_id, criteria, points, reason, given_by, confirmed_by,
                        confirmed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $10 then $9::uuid end, case when $10 then clock_timestamp() end);

-- name: find_waiting_mark
-- What was typed for a judge ($3) about a contestant ($1) in a panel ($2) and waits.
select m.id, m.given_by, m.points, m.reason, c.number, c.city_id
from jury_marks m
join contestants c on c.id = m.contestant_id
where m.contestant_id = $1 and m.panel_id = $2 and m.judge_id = $3 and m.ended_at is null and m.confirmed_at is null;

-- name: confirm_mark
-- A second person confirms what was typed ($4); it counts from a sequence number ($6) on, none: when its panel is closed.
update jury_marks set confirmed_by = $5, confirmed_at = clock_timestamp(), from_sequence = $6
where contestant_id = $1 and panel_id = $2 and judge_id = $3 and id = $4;

-- name: count_waiting_marks
-- What was typed and waits in a panel.
select count(*) from jury_marks where panel_id = $1 and ended_at is null and confirmed_at is null;

-- name: is_open
-- Whether marking goes on in a panel.
select closed_at is null from jury_panels where id = $1;

-- name: takes_marks
-- Whether judges of a panel may give marks: marking goes on, and its hour has not come.
select closed_at is null and coalesce(closes_at > clock_timestamp(), true) from jury_panels where id = $1;

-- name: set_closing
-- When judges of a panel give no more marks; nothing for an hour ($2) that is over.
update jury_panels set closes_at = $2
where id = $1 and coalesce($2 > clock_timestamp(), true)
returning id;

-- name: close_panel
-- Marking is over in a panel.
update jury_panels set closed_at = clock_timestamp(), closed_by = $2 where id = $1;

-- name: put_marks_in_force
-- The marks of a panel count from a sequence number on.
update jury_marks set from_sequence = $2
where panel_id = $1 and confirmed_at is not null and ended_at is null;

-- name: list_marks
-- The marks of a panel ($1) that hold or wait, by contestant and judge after a place ($2, none = from the start), at most
-- $3, with the number of all of them: of one judge ($4) or of all (none), of one contestant ($5) or of all.
with visible as (
    select m.*, c.number, u.login, u.name as judge_name, giver.name as given_by_name,
        row_number() over (order by c.number, u.login, m.confirmed_at is null) as place
    from jury_marks m
    join contestants c on c.id = m.contestant_id
    join users u on u.id = m.judge_id
    join users giver on giver.id = m.given_by
    where m.panel_id = $1 and m.ended_at is null and ($4::uuid is null or m.judge_id = $4)
      and ($5::uuid is null or m.contestant_id = $5)
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select * from visible where $2::bigint is null or place > $2 order by place limit $3
) page on true;
