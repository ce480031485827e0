-- name: find_submissions
-- Submissions by id ($4), as far as the viewer ($1 - $3) may see them.
select *
from submissions
where id = any($4::uuid[]) and ($1 or contest_id = any($2::uuid[]) or city_id = any($3::uuid[]));

-- name: find_submissions_of
-- The submissions of cities ($4), the last first, as far as the viewer ($1 - $3) may see them.
select *
from submissions
where city_id = any($4::uuid[]) and ($1 or contest_id = any($2::uuid[]) or city_id = any($3::uuid[]))
order by city_id, number desc;

-- name: list_lines
-- Of each submission ($4) the lines in the order of the divisions, after a place ($5), at most as many ($6), with the
-- number of all of them; as far as the viewer ($1 - $3) may see it. `asked` is 1 … n in the order of $4.
select wanted.asked, counted.total, page.*
from unnest($4::uuid[], $5::bigint[], $6::bigint[]) with ordinality as wanted (submission_id, after, most, asked)
left join submissions on submissions.id = wanted.submission_id
    and ($1 or submissions.contest_id = any($2::uuid[]) or submissions.city_id = any($3::uuid[]))
cross join lateral (
    select count(*) as total from submission_lines where submission_id = submissions.id
) counted
left join lateral (
    select numbered.*
    from (
        select row_number() over (order by divisions.position, submission_lines.position) as place,
            submission_lines.division_id, submission_lines.position, submission_lines.contestant_id
        from submission_lines
        join divisions on divisions.id = submission_lines.division_id
        where submission_lines.submission_id = submissions.id
    ) numbered
    where wanted.after is null or place > wanted.after
    order by place
    limit wanted.most
) page on true
order by wanted.asked, page.place;

-- name: find_contest_of
-- The contest and the name of a city ($4) where the viewer may do it ($1 - $3).
select contest_id, name
from cities
where id = $4 and ($1 or contest_id = any($2::uuid[]) or id = any($3::uuid[]));

-- name: last_submission
-- The last submission of a city: while its state is SUBMITTED it locks the city's people.
select * from submissions where city_id = $1 order by number desc limit 1;

-- name: recommended
-- The recommended people of a city who hold a place, division by division, by contestant number.
select p.id, p.number, p.division_id, p.division_key, p.name, p.platform, p.handle, p.eligibility, p.review_step
from contestant_details p
join divisions on divisions.id = p.division_id
where p.city_id = $1 and p.entry_way = 'RECOMMENDED' and p.eligibility <> 'REJECTED' and p.withdrawn_at is null
order by divisions.position, p.number;

-- name: insert_submission
-- A city's next submission.
insert into submissions (id, contest_id, city_id, number, state, sha256, people, submitted_by, submitted_at, contact)
select $1, $2, $3, coalesce(max(number), 0) + 1, 'SUBMITTED', $4, $5, $6, $7, $8 from submissions where city_id = $3
returning number;

-- name: admit_city
-- Stands for the list that a city ($3) did not submit in time and may submit still: number 0, opened.
insert into submissions (id, contest_id, city_id, number, state, sha256, people, submitted_at, reopened_by, reopened_at,
                         reopened_reason)
values ($1, $2, $3, 0, 'REOPENED', '', 0, $5, $4, $5, $6)
returning *;

-- name: insert_line
-- One line of a submission, and what the form says on it.
insert into submission_lines (submission_id, division_id, position, contestant_id, id, printed_sealed)
values ($1, $2, $3, $4, $5, $6);

-- name: ask_change
-- Keeps that a city asks to change its list.
update submissions set change_asked_by = $2, change_asked_at = $3, change_reason = $4 where id = $1;

-- name: reopen
-- Opens a list again.
update submissions set state = 'REOPENED', reopened_by = $2, reopened_at = $3, reopened_reason = $4 where id = $1;

-- name: signed_copy
-- A document ($1) that is the signed copy of a list of a city ($2), with its state.
select id, state from documents where id = $1 and city_id = $2 and purpose = 'SIGNED_LIST' and deleted_at is null;

-- name: attach_signed_list
-- Attaches the signed copy of a list.
update submissions set signed_list_id = $2 where id = $1;

-- name: find_listed_in
-- The contest of a city ($4) and a division ($5) of it, where the viewer may do it ($1 - $3).
select cities.contest_id
from cities
join divisions on divisions.contest_id = cities.contest_id and divisions.id = $5
where cities.id = $4 and ($1 or cities.contest_id = any($2::uuid[]) or cities.id = any($3::uuid[]));

-- name: find_submission_of
-- Whether a submission ($1) is of a city ($2).
select exists (select from submissions where id = $1 and city_id = $2);

-- name: find_submitted
-- The lines of a submission, each division's in their order.
select division_id, position, contestant_id from submission_lines where submission_id = $1 order by position;

-- name: find_form_head
-- What stands above the form of a city ($1) and division ($2); whom to ask is its clerk, or its leader: as it was kept
-- with a submission ($3), else now.
select contests.title, cities.name as city, divisions.name as division,
    coalesce((select contact from submissions where id = $3), (
        select users.name
        from grants
        join users on users.id = grants.user_id
        where grants.city_id = cities.id and users.disabled_at is null
        order by grants.role = 'CITY_LEADER', grants.id
        limit 1
    ), '') as contact
from cities
join contests on contests.id = cities.contest_id
join divisions on divisions.contest_id = contests.id and divisions.id = $2
where cities.id = $1;

-- name: find_form_lines
-- What the form of a city ($2) says of people ($1), whether they have left, for another city or withdrawn, and the line
-- as it was submitted ($3: the submission, none = none).
select p.id, p.name, p.id_number_sealed, p.phone_sealed, p.platform, p.handle, p.followers_claimed, p.experience,
    p.remark, p.erased_at is not null as erased, p.withdrawn_at is not null as withdrawn, p.city_id <> $2 as elsewhere,
    l.id as line_id, l.printed_sealed
from contestant_details p
left join submission_lines l on l.submission_id = $3 and l.contestant_id = p.id
where p.id = any($1::uuid[]);

-- name: find_present
-- Those of the people ($1) who are in a city ($2) and have not withdrawn.
select id
from contestants
where id = any($1::uuid[]) and city_id = $2 and withdrawn_at is null and erased_at is null;
