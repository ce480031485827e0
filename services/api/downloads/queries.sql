-- name: insert_download
-- An address for one user ($5), good for $6 seconds.
insert into downloads (token_hash, kind, subject_id, parameters, user_id, expires_at)
values ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6))
returning expires_at;

-- name: take_download
-- Uses an address up, if it is this user's ($2), still good and not used.
update downloads set used_at = clock_timestamp()
where token_hash = $1 and user_id = $2 and used_at is null and expires_at > clock_timestamp()
returning kind, subject_id, parameters;
