-- name: lock_user
-- The user of a login. Until the transaction ends nobody else changes their rights.
select id, login, name from users where login = $1 for no key update;

-- name: lock_contests_of
-- Makes others who change people of a user's contests wait, in one order.
select id from contests where id in (select contest_id from grants where user_id = $1) order by id for update;

-- name: lock_holder
-- Until the transaction ends nobody else gives this user a right.
select id from users where id = $1 for no key update;

-- name: end_renewals
-- Ends a user's open links for a new password.
update invitations set revoked_at = clock_timestamp()
where user_id = $1 and accepted_at is null and revoked_at is null;

-- name: insert_grant
-- Gives a user a right; nothing when they have it.
insert into grants (id, user_id, role, contest_id, city_id, contestant_id, host_role) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (user_id, role, contest_id, city_id, contestant_id) do nothing
returning id;

-- name: find_grant
-- A right and who holds it; a contestant's is of the contestant's city.
select g.id, g.user_id, g.role, g.host_role, g.contest_id, coalesce(g.city_id, p.city_id) as city_id, g.contestant_id,
    u.login, u.name
from grants g
join users u on u.id = g.user_id
left join contestants p on p.id = g.contestant_id
where g.id = $1
for update of g;

-- name: delete_grant
-- Takes a right away.
delete from grants where id = $1;

-- name: list_grants
-- The rights of users ($4), as far as the viewer ($1, $2) may see them; their own ($3) in any case.
select user_id, id, role, host_role, contest_id, city_id, contestant_id
from grants
where user_id = any($4::uuid[]) and ($1 or contest_id = any($2::uuid[]) or user_id = $3)
order by id;

-- name: find_rights
-- Every right of a user, with the city of a contestant; nothing for no user. One row without a role: no rights at all.
select u.login, u.name, u.disabled_at, g.role, g.contest_id, coalesce(g.city_id, p.city_id) as city_id, g.host_role
from users u
left join grants g on g.user_id = u.id
left join contestants p on p.id = g.contestant_id
where u.id = $1;

-- name: find_place
-- The contest ($1; none = that of the city), and whether the city ($2) is of it; nothing when there is no such contest.
select contests.id as contest_id, coalesce(c.contest_id = contests.id, false) as has_city
from contests
left join cities c on c.id = $2
where contests.id = coalesce($1, c.contest_id);
