-- name: find_second_factor
-- The secret of a user's codes, when it was confirmed, and the present moment in seconds since 1970.
select totp_sealed, totp_confirmed_at, extract(epoch from clock_timestamp())::float8 as now from users where id = $1;

-- name: begin
-- Keeps a secret that is to be confirmed; nothing while one is on.
update users set totp_sealed = $2, totp_step = null where id = $1 and totp_confirmed_at is null returning id;

-- name: confirm
-- Switches on the secret that was looked at ($2), and takes the step ($3) of the code that showed it.
update users set totp_confirmed_at = clock_timestamp(), totp_step = $3
where id = $1 and totp_sealed = $2 and totp_confirmed_at is null
returning id;

-- name: switch_off
-- Takes a user's second factor away; nothing when there was none.
update users set totp_sealed = null, totp_confirmed_at = null, totp_step = null
where id = $1 and totp_confirmed_at is not null
returning id;

-- name: take_step
-- Takes a time step, unless it or a later one has been taken.
update users set totp_step = $2 where id = $1 and (totp_step is null or totp_step < $2) returning id;

-- name: delete_recovery_codes
-- Forgets a user's recovery codes.
delete from recovery_codes where user_id = $1;

-- name: insert_recovery_code
-- Keeps a recovery code.
insert into recovery_codes (user_id, code_hash) values ($1, $2);

-- name: use_recovery_code
-- Uses a recovery code up, once.
update recovery_codes set used_at = clock_timestamp()
where user_id = $1 and code_hash = $2 and used_at is null
returning user_id;

-- name: count_recovery_codes
-- How many recovery codes a user has left.
select count(*) from recovery_codes where user_id = $1 and used_at is null;
