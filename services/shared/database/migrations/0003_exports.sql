-- Export files: how they are kept and read, what their headings mean, what is odd in them and what was verified.

-- When a week's exports are late -------------------------------------------------------------------------------------

alter table rounds
    add column exports_due_days integer not null default 3,
    add constraint rounds_exports_due check (exports_due_days between 0 and 36500);
