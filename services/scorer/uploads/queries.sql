-- name: begin_reading
-- Takes up an upload that waits, or whose reading was broken off.
update uploads
set state = 'READING', format_version = contests.formats_version
from contests
where uploads.id = $1 and uploads.state in ('QUEUED', 'READING') and contests.id = uploads.contest_id
returning uploads.id, uploads.contest_id, uploads.parent_id, uploads.name, uploads.size, uploads.kind_stated,
    uploads.account_id, uploads.exported_at, uploads.exported_at_stated, uploads.policy, uploads.attested,
    uploads.published_at, uploads.files_total, uploads.created_by, uploads.format_version,
    uploads.waiting is not null as waited,
    uploads.exported_at > now() as from_the_future, contests.ownerless_orders;

-- name: find_upload
-- An upload that counts or waits for headings, to withdraw it; also when it has been queued again meanwhile.
select uploads.id, uploads.contest_id, uploads.parent_id, uploads.name, uploads.size, uploads.kind_stated,
    uploads.account_id, uploads.exported_at, uploads.exported_at_stated, uploads.policy, uploads.attested,
    uploads.published_at, uploads.files_total, uploads.created_by, uploads.format_version,
    uploads.waiting is not null as waited,
    false as from_the_future, contests.ownerless_orders
from uploads
join contests on contests.id = uploads.contest_id
where uploads.id = $1 and (uploads.state in ('ACCEPTED', 'WAITING')
    or (uploads.state in ('QUEUED', 'READING') and uploads.withdrawn_reason is not null));

-- name: find_counted_file
-- A file that counts, to read it again: no archive, no roster.
select uploads.id, uploads.contest_id, uploads.parent_id, uploads.name, uploads.size, uploads.kind_stated,
    uploads.account_id, uploads.exported_at, uploads.exported_at_stated, uploads.policy, uploads.attested,
    uploads.published_at, uploads.files_total, uploads.created_by, uploads.format_version,
    uploads.waiting is not null as waited,
    false as from_the_future, contests.ownerless_orders
from uploads
join contests on contests.id = uploads.contest_id
where uploads.id = $1 and uploads.state = 'ACCEPTED' and uploads.kind <> 'ARCHIVE' and uploads.kind not in ('ROSTER', 'GIVEN_LIST');

-- name: unread_members
-- The files of an archive that have not been dealt with, in the order of their names.
select uploads.id, uploads.contest_id, uploads.parent_id, uploads.name, uploads.size, uploads.kind_stated,
    uploads.account_id, uploads.exported_at, uploads.exported_at_stated, uploads.policy, uploads.attested,
    uploads.published_at, uploads.files_total, uploads.created_by, uploads.format_version,
    uploads.waiting is not null as waited,
    false as from_the_future, contests.ownerless_orders
from uploads
join contests on contests.id = uploads.contest_id
where uploads.parent_id = $1 and uploads.state in ('QUEUED', 'READING')
order by uploads.name collate "C", uploads.id;

-- name: find_accounts
-- The accounts of a contest that bear one of these ids, handles or uids; once more for each approved alias among them.
select id, contestant_id, platform, handle_key, uid
from accounts
where contest_id = $1 and (id = any($2) or handle_key = any($3) or uid = any($4))
union all
select a.id, a.contestant_id, a.platform, l.handle_key, a.uid
from account_aliases l
join accounts a on a.id = l.account_id
where l.contest_id = $1 and l.state = 'APPROVED' and (a.id = any($2) or l.handle_key = any($3));

-- name: contest_times
-- The times of a contest's rounds.
select opens_at, closes_at, exported_from, exported_until from rounds where contest_id = $1 order by position;

-- name: lock_sequence
-- Locks the contest, so that its sequence numbers are taken one commit after the other.
select sequence from contests where id = $1 for update;

-- name: advance_contest
-- Sets the last sequence number and tells readers that something changed.
update contests set sequence = $2, version = version + 1 where id = $1;

-- name: counted_contents
-- Which of these contents already count in the contest, as exported when.
select account_id, content_digest, exported_at, id
from uploads
where contest_id = $1 and content_digest = any($2)
    and state = 'ACCEPTED' and kind <> 'ARCHIVE' and kind not in ('ROSTER', 'GIVEN_LIST');

-- name: told_before
-- Those of the contestants of whom an earlier file in force tells, for a source.
select distinct contestant_id
from coverage
where contestant_id = any($1) and source = $2 and to_sequence is null and from_sequence <= $3;

-- name: compare_works
-- For each upload, of its rows after sequence $3: works nobody told of before, and works whose figures it replaces. What
-- tells of the same work lies in the same minute at least, by which the index finds it.
select now.upload_id, count(*) filter (where before.exported_at is null) as added,
    count(*) filter (where before.exported_at <= now.exported_at and
        (before.title, before.genre, before.visibility, before.plays, before.completion_rate, before.completion_rate_5s,
         before.bounce_rate_2s, before.cover_click_rate, before.average_play_seconds, before.likes, before.comments,
         before.shares, before.favourites, before.profile_visits, before.follower_gain) is distinct from
        (now.title, now.genre, now.visibility, now.plays, now.completion_rate, now.completion_rate_5s,
         now.bounce_rate_2s, now.cover_click_rate, now.average_play_seconds, now.likes, now.comments,
         now.shares, now.favourites, now.profile_visits, now.follower_gain)) as replaced
from works_told now
left join lateral (
    select * from works_told
    where contestant_id = now.contestant_id and published_at >= date_trunc('minute', now.published_at)
        and published_at < date_trunc('minute', now.published_at) + interval '1 minute'
        and (at, place, called) = (now.at, now.place, now.called)
        and from_sequence < now.from_sequence and to_sequence is null
    order by exported_at desc limit 1
) before on true
where now.contestant_id = any($1) and now.upload_id = any($2) and now.from_sequence > $3
group by now.upload_id;

-- name: compare_account_days
-- For each upload: days and measures nobody told of before, and those whose value it replaces.
select now.upload_id, count(*) filter (where before.exported_at is null) as added,
    count(*) filter (where before.exported_at <= now.exported_at and before.value <> now.value) as replaced
from account_days now
left join lateral (
    select * from account_days
    where contestant_id = now.contestant_id and day = now.day and measure = now.measure
        and from_sequence < now.from_sequence and to_sequence is null
    order by exported_at desc limit 1
) before on true
where now.contestant_id = any($1) and now.upload_id = any($2) and now.from_sequence > $3
group by now.upload_id;

-- name: compare_live_sessions
-- For each upload: sessions nobody told of before, and sessions whose figures it replaces.
select now.upload_id, count(*) filter (where before.exported_at is null) as added,
    count(*) filter (where before.exported_at <= now.exported_at and
        (before.ended_at, before.minutes, before.viewers, before.views, before.peak_viewers, before.comments,
         before.new_followers, before.lost_followers, before.gross_sales, before.paid_sales, before.refunds,
         before.net_sales, before.orders, before.buyers, before.refunded_orders, before.promotion_spend)
        is distinct from
        (now.ended_at, now.minutes, now.viewers, now.views, now.peak_viewers, now.comments,
         now.new_followers, now.lost_followers, now.gross_sales, now.paid_sales, now.refunds,
         now.net_sales, now.orders, now.buyers, now.refunded_orders, now.promotion_spend)) as replaced
from live_sessions now
left join lateral (
    select * from live_sessions
    where contestant_id = now.contestant_id and started_at = now.started_at
        and from_sequence < now.from_sequence and to_sequence is null
    order by exported_at desc limit 1
) before on true
where now.contestant_id = any($1) and now.upload_id = any($2) and now.from_sequence > $3
group by now.upload_id;

-- name: compare_orders
-- For each upload: order lines nobody told of before, and lines that it replaces.
select now.upload_id, count(*) filter (where before.exported_at is null) as added,
    count(*) filter (where before.exported_at <= now.exported_at and
        (before.order_number, before.submitted_at, before.paid_at, before.amount, before.quantity, before.after_sale,
         before.product_id, before.product, before.channel) is distinct from
        (now.order_number, now.submitted_at, now.paid_at, now.amount, now.quantity, now.after_sale,
         now.product_id, now.product, now.channel)) as replaced
from orders now
left join lateral (
    select * from orders
    where contestant_id = now.contestant_id and order_line = now.order_line
        and from_sequence < now.from_sequence and to_sequence is null
    order by exported_at desc limit 1
) before on true
where now.contestant_id = any($1) and now.upload_id = any($2) and now.from_sequence > $3
group by now.upload_id;

-- name: others_sell
-- Whether files in force tell of an order of anybody in the contest but one and the same contestant ($2 has only them).
select exists (
    select from coverage
    where contest_id = $1 and source = 'ORDERS' and to_sequence is null and rows > 0 and not contestant_id = all($2)
);

-- name: find_lines_of_others
-- Those order lines ($2), each with the contestant who brings it ($3), that another contestant of the contest has.
select distinct mine.order_line, mine.contestant_id
from unnest($2::text[], $3::uuid[]) as mine (order_line, contestant_id)
join orders other on other.order_line = mine.order_line and other.contestant_id <> mine.contestant_id
join contestants on contestants.id = other.contestant_id
where other.to_sequence is null and contestants.contest_id = $1;

-- name: sort_in_memory
-- Lets this transaction sort a hundred thousand order lines without temporary files.
set local work_mem = '64MB';

-- name: sum_order_days
-- Brings the base sums of contestants' orders to the state at sequence $3: closes what changed, adds what is new.
-- Lines of which only one file tells need not be compared with each other, which is most of the work.
with spans as (
    select id, opens_at, closes_at, exported_from, exported_until from rounds where contest_id = $1
),
told as (
    select contestant_id, count(*) > 1 as repeatedly
    from coverage
    where contestant_id = any($2) and source = 'ORDERS' and to_sequence is null
    group by contestant_id
),
lines as (
    select spans.id as round_id, spans.opens_at, spans.closes_at, orders.contestant_id, orders.order_number,
        orders.paid_at, orders.amount, orders.quantity, orders.after_sale
    from told
    join orders on orders.contestant_id = told.contestant_id and orders.to_sequence is null
    join spans on orders.exported_at >= spans.exported_from and orders.exported_at < spans.exported_until
    where not told.repeatedly
    union all
    (select distinct on (spans.id, orders.contestant_id, orders.order_line)
        spans.id as round_id, spans.opens_at, spans.closes_at, orders.contestant_id, orders.order_number,
        orders.paid_at, orders.amount, orders.quantity, orders.after_sale
    from told
    join orders on orders.contestant_id = told.contestant_id and orders.to_sequence is null
    join spans on orders.exported_at >= spans.exported_from and orders.exported_at < spans.exported_until
    join uploads on uploads.id = orders.upload_id
    where told.repeatedly
    order by spans.id, orders.contestant_id, orders.order_line, orders.exported_at desc, uploads.content_digest)
),
sums as (
    select contestant_id, round_id, (paid_at at time zone 'Asia/Shanghai')::date as day,
        count(distinct order_number) as orders, count(*) as order_lines, coalesce(sum(quantity), 0)::bigint as quantity,
        sum(amount) as gross_sales,
        coalesce(sum(amount) filter (where after_sale = 'REFUNDED'), 0) as refunds,
        coalesce(sum(amount) filter (where after_sale = 'OPEN'), 0) as open_refunds
    from lines
    where paid_at >= opens_at and paid_at < closes_at
    group by 1, 2, 3
),
closed as (
    update order_days
    set to_sequence = $3
    where contestant_id = any($2) and to_sequence is null and round_id in (select id from spans)
        and (contestant_id, round_id, day, orders, order_lines, quantity, gross_sales, refunds, open_refunds)
            not in (select * from sums)
)
insert into order_days (contestant_id, round_id, day, from_sequence, orders, order_lines, quantity, gross_sales,
                        refunds, open_refunds)
select contestant_id, round_id, day, $3, orders, order_lines, quantity, gross_sales, refunds, open_refunds
from sums
where (contestant_id, round_id, day, orders, order_lines, quantity, gross_sales, refunds, open_refunds) not in (
    select contestant_id, round_id, day, orders, order_lines, quantity, gross_sales, refunds, open_refunds
    from order_days
    where contestant_id = any($2) and to_sequence is null
);

-- name: accept_upload
-- Marks an upload as counting, with what was found in it.
update uploads
set state = 'ACCEPTED', kind = $2, content_digest = $3, accepted_sequence = $4, period_from = $5, period_to = $6,
    rows_read = $7, rows_new = $8, rows_replaced = $9,
    rows_unchanged = $7::bigint - $8::bigint - $9::bigint - $11::bigint - $14::bigint, rows_outside = $10,
    rows_unclaimed = $11, unknown_columns = $12, format_key = $13, rows_refused = $14, waiting = null, ended_at = now()
where id = $1 and state in ('QUEUED', 'READING');

-- name: duplicate_upload
-- Marks an upload whose content already counts.
update uploads
set state = 'DUPLICATE', kind = $2, content_digest = $3, duplicate_of = $4, period_from = $5, period_to = $6,
    rows_read = $7, unknown_columns = $8, format_key = $9, waiting = null, ended_at = now()
where id = $1 and state in ('QUEUED', 'READING');

-- name: refuse_upload
-- Marks an upload of which nothing counts.
update uploads
set state = 'REFUSED', kind = coalesce($2, kind), content_digest = $3, rows_read = $4, rows_refused = $4,
    unknown_columns = $5, format_key = $6, waiting = null, ended_at = now()
where id = $1 and state in ('QUEUED', 'READING');

-- name: let_wait
-- Marks an upload of which nothing counts until somebody says what its headings mean.
update uploads
set state = 'WAITING', unknown_columns = $2, waiting = $3, ended_at = now()
where id = $1 and state in ('QUEUED', 'READING');

-- name: settled
-- Those of the uploads that have been dealt with already, by another job; of the others, with what the contest had added
-- to the formats ($2) they have been read: another job may have begun to read them since, with more.
with read as (
    update uploads
    set format_version = said.version
    from unnest($1::uuid[], $2::integer[]) as said (id, version)
    where uploads.id = said.id and state in ('QUEUED', 'READING') and format_version <> said.version
)
select id, state from uploads where id = any($1) and state not in ('QUEUED', 'READING');

-- name: fail_upload
-- Marks an upload, and with an archive its unread files, as failed by our own fault.
update uploads
set state = 'FAILED', address_sealed = null, ended_at = now()
where (id = $1 or parent_id = $1) and state in ('QUEUED', 'READING')
returning id;

-- name: forget_problems
-- Removes the problems of an earlier try.
delete from upload_problems where upload_id = any($1);

-- name: insert_problem
-- Keeps one problem of an upload.
insert into upload_problems (upload_id, position, severity, code, parameters, sheet, line, "column")
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: plan_archive
-- Notes how many files an archive holds.
update uploads set kind = 'ARCHIVE', files_total = $2, files_done = $3 where id = $1;

-- name: progress_archive
-- Counts the files of an archive that have been dealt with.
update uploads
set files_done = (select count(*) from uploads members
                  where members.parent_id = $1 and members.state not in ('QUEUED', 'READING'))
where id = $1;

-- name: end_archive
-- Marks an archive as dealt with.
update uploads set state = 'ACCEPTED', kind = 'ARCHIVE', files_done = files_total, ended_at = now()
where id = $1 and state = 'READING';

-- name: sum_archive
-- Adds up what an archive's files held.
update uploads
set rows_read = sums.rows_read, rows_new = sums.rows_new, rows_replaced = sums.rows_replaced,
    rows_unchanged = sums.rows_unchanged, rows_refused = sums.rows_refused, rows_outside = sums.rows_outside,
    rows_unclaimed = sums.rows_unclaimed
from (
    select coalesce(sum(rows_read), 0) as rows_read, coalesce(sum(rows_new), 0) as rows_new,
        coalesce(sum(rows_replaced), 0) as rows_replaced, coalesce(sum(rows_unchanged), 0) as rows_unchanged,
        coalesce(sum(rows_refused), 0) as rows_refused, coalesce(sum(rows_outside), 0) as rows_outside,
        coalesce(sum(rows_unclaimed), 0) as rows_unclaimed
    from uploads where parent_id = $1
) sums
where uploads.id = $1;

-- name: keep_people
-- Marks an uploaded roster as read: what it says counts only once it is imported.
update uploads set state = 'ACCEPTED', kind = kind_stated, ended_at = now() where id = $1 and state = 'READING';

-- name: withdraw_uploads
-- Takes an upload, or all files of an archive, out of force; what waits for headings, or is read again, never counts.
update uploads
set state = 'WITHDRAWN', withdrawn_sequence = $2,
    withdrawn_reason = coalesce(withdrawn_reason, (select withdrawn_reason from uploads where id = $1))
where (id = $1 or parent_id = $1) and state in ('ACCEPTED', 'WAITING', 'QUEUED', 'READING')
returning id;

-- name: covered_contestants
-- Whom uploads in force speak of.
select distinct contestant_id from coverage where upload_id = any($1) and to_sequence is null;

-- name: find_left_out
-- Files of a contest that count, and can be read again, without lines which counted for somebody else.
select id from uploads
where contest_id = $1 and state = 'ACCEPTED' and kind <> 'ARCHIVE' and bytes_at is not null
    and exists (select from upload_problems where upload_id = uploads.id and code = 'ORDER_COUNTED_ELSEWHERE');

-- name: close_works
-- Ends the force of uploads' works.
update works set to_sequence = $3 where contestant_id = any($1) and upload_id = any($2) and to_sequence is null;

-- name: close_account_days
-- Ends the force of uploads' account days.
update account_days set to_sequence = $3 where contestant_id = any($1) and upload_id = any($2) and to_sequence is null;

-- name: close_live_sessions
-- Ends the force of uploads' live sessions.
update live_sessions set to_sequence = $3 where contestant_id = any($1) and upload_id = any($2) and to_sequence is null;

-- name: close_orders
-- Ends the force of uploads' orders.
update orders set to_sequence = $3 where contestant_id = any($1) and upload_id = any($2) and to_sequence is null;

-- name: close_coverage
-- Ends the force of uploads' coverage.
update coverage set to_sequence = $3 where contestant_id = any($1) and upload_id = any($2) and to_sequence is null;

-- name: claim_upload
-- Adds to a file the lines that have found their contestants; $5 are left out, as they are bad or count for others.
update uploads
set rows_new = rows_new + $2::bigint, rows_replaced = rows_replaced + $3::bigint,
    rows_unchanged = rows_read - $4::bigint - $5::bigint - (rows_new + $2::bigint) - (rows_replaced + $3::bigint),
    rows_unclaimed = $4, rows_refused = $5
where id = $1;

-- name: stored_lines
-- Sheet and line of every row of an upload that belongs to somebody.
select sheet, line from works where contestant_id = any($1) and upload_id = $2
union all select sheet, line from account_days where contestant_id = any($1) and upload_id = $2
union all select sheet, line from live_sessions where contestant_id = any($1) and upload_id = $2
union all select sheet, line from orders where contestant_id = any($1) and upload_id = $2;

-- name: add_coverage
-- Notes that an upload speaks of a contestant, and from when on: once more for lines that are claimed later.
insert into coverage (contestant_id, upload_id, contest_id, source, exported_at, from_sequence, rows, measures)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: add_member
-- Makes a file of an archive an upload of its own, which inherits what was said of the archive.
insert into uploads (id, contest_id, parent_id, name, size, sha256, state, account_id, exported_at, exported_at_stated,
                     policy, attested, format_version, bytes_at, created_by, key_sealed)
select $1, contest_id, id, $3, $4, $5, 'QUEUED', $6, exported_at, exported_at_stated, policy, attested,
    format_version, now(), created_by, $7
from uploads where id = $2;

-- name: files_done
-- How many files of an archive have been dealt with, of how many.
select files_done, files_total from uploads where id = $1;

-- name: files_to_forget
-- Uploads whose bytes lie there although nobody needs them, a thousand at most: rosters and given lists that have been
-- read or lie there for longer than a week, and files of contests that keep no originals, unless something is under way
-- about them or lines of theirs wait for their contestants; lines that name nobody wait for no one. An archive's lines
-- wait in its files. What failed by our own fault can be read again for a week.
select id, parent_id, size, sha256
from uploads
where kind_stated in ('ROSTER', 'GIVEN_LIST') and bytes_at is not null
  and (bytes_at < now() - interval '7 days'
       or exists (select from roster_imports
                  where upload_id = uploads.id and state = 'DONE' and not dry_run)
       or exists (select from given_lists where upload_id = uploads.id and state in ('DONE', 'REFUSED')))
union all
(select u.id, u.parent_id, u.size, u.sha256
from contests c
join uploads u on u.contest_id = c.id and u.bytes_at is not null
where c.originals = 'DROP_AFTER_INGEST'
  and (u.state in ('ACCEPTED', 'REFUSED', 'DUPLICATE', 'WITHDRAWN')
       or u.state = 'FAILED' and u.ended_at < now() - interval '7 days')
  and (u.state <> 'ACCEPTED' or u.rows_unclaimed = 0 or u.kind = 'ARCHIVE'
       or not exists (select from upload_problems
                      where upload_id = u.id and code in ('UNCLAIMED_LINES', 'UNKNOWN_ACCOUNT', 'MORE_PROBLEMS')))
  and coalesce(u.kind_stated, '') not in ('ROSTER', 'GIVEN_LIST')
  and not exists (select from jobs where subject_id = u.id and jobs.state in ('QUEUED', 'RUNNING')
                  and jobs.kind in ('INGEST_UPLOAD', 'CLAIM_LINES', 'WITHDRAW_UPLOAD'))
limit 1000);

-- name: arrivals
-- Those of some uploads whose bytes are to be kept, with whether they are complete; bytes may come for a week.
select id, bytes_at is not null as complete
from uploads
where id = any($1::uuid[])
  and (bytes_at is not null or state = 'CREATED' and created_at > now() - interval '7 days');

-- name: bytes_gone
-- Keeps that the bytes of an upload have been deleted.
update uploads set bytes_at = null, token_hash = null, key_sealed = null where id = $1;
