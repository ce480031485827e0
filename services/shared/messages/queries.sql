-- name: insert_message
-- Keeps a message; nothing when this event has been told to this recipient.
insert into messages (id, contest_id, event, code, parameters, user_id, city_id, contestant_id)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (contest_id, event, user_id, city_id, contestant_id) do nothing;
