-- name: list_penalties
-- Penalties of a contest ($5), the newest first after $10, at most $11, with the number of all that match: of a round
-- ($6), a city ($7), a contestant ($8), in a state ($9), none = any; as far as the viewer ($1 - $4) may see them: whom
-- one concerns, and their city, once it is in force.
with visible as (
    select x.id
    from penalties x
    join contestants p on p.id = x.contestant_id
    where x.contest_id = $5
      and ($1 or x.contest_id = any($2::uuid[])
           or x.from_sequence is not null and (p.city_id = any($3::uuid[]) or p.id = any($4::uuid[])))
      and ($6::uuid is null or x.round_id = $6)
      and ($7::uuid is null or p.city_id = $7)
      and ($8::uuid is null or x.contestant_id = $8)
      and ($9::text is null or $9 = case when x.revoked_at is not null then 'REVOKED'
                                         when x.from_sequence is null then 'PROPOSED' else 'IN_FORCE' end)
)
select page.*, counted.total
from (select count(*) as total from visible) counted
left join lateral (
    select x.*, proposer.name as proposed_by_name, confirmer.name as confirmed_by_name, revoker.name as revoked_by_name,
        revoking.name as revoking_by_name
    from visible
    join penalties x on x.id = visible.id
    left join users proposer on proposer.id = x.proposed_by
    left join users confirmer on confirmer.id = x.confirmed_by
    left join users revoker on revoker.id = x.revoked_by
    left join users revoking on revoking.id = x.revoking_by
    where $10::uuid is null or visible.id < $10
    order by visible.id desc
    limit $11
) page on true;

-- name: find_penalties
-- Penalties by id ($5), as far as the viewer ($1 - $4 as in list_penalties) may see them.
select x.*, proposer.name as proposed_by_name, confirmer.name as confirmed_by_name, revoker.name as revoked_by_name,
        revoking.name as revoking_by_name
from penalties x
join contestants p on p.id = x.contestant_id
left join users proposer on proposer.id = x.proposed_by
left join users confirmer on confirmer.id = x.confirmed_by
left join users revoker on revoker.id = x.revoked_by
left join users revoking on revoking.id = x.revoking_by
where x.id = any($5::uuid[])
  and ($1 or x.contest_id = any($2::uuid[])
       or x.from_sequence is not null and (p.city_id = any($3::uuid[]) or p.id = any($4::uuid[])));

-- name: find_setting
-- A round ($2) of a contest ($1) with the rules it goes by, and whether the contest wants two people for a penalty.
select rounds.title, contests.penalties_need_two,
    (select document from rules where round_id = rounds.id order by version desc limit 1) as document
from rounds
join contests on contests.id = rounds.contest_id
where rounds.id = $2 and contests.id = $1;

-- name: count_evidence
-- How many of these documents ($2) are evidence of penalties in a contest ($1), checked and there.
select count(*) from documents
where contest_id = $1 and id = any($2) and purpose = 'PENALTY' and state = 'READY';

-- name: insert_penalty
-- Proposes a penalty.
insert into penalties (id, contest_id, round_id, contestant_id, kind, item, points, reason, document_ids, upload_id,
                       proposed_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: find_penalty
-- A penalty whose contest is locked, with what its message says.
select x.*, rounds.title as round, p.number, p.city_id, contests.penalties_need_two,
    (select document from rules where round_id = rounds.id order by version desc limit 1) as document
from penalties x
join rounds on rounds.id = x.round_id
join contests on contests.id = x.contest_id
join contestants p on p.id = x.contestant_id
where x.id = $1;

-- name: confirm_penalty
-- From a sequence number ($2) on a penalty is in force.
update penalties set from_sequence = $2, confirmed_by = $3, confirmed_at = clock_timestamp() where id = $1;

-- name: propose_revocation
-- Somebody ($2) wants a penalty taken back, which a second person decides.
update penalties set revoking_by = $2, revoking_at = clock_timestamp(), revoking_reason = $3 where id = $1;

-- name: decline_revocation
-- A penalty stays in force.
update penalties set revoking_by = null, revoking_at = null, revoking_reason = null where id = $1;

-- name: revoke_penalty
-- A penalty is in force no longer, from a sequence number ($2) on; one that was only proposed never is.
update penalties set to_sequence = $2, revoked_by = $3, revoked_at = clock_timestamp(), revoked_reason = $4 where id = $1;
