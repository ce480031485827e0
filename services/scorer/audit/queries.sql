-- name: lock_chain
-- Whether nobody else is adding to the chain; if so, nobody can until the transaction ends.
select pg_try_advisory_xact_lock(hashtext('livecup audit chain'));

-- name: find_head
-- The last place of the chain.
select position, digest from audit_seals order by position desc limit 1;

-- name: list_waiting
-- Entries that wait for their seal, at most $1, the oldest first.
select e.*
from audit_unsealed u
join audit_entries e on e.id = u.entry_id
where not exists (select from audit_seals s where s.entry_id = e.id)
order by e.at, e.id
limit $1;

-- name: insert_seals
-- Adds places to the chain.
insert into audit_seals (position, entry_id, digest) select * from unnest($1::bigint[], $2::uuid[], $3::bytea[]);

-- name: delete_waiting
-- Entries wait no longer.
delete from audit_unsealed where entry_id = any($1::uuid[]);

-- name: list_sealed
-- The chain after a position ($1), at most $2 places, each with its entry, none where it is gone.
select s.position, s.digest, e.*
from audit_seals s
left join audit_entries e on e.id = s.entry_id
where s.position > $1
order by s.position
limit $2;

-- name: find_unsealed
-- The oldest entry without a seal that has been there for longer than so many seconds.
select e.id
from audit_entries e
where e.at < clock_timestamp() - make_interval(secs => $1)
  and not exists (select from audit_seals s where s.entry_id = e.id)
order by e.at, e.id
limit 1;
