-- What the services may do when they do not sign in as the owner: results can be added, never changed or removed.
grant usage on schema public to :application_role;
grant select, insert, update, delete on all tables in schema public to :application_role;
revoke update, delete on scores, finalists, adoptions, rules, schema_migrations from :application_role;
