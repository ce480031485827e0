-- name: add_due
-- Has the figures of contestants ($2) looked at.
insert into flags_due (contest_id, contestant_id) select $1, unnest($2::uuid[]);

-- name: add_everybody_due
-- Has the figures of everybody in a contest looked at.
insert into flags_due (contest_id, contestant_id) select contest_id, id from contestants where contest_id = $1;
