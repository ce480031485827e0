-- name: find_accounts
-- Accounts by id ($5), as far as the viewer ($1 - $4) may see their contestants.
select a.id as account_id, a.contestant_id, a.platform, a.handle, a.uid
from accounts a
join contestants p on p.id = a.contestant_id
where a.id = any($5::uuid[])
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]));

-- name: find_uid
-- The account of a contest that a platform number is bound to.
select a.id, a.platform from accounts a where a.contest_id = $1 and a.platform = $2 and a.uid = $3;

-- name: lock_account
-- An account of a contest, locked, with its number and whose it is.
select a.id, a.platform, a.uid, a.contestant_id, p.city_id
from accounts a
join contestants p on p.id = a.contestant_id
where a.id = $1 and a.contest_id = $2
for update of a;

-- name: bind_uid
-- Binds a platform number to an account, once.
update accounts set uid = $2 where id = $1;

-- name: find_uploads_waiting_for
-- Accepted uploads of a contest with lines that wait for platform numbers ($2).
select distinct u.id
from unclaimed_uids w
join uploads u on u.id = w.upload_id
where w.contest_id = $1 and w.uid = any($2) and u.state = 'ACCEPTED';
