-- name: take_due
-- Whose figures are to be looked at; they are no longer due once this commits.
delete from flags_due where contest_id = $1 returning contestant_id;

-- name: is_due
-- Whether somebody's figures are to be looked at.
select exists (select from flags_due where contest_id = $1);

-- name: archive_comes_in
-- Whether the files of an archive are being taken in, and nobody has waited for long: one archive may follow another.
select exists (
    select from jobs
    join uploads on uploads.id = jobs.subject_id
    where jobs.kind = 'INGEST_UPLOAD' and jobs.state = 'RUNNING'
        and uploads.contest_id = $1 and uploads.kind = 'ARCHIVE'
) and not exists (
    select from flags_due where contest_id = $1 and added_at < clock_timestamp() - interval '10 minutes'
);

-- name: find_thresholds
-- The thresholds that a contest has set itself.
select flag_thresholds from contests where id = $1;

-- name: list_rounds
-- The rounds of a contest with their windows and spans of exports.
select id, exported_from, exported_until, opens_at, closes_at from rounds where contest_id = $1 order by position;

-- name: work_steps
-- Public works of the window [$4, $5) of contestants ($1) from one export of [$2, $3) to the next: with $6 where plays
-- grew by at least $7 and what people did by less than $8 of that, among exports that tell all counts, else where plays
-- fell by at least $7.
with told as (
    select distinct on (w.contestant_id, w.at, w.place, w.called, w.exported_at) w as version
    from works_told w
    join uploads on uploads.id = w.upload_id
    where w.contestant_id = any($1) and w.to_sequence is null and w.exported_at >= $2 and w.exported_at < $3
        and w.published_at >= $4 and w.published_at < $5 and w.visibility = 'PUBLIC' and w.plays is not null
        and (not $6 or w.likes + w.comments + w.shares + w.favourites is not null)
    order by w.contestant_id, w.at, w.place, w.called, w.exported_at, uploads.content_digest
),
steps as (
    select version as after, lag(version) over (
        partition by (version).contestant_id, (version).at, (version).place, (version).called
        order by (version).exported_at
    ) as before
    from told
),
grown as (
    select before, after, (after).plays - coalesce((before).plays, 0) as plays,
        (after).likes + (after).comments + (after).shares + (after).favourites
            - coalesce((before).likes + (before).comments + (before).shares + (before).favourites, 0) as engaged
    from steps
)
select (after).contestant_id, (after).at, (after).place, (after).called,
    (after).exported_at, (after).plays, (after).likes, (after).comments, (after).shares, (after).favourites,
    (after).upload_id, (after).sheet, (after).line,
    (before).exported_at as exported_at_before, (before).plays as plays_before, (before).likes as likes_before,
    (before).comments as comments_before, (before).shares as shares_before, (before).favourites as favourites_before,
    (before).upload_id as upload_id_before, (before).sheet as sheet_before, (before).line as line_before
from grown
where case when $6 then plays >= $7 and greatest(engaged, 0) < $8::numeric * plays
           else (before).plays - (after).plays >= $7 end
order by 1, 2, 3, 4, 5;

-- name: sessions
-- Sessions of the window [$4, $5) as the file exported last in [$2, $3) tells of them, with at least $6 orders.
select contestant_id, started_at, viewers, orders, upload_id, sheet, line
from (
    select distinct on (s.contestant_id, s.started_at) s.*
    from live_sessions s
    join uploads on uploads.id = s.upload_id
    where s.contestant_id = any($1) and s.to_sequence is null and s.exported_at >= $2 and s.exported_at < $3
        and s.started_at >= $4 and s.started_at < $5
    order by s.contestant_id, s.started_at, s.exported_at desc, uploads.content_digest
) latest
where orders >= $6 and viewers is not null
order by 1, 2;

-- name: viewers_steps
-- Sessions of the window [$4, $5) whose viewers fell by at least $6 from one export of [$2, $3) to the next.
with told as (
    select distinct on (s.contestant_id, s.started_at, s.exported_at) s as version
    from live_sessions s
    join uploads on uploads.id = s.upload_id
    where s.contestant_id = any($1) and s.to_sequence is null and s.exported_at >= $2 and s.exported_at < $3
        and s.started_at >= $4 and s.started_at < $5 and s.viewers is not null
    order by s.contestant_id, s.started_at, s.exported_at, uploads.content_digest
),
steps as (
    select version as after, lag(version) over (
        partition by (version).contestant_id, (version).started_at order by (version).exported_at
    ) as before
    from told
)
select (after).contestant_id, (after).started_at, (before).viewers as before, (after).viewers as after,
    (before).exported_at as exported_before, (after).exported_at as exported_after,
    (before).upload_id as upload_id_before, (before).sheet as sheet_before, (before).line as line_before,
    (after).upload_id, (after).sheet, (after).line
from steps
where (before).viewers - (after).viewers >= $6
order by 1, 2, 6;

-- name: order_sums
-- Paid order lines of the window [$4, $5), each as the file exported last in [$2, $3) tells of it. A line can be
-- compared with the sessions when its file does not say that it was sold elsewhere and it was placed in the time that a
-- file of sessions speaks of; it lies outside when it was placed in none of them nor in the $6 minutes after one.
with sessions as (
    select contestant_id, upload_id, started_at,
        greatest(started_at, coalesce(ended_at, started_at + minutes * interval '1 minute', started_at + interval '1 day'))
            as ended_at
    from live_sessions
    where contestant_id = any($1) and to_sequence is null and exported_at >= $2 and exported_at < $3
),
known as (
    select contestant_id, range_agg(span) as spans
    from (
        select contestant_id, tstzrange(min(started_at), max(ended_at), '[]') as span
        from sessions group by contestant_id, upload_id
    ) files
    group by contestant_id
),
live as (
    select contestant_id, range_agg(tstzrange(started_at, ended_at + $6 * interval '1 minute', '[]')) as spans
    from sessions group by contestant_id
),
lines as (
    select distinct on (o.contestant_id, o.order_line) o.contestant_id, o.paid_at, o.amount, o.after_sale, o.channel,
        coalesce(o.submitted_at, o.paid_at) as placed_at
    from orders o
    join uploads on uploads.id = o.upload_id
    where o.contestant_id = any($1) and o.to_sequence is null and o.exported_at >= $2 and o.exported_at < $3
    order by o.contestant_id, o.order_line, o.exported_at desc, uploads.content_digest
)
select lines.contestant_id, count(*) as lines, count(*) filter (where after_sale = 'REFUNDED') as refunded,
    sum(amount) as amount, coalesce(sum(amount) filter (where after_sale = 'REFUNDED'), 0) as refunded_amount,
    count(*) filter (where placed_at <@ known.spans and (channel = '' or channel like '%直播%')) as comparable,
    count(*) filter (where placed_at <@ known.spans and (channel = '' or channel like '%直播%')
                     and not placed_at <@ live.spans) as outside
from lines
left join known on known.contestant_id = lines.contestant_id
left join live on live.contestant_id = lines.contestant_id
where paid_at >= $4 and paid_at < $5
group by lines.contestant_id
order by 1;

-- name: refunded_rows
-- The first rows of a contestant's ($1) refunded lines, as in order_sums.
select upload_id, sheet, line
from (
    select distinct on (o.order_line) o.*
    from orders o
    join uploads on uploads.id = o.upload_id
    where o.contestant_id = $1 and o.to_sequence is null and o.exported_at >= $2 and o.exported_at < $3
    order by o.order_line, o.exported_at desc, uploads.content_digest
) latest
where paid_at >= $4 and paid_at < $5 and after_sale = 'REFUNDED'
order by amount desc, order_line
limit $6;

-- name: outside_rows
-- The first rows of a contestant's ($1) lines outside every session, as in order_sums.
with sessions as (
    select upload_id, started_at,
        greatest(started_at, coalesce(ended_at, started_at + minutes * interval '1 minute', started_at + interval '1 day'))
            as ended_at
    from live_sessions
    where contestant_id = $1 and to_sequence is null and exported_at >= $2 and exported_at < $3
),
known as (
    select range_agg(span) as spans
    from (select tstzrange(min(started_at), max(ended_at), '[]') as span from sessions group by upload_id) files
),
live as (select range_agg(tstzrange(started_at, ended_at + $6 * interval '1 minute', '[]')) as spans from sessions)
select latest.upload_id, sheet, line
from (
    select distinct on (o.order_line) o.*
    from orders o
    join uploads on uploads.id = o.upload_id
    where o.contestant_id = $1 and o.to_sequence is null and o.exported_at >= $2 and o.exported_at < $3
    order by o.order_line, o.exported_at desc, uploads.content_digest
) latest, known, live
where paid_at >= $4 and paid_at < $5 and (channel = '' or channel like '%直播%')
    and coalesce(submitted_at, paid_at) <@ known.spans and not coalesce(submitted_at, paid_at) <@ live.spans
order by paid_at, order_line
limit $7;

-- name: same_works
-- Works of the window [$4, $5) with at least $6 plays that several contestants' files tell of, one of $1 among them, with
-- the same minute, title and counts, as the files exported last in [$2, $3) tell of them: who has each, by number of the
-- work and place among those who have it. Beyond the first $7 only the first and those of $1 are compared with anybody.
with mine as materialized (
    select distinct on (w.contestant_id, w.at, w.place, w.called) w.*, contestants.contest_id
    from works_told w
    join uploads on uploads.id = w.upload_id
    join contestants on contestants.id = w.contestant_id
    where w.contestant_id = any($1) and w.to_sequence is null and w.exported_at >= $2 and w.exported_at < $3
        and w.published_at >= $4 and w.published_at < $5
    order by w.contestant_id, w.at, w.place, w.called, w.exported_at desc, uploads.content_digest
),
wanted as (
    select row_number() over () as work, distinct_works.*
    from (
        select distinct contest_id, date_trunc('minute', at) as minute, title, plays, likes, comments, shares, favourites
        from mine
        where plays >= $6 and visibility = 'PUBLIC'
    ) distinct_works
),
told as (
    select distinct on (wanted.work, w.contestant_id)
        wanted.work, wanted.minute, w.contestant_id, w.upload_id, w.sheet, w.line
    from wanted
    cross join lateral (
        select * from works
        where published_at >= wanted.minute and published_at < wanted.minute + interval '1 minute'
            and title = wanted.title and plays = wanted.plays and (likes, comments, shares, favourites)
                is not distinct from (wanted.likes, wanted.comments, wanted.shares, wanted.favourites)
            and to_sequence is null and exported_at >= $2 and exported_at < $3
        offset 0  -- by that minute first: of a contest, not all works of all people
    ) w
    join contestants on contestants.id = w.contestant_id and contestants.contest_id = wanted.contest_id
    order by wanted.work, w.contestant_id, w.exported_at desc, w.upload_id, w.sheet, w.line
),
placed as (
    select *, row_number() over who as place, count(*) over (partition by work) as people,
        first_value(contestant_id) over who as first_id
    from told
    window who as (partition by work order by contestant_id)
)
select work, place, minute, contestant_id, upload_id, sheet, line
from placed
where people > 1 and (place <= greatest(1, $7) or contestant_id = any($1) or first_id = any($1))
order by work, place;

-- name: with_the_same_works
-- Who is flagged beside these contestants ($2) for having the same works in a contest ($1).
select distinct contestant_id
from flags
where contest_id = $1 and other_id = any($2) and code = 'SAME_ROWS_AS_ANOTHER' and state = 'OPEN';

-- name: known_flags
-- What was found of contestants ($3), or of others with them, in a round of a contest: of each flag the last one.
select distinct on (contestant_id, code, about) id, contestant_id, other_id, code, about, state, value, threshold,
    parameters, rows, rows_count
from flags
where contest_id = $1 and round_id = $2 and (contestant_id = any($3) or other_id = any($3))
    and code <> 'RAISED_BY_A_PERSON'
order by contestant_id, code, about, id desc;

-- name: insert_flag
-- Keeps a flag that was found.
insert into flags (id, contest_id, round_id, contestant_id, other_id, code, about, state, value, threshold, parameters,
                   rows, rows_count)
values ($1, $2, $3, $4, $5, $6, $7, 'OPEN', $8, $9, $10, $11, $12);

-- name: update_flag
-- What an open flag says by now.
update flags set value = $2, threshold = $3, parameters = $4, rows = $5, rows_count = $6 where id = $1;

-- name: flag_gone
-- The figures no longer show what a flag says.
update flags set state = 'GONE', concluded_at = clock_timestamp() where id = $1;
