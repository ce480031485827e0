-- What the services may do when they do not sign in as the owner: results and the audit can be added to, never changed
-- or removed.
grant usage on schema public to :application_role;
grant select, insert, update, delete on all tables in schema public to :application_role;
revoke update, delete, truncate on scores, finalists, adoptions, rules, schema_migrations from :application_role;
revoke update, delete, truncate on audit_entries, audit_seals, eligibility_reviews from :application_role;
