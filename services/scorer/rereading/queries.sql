-- name: list_files
-- The files in force for a run: sequence number $2, exported in [$3, $4).
select uploads.id, uploads.contest_id, uploads.parent_id, uploads.name, uploads.size, uploads.kind_stated,
    uploads.account_id, uploads.exported_at, uploads.exported_at_stated, uploads.policy, uploads.attested,
    uploads.published_at, uploads.files_total, uploads.created_by, uploads.format_version, false as waited,
    false as from_the_future, contests.ownerless_orders, uploads.sha256, uploads.content_digest
from uploads
join contests on contests.id = uploads.contest_id
where uploads.contest_id = $1 and uploads.accepted_sequence <= $2
    and (uploads.withdrawn_sequence is null or uploads.withdrawn_sequence > $2)
    and uploads.exported_at >= $3 and uploads.exported_at < $4 and uploads.content_digest is not null
order by uploads.accepted_sequence;

-- name: works
-- The works of a file ($1) that were in force at a sequence number.
select contestant_id, published_at, ordinal, title, genre, visibility, plays, completion_rate, completion_rate_5s,
    bounce_rate_2s, cover_click_rate, average_play_seconds, likes, comments, shares, favourites, profile_visits,
    follower_gain, sheet, line
from works
where contestant_id = any(select contestant_id from coverage where upload_id = $1) and upload_id = $1
    and from_sequence <= $2 and (to_sequence is null or to_sequence > $2);

-- name: account_days
-- The account days of a file, likewise.
select contestant_id, day, measure, value, sheet, line
from account_days
where contestant_id = any(select contestant_id from coverage where upload_id = $1) and upload_id = $1
    and from_sequence <= $2 and (to_sequence is null or to_sequence > $2);

-- name: live_sessions
-- The live sessions of a file, likewise.
select contestant_id, started_at, ended_at, minutes, viewers, views, peak_viewers, comments, new_followers,
    lost_followers, gross_sales, paid_sales, refunds, net_sales, orders, buyers, refunded_orders, promotion_spend,
    sheet, line
from live_sessions
where contestant_id = any(select contestant_id from coverage where upload_id = $1) and upload_id = $1
    and from_sequence <= $2 and (to_sequence is null or to_sequence > $2);

-- name: orders
-- The order lines of a file, likewise.
select contestant_id, order_line, order_number, submitted_at, paid_at, amount, quantity, after_sale, product_id,
    product, channel, sheet, line
from orders
where contestant_id = any(select contestant_id from coverage where upload_id = $1) and upload_id = $1
    and from_sequence <= $2 and (to_sequence is null or to_sequence > $2);

-- name: list_spoken_of
-- Whom a file speaks of at a sequence number, and whether it speaks of them once more since.
select contestant_id, bool_or(from_sequence > $2) as later
from coverage
where upload_id = $1
group by contestant_id
having bool_or(from_sequence <= $2);

-- name: find_counted_elsewhere
-- Those order lines ($1) that counted for somebody by another file ($2 is this one) at a sequence number.
select distinct order_line
from orders
where order_line = any($1) and upload_id <> $2 and from_sequence <= $3;

-- name: find_unheard_of
-- A row in force of contestants ($1) that says it is from a file which does not speak of them.
select source, upload_id, contestant_id, sheet, line
from (
    select 'WORKS' as source, upload_id, contestant_id, sheet, line, from_sequence, to_sequence from works
    where contestant_id = any($1)
    union all
    select 'ACCOUNT_DAYS', upload_id, contestant_id, sheet, line, from_sequence, to_sequence from account_days
    where contestant_id = any($1)
    union all
    select 'LIVE_SESSIONS', upload_id, contestant_id, sheet, line, from_sequence, to_sequence from live_sessions
    where contestant_id = any($1)
    union all
    select 'ORDERS', upload_id, contestant_id, sheet, line, from_sequence, to_sequence from orders
    where contestant_id = any($1)
) facts
where from_sequence <= $2 and (to_sequence is null or to_sequence > $2)
    and not exists (
        select from coverage
        where coverage.contestant_id = facts.contestant_id and coverage.upload_id = facts.upload_id
            and coverage.source = facts.source
    )
limit 20;

-- name: find_unrecorded_penalties
-- Penalties of a round ($2) in force at a sequence number that were not proposed as they are, and those that the record
-- says were confirmed and that are gone.
with recorded as (
    select subject_id as id, contestant_id, concat_ws(' ', changes->'penalty'->>1, changes->'item'->>1,
        trim_scale((changes->'points'->>1)::numeric)) as said
    from audit_entries
    where contest_id = $1 and action = 'APPLY_PENALTY'
),
kept as (
    select id, contestant_id, concat_ws(' ', kind, item, trim_scale(points)) as said
    from penalties
    where round_id = $2 and from_sequence <= $3 and (to_sequence is null or to_sequence > $3)
)
select 'penalties' as table_name, kept.id, kept.contestant_id, kept.said as stored, recorded.said as recorded
from kept
left join recorded on recorded.id = kept.id
where (kept.contestant_id, kept.said) is distinct from (recorded.contestant_id, recorded.said)
union all
select 'penalties', recorded.id, recorded.contestant_id, null, recorded.said
from recorded
where not exists (select from penalties where penalties.id = recorded.id);

-- name: find_unrecorded_marks
-- Marks of a round ($2) in force at a sequence number ($3) that nobody gave or typed, says the record of the contest.
select 'jury_marks' as table_name, marks.id, marks.contestant_id, trim_scale(marks.points)::text as stored,
    null::text as recorded
from jury_marks marks
join jury_panels panels on panels.id = marks.panel_id
where marks.contest_id = $1 and panels.round_id = $2 and marks.points is not null
    and marks.from_sequence <= $3 and (marks.to_sequence is null or marks.to_sequence > $3)
    and not exists (
        select from audit_entries
        where audit_entries.subject_id = marks.panel_id and audit_entries.contestant_id = marks.contestant_id
            and audit_entries.action in ('GIVE_MARK', 'TYPE_MARK')
            and (changes->'points'->>1)::numeric = marks.points
    );

-- name: list_names
-- How people call contestants ($1) and files ($2).
select id, number::text as name from contestants where id = any($1::uuid[])
union all
select id, coalesce(nullif(name, ''), content_digest) from uploads where id = any($2::uuid[]);
