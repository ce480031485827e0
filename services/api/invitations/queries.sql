-- name: find_moment
-- The database's present time.
select clock_timestamp();

-- name: find_contest_of_city
-- The contest a city belongs to and its title, with the name of the city.
select c.contest_id, c.name, contests.title from cities c join contests on contests.id = c.contest_id where c.id = $1;

-- name: find_activatable
-- Contestants of a city ($1) by number, all or those named ($2): whether they may get a code, and whether they have one.
select p.id, p.contest_id, p.city_id, p.number, p.name,
    p.entry_way = 'RECOMMENDED' and p.eligibility <> 'REJECTED' and p.withdrawn_at is null
        and p.erased_at is null and not exists (select from grants g where g.contestant_id = p.id) as may_activate,
    exists (
        select from invitations i
        where i.contestant_id = p.id and i.accepted_at is null and i.revoked_at is null
          and i.expires_at > clock_timestamp()
    ) as has_code
from contestants p
where p.city_id = $1 and ($2::uuid[] is null or p.id = any($2))
order by p.number;

-- name: revoke_open_codes
-- Ends the open codes of contestants ($1) and the open links that renew somebody's password ($2).
update invitations set revoked_at = clock_timestamp()
where accepted_at is null and revoked_at is null and (contestant_id = any($1::uuid[]) or user_id = $2);

-- name: insert_invitation
-- A new open invitation.
insert into invitations
    (id, role, user_id, contest_id, city_id, contestant_id, host_role, name, code_hash, created_by, expires_at,
     created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, clock_timestamp());

-- name: find_code
-- The invitation that a code's hash ($1, one for each key) opens, if it is still open.
select id, contest_id, role, user_id, name, contestant_id
from invitations
where code_hash = any($1::bytea[]) and accepted_at is null and revoked_at is null and expires_at > clock_timestamp();

-- name: find_invitation
-- The invitation of a code that was right a moment ago, to be locked.
select id, contest_id, role, user_id, name, contestant_id from invitations where id = $1;

-- name: lock_open_invitation
-- The same once the contest is locked: whoever comes second finds it closed. A contestant who has left, was refused or
-- has an account already opens nothing, nor does an account that was closed, nor what was made by whoever was shut out.
select i.*, p.name as contestant_name, coalesce(p.city_id, i.city_id) as place_id, u.login, u.name as user_name
from invitations i
left join contestants p on p.id = i.contestant_id
left join users u on u.id = i.user_id
where i.id = $1 and i.accepted_at is null and i.revoked_at is null and i.expires_at > clock_timestamp()
  and (p.id is null or (p.withdrawn_at is null and p.erased_at is null and p.eligibility <> 'REJECTED'
                        and not exists (select from grants g where g.contestant_id = p.id)))
  and (u.id is null or u.disabled_at is null)
  and exists (select from users maker where maker.id = i.created_by and maker.disabled_at is null)
for update of i;

-- name: mark_accepted
-- Closes an invitation for good.
update invitations set accepted_by = $2, accepted_at = clock_timestamp() where id = $1;

-- name: mark_revoked
-- Closes an invitation that nobody has accepted; nothing when somebody has, or it was closed before.
update invitations set revoked_at = clock_timestamp()
where id = $1 and accepted_at is null and revoked_at is null
returning id;

-- name: list_invitations
-- Invitations to a contest ($5, none = to the whole installation), the newest first, before a cursor ($8), at most $9,
-- with the number of all that match: of a role ($6), in a state ($7), none = any; as far as the viewer ($1 - $4) may
-- see them.
with visible as (
    select i.id
    from invitations i
    left join contestants p on p.id = i.contestant_id
    cross join lateral (select case
        when i.accepted_at is not null then 'ACCEPTED'
        when i.revoked_at is not null then 'REVOKED'
        when i.expires_at <= now() then 'EXPIRED'
        else 'OPEN' end as state) found
    where ($1 or i.contest_id = any($2::uuid[]) or coalesce(p.city_id, i.city_id) = any($3::uuid[])
           or i.contestant_id = any($4::uuid[]))
      and i.contest_id is not distinct from $5
      and ($6::text is null or i.role = $6)
      and ($7::text is null or found.state = $7)
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select i.*, coalesce(p.city_id, i.city_id) as place_id, maker.name as invited_by, taker.login as accepted_login,
        i.expires_at <= now() as expired
    from visible
    join invitations i on i.id = visible.id
    left join contestants p on p.id = i.contestant_id
    left join users maker on maker.id = i.created_by
    left join users taker on taker.id = i.accepted_by
    where $8::uuid is null or i.id < $8
    order by i.id desc
    limit $9
) page on true;

-- name: find_invitations
-- Invitations by id ($5), as far as the viewer ($1 - $4) may see them.
select i.*, coalesce(p.city_id, i.city_id) as place_id, maker.name as invited_by, taker.login as accepted_login,
    i.expires_at <= now() as expired
from invitations i
left join contestants p on p.id = i.contestant_id
left join users maker on maker.id = i.created_by
left join users taker on taker.id = i.accepted_by
where i.id = any($5::uuid[])
  and ($1 or i.contest_id = any($2::uuid[]) or coalesce(p.city_id, i.city_id) = any($3::uuid[])
       or i.contestant_id = any($4::uuid[]));
