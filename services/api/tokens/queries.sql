-- name: lock_user
-- Makes those who give one user tokens wait for one another.
select id from users where id = $1 for update;

-- name: count_tokens
-- How many tokens of a user are good.
select count(*) from api_tokens where user_id = $1 and revoked_at is null and expires_at > now();

-- name: insert_token
-- A new token.
insert into api_tokens (id, user_id, name, token_hash, scope, expires_at) values ($1, $2, $3, $4, $5, $6)
returning id, name, scope, created_at, expires_at, revoked_at, last_used_on;

-- name: list_tokens
-- A user's tokens, the newest first, without those that ended more than 90 days ago.
select id, name, scope, created_at, expires_at, revoked_at, last_used_on
from api_tokens
where user_id = $1 and least(revoked_at, expires_at) > now() - interval '90 days'
order by id desc;

-- name: revoke_token
-- Ends a token of a user; nothing when it is none of theirs. One that has ended keeps its time.
update api_tokens set revoked_at = coalesce(revoked_at, clock_timestamp()) where id = $1 and user_id = $2
returning id, name, scope, created_at, expires_at, revoked_at, last_used_on, token_hash;

-- name: revoke_tokens
-- Ends all tokens of a user.
update api_tokens set revoked_at = clock_timestamp()
where user_id = $1 and revoked_at is null and expires_at > now()
returning token_hash;
