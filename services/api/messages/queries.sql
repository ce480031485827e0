-- name: list_inbox
-- What a user ($1), as one of these contestants ($2) or working for one of these cities ($3), was told, the newest
-- first: before $4, at most $5, unread ones alone if $6; with the number of all that match and of the unread ones.
with told as (
    select m.*, r.read_at
    from messages m
    left join message_readings r on r.message_id = m.id and r.user_id = $1
    where m.user_id = $1 or m.contestant_id = any($2::uuid[]) or m.city_id = any($3::uuid[])
)
select page.*, counted.total, counted.unread
from (
    select count(*) filter (where not $6 or read_at is null) as total, count(*) filter (where read_at is null) as unread
    from told
) counted
left join lateral (
    select told.* from told
    where ($4::uuid is null or told.id < $4) and (not $6 or told.read_at is null)
    order by told.id desc
    limit $5
) page on true;

-- name: mark_read
-- Keeps that a user ($1) has read messages of their own inbox: these ($4), or all of them for none.
insert into message_readings (message_id, user_id)
select m.id, $1
from messages m
where (m.user_id = $1 or m.contestant_id = any($2::uuid[]) or m.city_id = any($3::uuid[]))
    and ($4::uuid[] is null or m.id = any($4))
on conflict (message_id, user_id) do nothing;

-- name: count_own
-- How many of these messages ($4) are in a user's inbox.
select count(*) from messages m
where (m.user_id = $1 or m.contestant_id = any($2::uuid[]) or m.city_id = any($3::uuid[])) and m.id = any($4);

-- name: list_messages
-- What was told in a contest ($3), the newest first, before $4, at most $5: about a city ($6, its contestants with it),
-- to a contestant ($7), of a code ($8), from $9 on and before $10; as far as the viewer ($1, $2) may see it.
with told as (
    select m.* from messages m
    left join contestants p on p.id = m.contestant_id
    where m.contest_id = $3 and ($1 or m.contest_id = any($2::uuid[]))
        and ($6::uuid is null or m.city_id = $6 or p.city_id = $6)
        and ($7::uuid is null or m.contestant_id = $7)
        and ($8::text is null or m.code = $8)
        and ($9::timestamptz is null or m.created_at >= $9)
        and ($10::timestamptz is null or m.created_at < $10)
)
select page.*, null::timestamptz as read_at, counted.total
from (select count(*) as total from told) counted
left join lateral (
    select * from told where $4::uuid is null or id < $4 order by id desc limit $5
) page on true;

-- name: find_readings
-- Who has read these messages ($3) and when, as far as the viewer ($1, $2) may see it.
select r.message_id, u.name, r.read_at
from message_readings r
join messages m on m.id = r.message_id
join users u on u.id = r.user_id
where r.message_id = any($3) and ($1 or m.contest_id = any($2::uuid[]))
order by r.read_at, r.user_id;

-- name: find_files
-- In which files these messages ($3) were taken out, as far as the viewer ($1, $2) may see it.
select l.message_id, f.id, f.reason, f.made_at
from message_file_lines l
join message_files f on f.id = l.file_id
where l.message_id = any($3) and ($1 or f.contest_id = any($2::uuid[]))
order by f.made_at, f.id;

-- name: insert_file
-- A file of messages that is made by somebody.
insert into message_files (id, contest_id, reason, made_by) values ($1, $2, $3, $4);

-- name: insert_file_lines
-- Takes the messages to a contest's contestants into a file: those in no file before, or all; erased people in none.
with taken as (
    insert into message_file_lines (file_id, message_id)
    select $1, m.id
    from messages m
    join contestants p on p.id = m.contestant_id
    where m.contest_id = $2 and p.erased_at is null
        and (not $3 or not exists (select from message_file_lines l where l.message_id = m.id))
    returning message_id
)
select count(*) from taken;

-- name: find_file
-- A file of messages ($3) with the number of its lines, as far as the viewer ($1, $2) may see it.
select f.id, f.contest_id, (select count(*) from message_file_lines l where l.file_id = f.id) as lines
from message_files f
where f.id = $3 and ($1 or f.contest_id = any($2::uuid[]));

-- name: file_people
-- Whose phones are in a file.
select distinct p.id, p.city_id, p.number
from message_file_lines l
join messages m on m.id = l.message_id
join contestants p on p.id = m.contestant_id
where l.file_id = $1 and p.erased_at is null
order by p.number;

-- name: file_lines
-- The messages of a file with the sealed phone of each recipient, the oldest first; erased people have none.
select m.code, m.parameters, p.id as contestant_id, p.phone_sealed
from message_file_lines l
join messages m on m.id = l.message_id
join contestants p on p.id = m.contestant_id
where l.file_id = $1 and p.erased_at is null
order by m.created_at, m.id;
