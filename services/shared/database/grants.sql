-- What the services may do when they do not sign in as the owner: results and the audit can be added to, never changed
-- or removed.
grant usage on schema public to :application_role;
grant select, insert, update, delete on all tables in schema public to :application_role;
revoke update, delete, truncate on scores, finalists, team_scores, awards, award_decisions, adoptions, rules, schema_migrations from :application_role;
revoke update, delete, truncate on audit_entries, audit_seals, eligibility_reviews from :application_role;
-- A revision is prepared, decided and withdrawn; what it publishes never changes.
revoke update, delete, truncate on publication_snapshots, publication_signatures, publication_rows, publication_cities, renditions,
    signing_keys from :application_role;
revoke update, delete, truncate on publications from :application_role;
grant update (state, publish_at, notice_from, notice_until, notice_days, decided_by, decided_at, decided_reason,
    withdrawn_by, withdrawn_at, withdrawn_reason) on publications to :application_role;
grant update (private_sealed) on signing_keys to :application_role;
-- A certificate is issued once; its PDF is made later and goes with the person's data.
revoke update, delete, truncate on certificates from :application_role;
grant update (content, named) on certificates to :application_role;
