-- name: list_entries
-- The record, the newest first, before an entry ($4), at most $5, with the number of all that match: of a contest ($3),
-- a user ($6), an action ($7), a subject ($8), a city ($9), a contestant ($10), from a moment ($11) until another ($12),
-- with a text ($13) in login, name, address, reason or changes, none = any; as far as the viewer may see it: everything
-- ($1), or of contests ($2); what a freeze keeps back, whoever organises everything ($14) or contests ($15).
with visible as (
    select e.id
    from audit_entries e
    left join users u on u.id = e.user_id
    where ($1 or e.contest_id = any($2::uuid[]))
      and ($3::uuid is null or e.contest_id = $3)
      and ($6::uuid is null or e.user_id = $6)
      and ($7::text is null or e.action = $7)
      and ($8::uuid is null or e.subject_id = $8)
      and ($9::uuid is null or e.city_id = $9)
      and ($10::uuid is null or e.contestant_id = $10)
      and ($11::timestamptz is null or e.at >= $11)
      and ($12::timestamptz is null or e.at < $12)
      and ($13::text is null or strpos(concat_ws(' ', e.login, u.name, e.address, e.reason, e.changes), $13) > 0)
      and ($14 or e.contest_id = any($15::uuid[]) or not exists (select from kept_back_entries k where k.id = e.id))
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select e.*, u.name as user_name, s.position, s.digest
    from visible
    join audit_entries e on e.id = visible.id
    left join users u on u.id = e.user_id
    left join audit_seals s on s.entry_id = e.id
    where $4::uuid is null or visible.id < $4
    order by visible.id desc
    limit $5
) page on true;

-- name: find_entries
-- Entries by id ($3), as far as the viewer ($1, $2, $4 and $5 as $1, $2, $14 and $15 in list_entries) may see them.
select e.*, u.name as user_name, s.position, s.digest
from audit_entries e
left join users u on u.id = e.user_id
left join audit_seals s on s.entry_id = e.id
where e.id = any($3::uuid[]) and ($1 or e.contest_id = any($2::uuid[]))
  and ($4 or e.contest_id = any($5::uuid[]) or not exists (select from kept_back_entries k where k.id = e.id));

-- name: find_head
-- The last place of the chain, and how many entries wait for theirs.
select s.position, s.digest, s.sealed_at, (select count(*) from audit_unsealed) as waiting
from (select 1) one
left join lateral (select * from audit_seals order by position desc limit 1) s on true;
