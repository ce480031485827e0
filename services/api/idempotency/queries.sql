-- name: lock_key
-- Makes requests with the same key ($1: user, operation, key) wait for one another until they commit.
select pg_advisory_xact_lock(hashtextextended($1, 0));

-- name: find_subject
-- What a user's request with this key has made.
select subject_id from idempotency_keys where user_id = $1 and operation = $2 and key = $3;

-- name: find_subject_of_login
-- What a request with this key has made of the user of a login.
select k.subject_id
from idempotency_keys k
join users u on u.id = k.user_id
where u.login = $1 and k.operation = $2 and k.key = $3;

-- name: insert_key
-- Keeps what a request has made.
insert into idempotency_keys (user_id, operation, key, subject_id) values ($1, $2, $3, $4);
