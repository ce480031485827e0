-- name: can_change_results
-- Whether this role could change results that were scored.
select has_table_privilege('scores', 'update');
