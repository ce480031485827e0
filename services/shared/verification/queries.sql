-- name: find_progress
-- How many people of a round are to be verified, are open and differ, and whether that keeps it from being published.
select count(v.contestant_id) as required, count(*) filter (where v.state = 'OPEN') as open,
    count(*) filter (where v.state = 'DIFFERS') as differs, contests.verification_blocks_publication as required_first
from rounds
join contests on contests.id = rounds.contest_id
left join verifications v on v.round_id = rounds.id
where rounds.id = $1
group by contests.id;
