-- name: find_viewer
-- Who a session or personal token belongs to, with all rights, unless it has ended or the user is disabled; and whether
-- a token is used for the first time today.
select u.id, u.login, u.name, held.scope, held.first_today,
    coalesce(
        (select json_agg(json_build_array(g.role, g.host_role, g.id, g.contest_id, g.city_id, g.contestant_id)
                         order by g.id)
         from grants g where g.user_id = u.id),
        '[]'
    ) as grants
from (
    select user_id, null as scope, false as first_today
    from sessions where token_hash = $1 and expires_at > now()
    union all
    select user_id, scope, last_used_on is distinct from current_date
    from api_tokens where token_hash = $1 and expires_at > now() and revoked_at is null
) held
join users u on u.id = held.user_id
where u.disabled_at is null;

-- name: mark_token_used
-- Keeps the day on which a token was last used.
update api_tokens set last_used_on = current_date where token_hash = $1 and last_used_on is distinct from current_date;

-- name: list_sessions
-- A user's open sessions, the newest first.
select token_hash, created_at, expires_at, address
from sessions where user_id = $1 and expires_at > now() order by created_at desc;

-- name: insert_session
-- A new session that ends after $3 days.
insert into sessions (token_hash, user_id, expires_at, address)
values ($1, $2, now() + make_interval(days => $3), $4)
returning expires_at;

-- name: delete_session
-- Ends a session.
delete from sessions where token_hash = $1;

-- name: delete_sessions
-- Ends a user's sessions but for one ($2, none = all).
delete from sessions where user_id = $1 and token_hash is distinct from $2 returning token_hash;

-- name: lock_login
-- Makes attempts at one login wait for one another until they are counted.
select pg_advisory_xact_lock(hashtextextended('sign in ' || $1::text, 0));

-- name: count_failures
-- Failed attempts at a login since its last success, within the last $2 seconds, and when the oldest of them was made.
select count(*) as failures, min(attempted_at) as oldest
from sign_in_attempts
where login = $1 and not succeeded
  and attempted_at > now() - make_interval(secs => $2)
  and attempted_at > coalesce(
      (select max(attempted_at) from sign_in_attempts where login = $1 and succeeded), '-infinity');

-- name: insert_attempt
-- Counts an attempt as failed until it is known to have succeeded.
insert into sign_in_attempts (login, attempted_at, succeeded)
values ($1, clock_timestamp(), false)
returning attempted_at;

-- name: mark_success
-- The attempt has succeeded.
update sign_in_attempts set succeeded = true where login = $1 and attempted_at = $2;

-- name: forgive_attempt
-- The attempt has not failed; those before it still count.
delete from sign_in_attempts where login = $1 and attempted_at = $2;

-- name: forget_attempts
-- Forgets attempts that no longer count.
delete from sign_in_attempts where attempted_at < now() - interval '1 day';

-- name: find_credentials
-- The user of a login, with the hash of the password.
select id, login, name, password_hash, disabled_at, totp_confirmed_at from users where login = $1;

-- name: update_password
-- Gives a user another password.
update users set password_hash = $2 where id = $1;

-- name: find_users
-- Users by id ($4) whom the viewer ($1, $2) may see: by a right in their reach, and themselves ($3).
select u.id, u.login, u.name, u.disabled_at, u.totp_confirmed_at
from users u
where u.id = any($4::uuid[])
  and ($1 or u.id = $3 or exists (select from grants g where g.user_id = u.id and g.contest_id = any($2::uuid[])));

-- name: list_users
-- Users after a cursor ($5), at most $6, with the number of all that match: with a right in a contest ($3) and of a role
-- ($4), none = any; as far as the viewer ($1, $2) may see that right. Without a right only those see them who see all.
with visible as (
    select u.id
    from users u
    where ($1 and $3::uuid is null and $4::text is null)
       or exists (
           select from grants g
           where g.user_id = u.id
             and ($1 or g.contest_id = any($2::uuid[]))
             and ($3::uuid is null or g.contest_id = $3)
             and ($4::text is null or g.role = $4))
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select u.id, u.login, u.name
    from visible
    join users u on u.id = visible.id
    where $5::uuid is null or u.id > $5
    order by u.id
    limit $6
) page on true;

-- name: disable_user
-- Lets a user in no more; nothing when they are disabled.
update users set disabled_at = clock_timestamp() where id = $1 and disabled_at is null returning id;

-- name: enable_user
-- Lets a user in again; nothing when they are not disabled.
update users set disabled_at = null where id = $1 and disabled_at is not null returning id;

-- name: insert_user
-- A new user; nothing when the login is taken.
insert into users (id, login, name, password_hash) values ($1, $2, $3, $4) on conflict (login) do nothing returning id;

-- name: may_have_account
-- Whether an account can be made for a contestant ($2) of a contest ($1): who takes part, and has none.
select exists (
    select from contestants p
    where p.id = $2 and p.contest_id = $1 and p.withdrawn_at is null and p.erased_at is null
      and p.eligibility <> 'REJECTED' and not exists (select from grants g where g.contestant_id = p.id)
);
