-- name: forget_unclaimed
-- Removes what uploads had for platform numbers of nobody.
delete from unclaimed_uids where upload_id = any($1);

-- name: insert_unclaimed
-- What an upload has for a platform number that is bound to no account.
insert into unclaimed_uids (upload_id, contest_id, platform, uid, lines, paid) values ($1, $2, $3, $4, $5, $6);
