-- name: find_waiting
-- What waits for the organisers of contests ($3) that the viewer ($1, $2) oversees, by city: lists to be opened again
-- with the reason, people at their step of the review, double entries, aliases, claimed platform numbers, teams opened
-- again and not confirmed, penalties proposed or to be revoked, typed marks, files that wait for headings, and appeals; of no city are files
-- of no account, revisions to be approved, and objections, lest the city learn of them.
with matters as (
    select c.contest_id, c.id as city_id, 1 as urgency, 'WAITING_LIST_CHANGE' as code, 1 as count, asked.change_asked_at as since,
        asked.change_reason as reason
    from cities c
    cross join lateral (select * from submissions where city_id = c.id order by number desc limit 1) asked
    where c.contest_id = any($3::uuid[]) and asked.state = 'SUBMITTED' and asked.change_asked_at is not null
    union all
    select p.contest_id, p.city_id, 2, 'WAITING_REVIEW', count(*), min(coalesce(handed.at, p.created_at)), ''
    from contestants p
    left join lateral (
        select max(reviewed_at) as at from eligibility_reviews where contestant_id = p.id
    ) handed on true
    where p.contest_id = any($3::uuid[]) and p.eligibility = 'PENDING' and p.review_step = 'ORGANISER'
      and p.withdrawn_at is null
    group by p.contest_id, p.city_id
    union all
    select e.contest_id, e.city_id, 3, 'WAITING_DOUBLE_ENTRY', count(*), min(e.created_at), ''
    from double_entries e
    where e.contest_id = any($3::uuid[]) and e.decision is null
    group by e.contest_id, e.city_id
    union all
    select p.contest_id, p.city_id, 4, 'WAITING_ALIAS', count(*), min(a.asked_at),
        string_agg(a.reason, '；' order by a.asked_at)
    from account_aliases a
    join accounts on accounts.id = a.account_id
    join contestants p on p.id = accounts.contestant_id
    where a.contest_id = any($3::uuid[]) and a.state = 'ASKED'
    group by p.contest_id, p.city_id
    union all
    select p.contest_id, p.city_id, 5, 'WAITING_UID_CLAIM', count(*), min(u.asked_at),
        string_agg(u.reason, '；' order by u.asked_at)
    from uid_claims u
    join accounts on accounts.id = u.account_id
    join contestants p on p.id = accounts.contestant_id
    where u.contest_id = any($3::uuid[]) and u.state = 'ASKED'
    group by p.contest_id, p.city_id
    union all
    select t.contest_id, t.city_id, 6, 'WAITING_TEAM', 1, t.reopened_at, t.reopened_reason
    from teams t
    where t.contest_id = any($3::uuid[]) and t.confirmed_at is null and t.reopened_at is not null
    union all
    select u.contest_id, p.city_id, 7, 'WAITING_HEADINGS', count(*), min(u.created_at), ''
    from uploads u
    left join accounts on accounts.id = u.account_id
    left join contestants p on p.id = accounts.contestant_id
    where u.contest_id = any($3::uuid[]) and u.state = 'WAITING'
    group by u.contest_id, p.city_id
    union all
    select x.contest_id, p.city_id, 8, 'WAITING_PENALTY', count(*), min(coalesce(x.revoking_at, x.proposed_at)), ''
    from penalties x
    join contestants p on p.id = x.contestant_id
    where x.contest_id = any($3::uuid[]) and x.revoked_at is null
      and (x.from_sequence is null or x.revoking_at is not null)
    group by x.contest_id, p.city_id
    union all
    select k.contest_id, p.city_id, 9, 'WAITING_MARK', count(*), min(k.given_at), ''
    from jury_marks k
    join contestants p on p.id = k.contestant_id
    where k.contest_id = any($3::uuid[]) and k.ended_at is null and k.confirmed_at is null
    group by k.contest_id, p.city_id
    union all
    select b.contest_id, null, 10, 'WAITING_PUBLICATION', count(*), min(b.prepared_at), ''
    from publications b
    where b.contest_id = any($3::uuid[]) and b.state = 'PREPARED'
    group by b.contest_id
    union all
    select a.contest_id, a.city_id, a.urgency, a.code, count(*), min(a.since), ''
    from (
        select d.contest_id, case d.kind when 'APPEAL' then d.city_id end as city_id,
            case d.state when 'FILED' then 11 when 'ASSIGNED' then 12 when 'PROPOSED' then 13 else 14 end as urgency,
            case d.state when 'FILED' then 'WAITING_APPEAL' when 'ASSIGNED' then 'WAITING_APPEAL_VERDICT'
                         when 'PROPOSED' then 'WAITING_APPEAL_DECISION' else 'WAITING_APPEAL_OUTCOME' end as code,
            coalesce(d.ended_at, d.decided_at, d.filed_at) as since
        from appeal_details d
        where d.contest_id = any($3::uuid[])
          and (d.state in ('FILED', 'ASSIGNED', 'PROPOSED')
               or d.state = 'UPHELD' and not exists (select from appeal_outcomes o where o.appeal_id = d.id))
    ) a
    group by a.contest_id, a.city_id, a.urgency, a.code
)
select m.contest_id, c.id as city_id, c.name, c.aliases, m.code, m.count, m.since, m.reason
from matters m
left join cities c on c.id = m.city_id
where $1 or m.contest_id = any($2::uuid[])
order by c.position nulls last, m.urgency;
