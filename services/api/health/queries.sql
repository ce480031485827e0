-- name: can_change_results
-- Whether this role could change results that were scored, or the record of who did what.
select bool_or(has_table_privilege(name, 'update, delete, truncate'))
from unnest(array ['scores', 'finalists', 'adoptions', 'audit_entries', 'audit_seals']) as kept (name);
