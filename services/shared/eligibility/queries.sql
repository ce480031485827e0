-- name: open_approvals
-- From $2 on these contestants take part in runs, as they are entered now.
insert into approvals (contestant_id, from_at, contest_id, city_id, division_id, platform, handle_key)
select p.id, $2, p.contest_id, p.city_id, p.division_id, a.platform, a.handle_key
from contestants p
join accounts a on a.contestant_id = p.id
where p.id = any($1::uuid[]);

-- name: close_approvals
-- From $2 on these contestants take part in runs no longer; nothing for whoever does not.
update approvals set until_at = $2 where contestant_id = any($1::uuid[]) and until_at is null;
