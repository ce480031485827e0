-- name: find_identity
-- The user that a provider's person is joined to.
select u.id, u.login, u.name, u.disabled_at
from identities i
join users u on u.id = i.user_id
where i.issuer = $1 and i.subject = $2;

-- name: insert_identity
-- Joins a provider's person to a user; nothing when they are joined to somebody already.
insert into identities (issuer, subject, user_id) values ($1, $2, $3) on conflict do nothing returning user_id;
