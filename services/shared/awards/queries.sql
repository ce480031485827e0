-- name: find_prizes
-- Who gets which award of a run, or is tied for it.
select award, title, city_id, contestant_id, place, seats from awards where run_id = $1 order by position;

-- name: find_decisions
-- The last decision on each tie of a run.
select distinct on (award) award, winners from award_decisions where run_id = $1 order by award, id desc;

-- name: insert_decision
-- Which of those tied for an award of a run get it.
insert into award_decisions (id, run_id, award, winners, reason, decided_by) values ($1, $2, $3, $4, $5, $6);
