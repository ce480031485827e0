-- name: find_identity
-- The user that a provider's person is joined to.
select u.id, u.login, u.name, u.disabled_at
from identities i
join users u on u.id = i.user_id
where i.issuer = $1 and i.subject = $2;

-- name: insert_identity
-- Joins a provider's person to a user; nothing when they are joined to somebody already.
insert into identities (issuer, subject, user_id) values ($1, $2, $3) on conflict do nothing returning user_id;

-- name: list_identities
-- The provider's people that a user is joined to, the first one first.
select issuer, created_at from identities where user_id = $1 order by created_at;

-- name: delete_identities
-- Nobody signs in as a user by the provider any more.
delete from identities where user_id = $1 returning issuer;
