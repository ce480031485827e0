-- name: list_notices
-- The notices of a contest ($1), the newest first: before number $2, at most $3; with the number of all.
select page.*, counted.total
from (select count(*) as total from notices where contest_id = $1) counted
left join lateral (
    select * from notices where contest_id = $1 and ($2::bigint is null or number < $2) order by number desc limit $3
) page on true;

-- name: find_notices
-- Notices by id.
select * from notices where id = any($1);

-- name: find_by_number
-- Notices by contest and number.
select n.* from notices n join unnest($1::uuid[], $2::bigint[]) wanted (contest_id, number) using (contest_id, number);

-- name: find_attachments
-- The documents attached to these notices, in the order given there.
select n.id as notice_id, d.id, d.title, d.media_type, d.size
from notices n
cross join lateral unnest(n.attachments) with ordinality attached (document_id, place)
join documents d on d.id = attached.document_id
where n.id = any($1) and d.state = 'READY'
order by n.id, attached.place;

-- name: count_attachable
-- How many of these documents ($2) may be attached in a contest: its own, made for notices, and checked.
select count(*) from documents
where contest_id = $1 and id = any($2) and purpose = 'NOTICE' and state = 'READY';

-- name: insert_notice
-- Publishes a notice under the contest's next number.
insert into notices (id, contest_id, number, title, body, timetable, contacts, attachments, published_by)
select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8 from notices where contest_id = $2
returning number;

-- name: withdraw_notice
-- Marks a notice as withdrawn.
update notices set withdrawn_at = clock_timestamp(), withdrawn_reason = $2 where id = $1 and withdrawn_at is null
returning id;

-- name: find_attached
-- Whether a document is attached to a notice that is in force.
select exists (
    select from notices where id = $1 and $2 = any(attachments) and withdrawn_at is null
);
