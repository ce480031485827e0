-- name: find_cities
-- Cities ($4) that the viewer ($1 - $3) looks after, each with the round that was asked for ($5), or without one the
-- current one: of the rounds with rules the first that still takes files, else the last; with all its deadlines.
select c.id, c.contest_id, c.name, c.aliases, wanted.round_id as asked_round_id, clock_timestamp() as now,
    contests.teams_until, listed.opens_at as list_opens_at, listed.closes_at as list_until,
    own.opens_at as own_opens_at, own.closes_at as own_until,
    coalesce(list.state = 'SUBMITTED', false) as submitted,
    coalesce(list.state = 'SUBMITTED' and list.signed_list_id is null, false) as unsigned,
    coalesce(list.state = 'REOPENED', false) as reopened,
    current.id as round_id, current.opens_at, current.closes_at, current.exported_until, current.uploads_until,
    current.exports_due_days, current.document
from unnest($4::uuid[], $5::uuid[]) as wanted (city_id, round_id)
join cities c on c.id = wanted.city_id
join contests on contests.id = c.contest_id
left join entry_windows listed on listed.contest_id = c.contest_id and listed.entry_way = 'RECOMMENDED'
left join lateral (
    select state, signed_list_id from submissions where city_id = c.id order by number desc limit 1
) list on true
left join entry_windows own on own.contest_id = c.contest_id and own.entry_way = 'SELF_REGISTERED'
left join lateral (
    select known.*, known.uploads_until > clock_timestamp() as takes_files
    from (
        select r.*, (select document from rules where round_id = r.id order by version desc limit 1) as document
        from rounds r
        where r.contest_id = c.contest_id and (wanted.round_id is null or r.id = wanted.round_id)
    ) known
    order by known.document is null, known.uploads_until <= clock_timestamp(),
        case when known.uploads_until > clock_timestamp() then known.position else -known.position end
    limit 1
) current on true
where $1 or c.contest_id = any($2::uuid[]) or c.id = any($3::uuid[]);

-- name: list_people
-- Everybody of cities ($4) whom the viewer ($1 - $3) looks after, by number: where their review stands and why they were
-- returned, what required evidence is not there, and their standing in the adopted run of a round ($5, one a city).
select p.id, p.number, p.name, p.city_id, p.division_id, p.entry_way, p.eligibility, p.review_step,
    p.withdrawn_at is not null as withdrawn, p.trained_on, wanted.round_id, returned.reason as returned_reason,
    case when p.eligibility in ('PENDING', 'RETURNED') then array(
        select asked.title
        from jsonb_to_recordset(d.evidence) as asked (key text, title text, kind text, required boolean)
        where asked.required and not case asked.kind
            when 'DOCUMENT' then exists (
                select from documents
                where contestant_id = p.id and purpose = 'EVIDENCE' and evidence_key = asked.key and state = 'READY')
            else exists (
                select from given_people g
                where g.contest_id = p.contest_id and g.key = asked.key and g.id_number_index = p.id_number_index) end
        order by asked.key
    ) else '{}' end as lacks,
    s.rank, s.city_rank, s.division_rank, s.total
from unnest($4::uuid[], $5::uuid[]) as wanted (city_id, round_id)
join contestants p on p.city_id = wanted.city_id
join divisions d on d.id = p.division_id
left join rounds r on r.id = wanted.round_id
left join scores s on s.contestant_id = p.id and s.run_id = r.adopted_run_id and s.city_id = p.city_id
left join lateral (
    select reason from eligibility_reviews
    where contestant_id = p.id and decision = 'RETURNED'
    order by reviewed_at desc
    limit 1
) returned on p.eligibility = 'RETURNED'
where $1 or p.contest_id = any($2::uuid[]) or p.city_id = any($3::uuid[])
order by p.city_id, p.number;

-- name: list_places
-- The divisions of the contests of cities ($1), each with the city's quota for recommendations, none where none is set.
select c.id as city_id, d.id, d.contest_id, d.key, d.name, d.cap, d.entry_ways, q.places
from cities c
join divisions d on d.contest_id = c.contest_id
left join quotas q on q.city_id = c.id and q.division_id = d.id
where c.id = any($1::uuid[])
order by c.id, d.position;
