-- name: find_round
-- A round ($1) with what its weeks are made of, and the time.
select r.id as round_id, r.contest_id, r.opens_at, r.closes_at, r.exports_due_days, clock_timestamp() as now,
    (select document from rules where round_id = r.id order by version desc limit 1) as document
from rounds r
where r.id = $1;

-- name: list_people
-- Approved people of a contest ($5), by number, of a city ($6) or one contestant ($7), none = any, as far as the viewer
-- ($1 - $4) may see what they lack.
select p.id, p.number, p.name
from contestants p
where p.contest_id = $5 and p.eligibility = 'APPROVED' and p.withdrawn_at is null
  and ($6::uuid is null or p.city_id = $6) and ($7::uuid is null or p.id = $7)
  and ($1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[]) or p.id = any($4::uuid[]))
order by p.number;

-- name: list_files
-- The files that count for contestants ($1) in a round ($2), each of one round. A file of an archive was handed in with
-- the archive.
select c.contestant_id, wanted.round_id, array_agg(c.upload_id) as uploads, array_agg(c.source) as sources,
    json_agg(c.measures) as measures, array_agg(c.exported_at) as exported_at,
    array_agg(coalesce(archive.created_at, u.created_at)) as handed_in_at, array_agg(u.origin) as origins,
    array_agg(u.period_from) as periods_from, array_agg(u.period_to) as periods_to
from unnest($1::uuid[], $2::uuid[]) as wanted (contestant_id, round_id)
join rounds r on r.id = wanted.round_id
join coverage c on c.contestant_id = wanted.contestant_id and c.to_sequence is null
    and c.exported_at >= r.exported_from and c.exported_at < r.exported_until
join uploads u on u.id = c.upload_id
left join uploads archive on archive.id = u.parent_id
group by c.contestant_id, wanted.round_id;
