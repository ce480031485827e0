-- name: insert_entry
-- Adds an entry, and marks it as waiting for its seal.
with entry as (
    insert into audit_entries (id, contest_id, city_id, contestant_id, user_id, login, address, action, subject_type,
                               subject_id, changes, reason)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    returning id
)
insert into audit_unsealed (entry_id) select id from entry;
