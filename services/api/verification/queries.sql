-- name: find_round
-- The contest of a round ($3) where the viewer ($1, $2) may act.
select contest_id from rounds where id = $3 and ($1 or contest_id = any($2::uuid[]));

-- name: list_lots
-- Who takes part in a contest ($1) at a moment ($2): of each the name of the city, or else ($3) the division.
select approvals.contestant_id, case when $3 then cities.name else divisions.name end as "group", approvals.platform,
    approvals.handle_key, approvals.handle_sealed
from approvals
join cities on cities.id = approvals.city_id
join divisions on divisions.id = approvals.division_id
where approvals.contest_id = $1 and approvals.from_at <= $2 and (approvals.until_at is null or approvals.until_at > $2);

-- name: insert_draw
-- Keeps a draw as it is announced; its number is the next of the round.
insert into verification_draws (id, contest_id, round_id, number, per, people, seed_source, seed_at, roll_sha256,
                                population, reason, announced_by, announced_at)
values ($1, $2, $3, (select count(*) + 1 from verification_draws where round_id = $3), $4, $5, $6, $7, $8, $9, $10, $11,
        $12);

-- name: find_draws
-- Draws by id: what is announced of them is public.
select draws.*, lots.count as drawn_count
from verification_draws draws
left join lateral (select count(*) from verification_drawn where draw_id = draws.id) lots on true
where draws.id = any($1::uuid[]);

-- name: list_draws
-- The draws of rounds, the newest first.
select draws.*, lots.count as drawn_count
from verification_draws draws
left join lateral (select count(*) from verification_drawn where draw_id = draws.id) lots on true
where draws.round_id = any($1::uuid[])
order by draws.number desc;

-- name: lock_draw
-- A draw, whether its seed is public by now, once the contest has been locked.
select draws.*, draws.seed_at <= now() as seed_is_public from verification_draws draws where draws.id = $1;

-- name: make_draw
-- A draw is made.
update verification_draws set seed = $2, drawn_by = $3, drawn_at = clock_timestamp() where id = $1;

-- name: insert_drawn
-- Somebody was drawn.
insert into verification_drawn (draw_id, contestant_id, position, ticket) values ($1, $2, $3, $4);

-- name: cancel_draw
-- A draw no longer holds; it stays readable.
update verification_draws set cancelled_by = $2, cancelled_at = clock_timestamp(), cancelled_reason = $3 where id = $1;

-- name: list_drawn
-- Who was drawn ($5: the draws), as far as the viewer ($1 - $4) may see them.
select drawn.draw_id, drawn.contestant_id, drawn.position, drawn.ticket
from verification_drawn drawn
join contestants p on p.id = drawn.contestant_id
where drawn.draw_id = any($5::uuid[])
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]))
order by drawn.position;

-- name: list_verifications
-- Whose figures are to be verified in a round ($5), by number after $8, at most $9, with the number of all that match:
-- of a city ($6), in a state ($7), none = any; as far as the viewer ($1 - $4) may see results.
with visible as (
    select v.*
    from verifications v
    where ($1 or v.contest_id = any($2::uuid[]) or v.city_id = any($3::uuid[])) and $4::uuid[] is not null
      and v.round_id = $5
      and ($6::uuid is null or v.city_id = $6)
      and ($7::text is null or v.state = $7)
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select * from visible where $8::bigint is null or number > $8 order by number limit $9
) page on true;

-- name: count_verifications
-- How many people of rounds ($5) are to be verified, by city and state, as far as the viewer ($1 - $4) may see results.
select round_id, city_id, state, count(*) as people
from verifications
where round_id = any($5::uuid[])
  and ($1 or contest_id = any($2::uuid[]) or city_id = any($3::uuid[])) and $4::uuid[] is not null
group by round_id, city_id, state;

-- name: states_of_standings
-- How the verification of contestants ($2) stands in the rounds of runs ($1).
select wanted.run_id, wanted.contestant_id, v.state
from unnest($1::uuid[], $2::uuid[]) as wanted (run_id, contestant_id)
join scoring_runs r on r.id = wanted.run_id
join verifications v on v.round_id = r.round_id and v.contestant_id = wanted.contestant_id;

-- name: list_checks
-- What was found when contestants' ($2) figures of rounds ($1) were compared, the last first.
select checks.*, users.name as checked_by_name
from unnest($1::uuid[], $2::uuid[]) as wanted (round_id, contestant_id)
join verification_checks checks on checks.round_id = wanted.round_id and checks.contestant_id = wanted.contestant_id
left join users on users.id = checks.checked_by
order by checks.id desc;

-- name: find_check
-- What was found when somebody's figures were compared.
select checks.*, users.name as checked_by_name
from verification_checks checks
left join users on users.id = checks.checked_by
where checks.id = $1;

-- name: find_required
-- How somebody's verification stands in a round, with the adopted run, its explanation of their points and its extent.
select v.state, v.city_id, r.id as run_id, r.sequence, s.explanation, rounds.opens_at, rounds.closes_at,
    rounds.exported_from, rounds.exported_until
from rounds
left join verifications v on v.round_id = rounds.id and v.contestant_id = $2
left join scoring_runs r on r.id = rounds.adopted_run_id
left join scores s on s.run_id = r.id and s.contestant_id = $2
where rounds.id = $1 and rounds.contest_id = $3;

-- name: is_export_of
-- Whether an upload ($1) counts and speaks of a contestant ($2).
select exists (
    select from coverage where upload_id = $1 and contestant_id = $2 and to_sequence is null
);

-- name: lower_figures
-- Rows of a fresh export ($2) whose figures are below the ones that counted for a contestant ($1): works and sessions of
-- the window [$6, $7), days of it, and paid orders that have been refunded since, as the files in force at sequence $3
-- that were exported in [$4, $5) told of them.
with counted_works as (
    select distinct on (w.at, w.place, w.called) w.*
    from works_told w join uploads on uploads.id = w.upload_id
    where w.contestant_id = $1 and w.from_sequence <= $3 and (w.to_sequence is null or w.to_sequence > $3)
        and w.exported_at >= $4 and w.exported_at < $5 and w.published_at >= $6 and w.published_at < $7
    order by w.at, w.place, w.called, w.exported_at desc, uploads.content_digest
),
counted_sessions as (
    select distinct on (l.started_at) l.*
    from live_sessions l join uploads on uploads.id = l.upload_id
    where l.contestant_id = $1 and l.from_sequence <= $3 and (l.to_sequence is null or l.to_sequence > $3)
        and l.exported_at >= $4 and l.exported_at < $5 and l.started_at >= $6 and l.started_at < $7
    order by l.started_at, l.exported_at desc, uploads.content_digest
),
counted_days as (
    select distinct on (d.day, d.measure) d.*
    from account_days d join uploads on uploads.id = d.upload_id
    where d.contestant_id = $1 and d.from_sequence <= $3 and (d.to_sequence is null or d.to_sequence > $3)
        and d.exported_at >= $4 and d.exported_at < $5
        and d.day >= ($6::timestamptz at time zone 'Asia/Shanghai')::date
        and d.day <= (($7::timestamptz - interval '1 microsecond') at time zone 'Asia/Shanghai')::date
    order by d.day, d.measure, d.exported_at desc, uploads.content_digest
),
counted_orders as (
    select distinct on (o.order_line) o.*
    from orders o join uploads on uploads.id = o.upload_id
    where o.contestant_id = $1 and o.from_sequence <= $3 and (o.to_sequence is null or o.to_sequence > $3)
        and o.exported_at >= $4 and o.exported_at < $5
    order by o.order_line, o.exported_at desc, uploads.content_digest
)
select 'WORKS' as source, to_char(fresh.at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') as at,
    figure, before as counted, after as fresh, fresh.sheet, fresh.line
from counted_works c
join works_told fresh on fresh.contestant_id = $1 and fresh.upload_id = $2
    and (fresh.at, fresh.place, fresh.called) = (c.at, c.place, c.called)
cross join lateral (values ('plays', c.plays, fresh.plays), ('likes', c.likes, fresh.likes),
    ('comments', c.comments, fresh.comments), ('shares', c.shares, fresh.shares),
    ('favourites', c.favourites, fresh.favourites)) figures (figure, before, after)
where after < before
union all
select 'LIVE_SESSIONS', to_char(fresh.started_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'),
    figure, before, after, fresh.sheet, fresh.line
from counted_sessions c
join live_sessions fresh on fresh.contestant_id = $1 and fresh.upload_id = $2 and fresh.started_at = c.started_at
cross join lateral (values ('minutes', c.minutes, fresh.minutes), ('viewers', c.viewers, fresh.viewers),
    ('views', c.views, fresh.views), ('orders', c.orders, fresh.orders), ('gross_sales', c.gross_sales, fresh.gross_sales),
    ('net_sales', c.net_sales, fresh.net_sales)) figures (figure, before, after)
where after < before
union all
select 'ACCOUNT_DAYS', fresh.day::text, lower(fresh.measure), c.value, fresh.value, fresh.sheet, fresh.line
from counted_days c
join account_days fresh on fresh.contestant_id = $1 and fresh.upload_id = $2 and fresh.day = c.day
    and fresh.measure = c.measure
where fresh.value < c.value
union all
select 'ORDERS', to_char(c.paid_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'), 'amount', c.amount,
    case when fresh.after_sale = 'REFUNDED' or fresh.paid_at is null then 0 else fresh.amount end, fresh.sheet, fresh.line
from counted_orders c
join orders fresh on fresh.contestant_id = $1 and fresh.upload_id = $2 and fresh.order_line = c.order_line
where c.paid_at >= $6 and c.paid_at < $7 and c.after_sale <> 'REFUNDED'
    and case when fresh.after_sale = 'REFUNDED' or fresh.paid_at is null then 0 else fresh.amount end < c.amount
order by 1, 2, 3;

-- name: insert_check
-- Keeps what was found when somebody's figures were compared.
insert into verification_checks (id, contest_id, round_id, contestant_id, run_id, outcome, method, upload_id, figures,
                                 lower, note, checked_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);
