-- Export files: how they are kept and read, what their headings mean, what is odd in them and what was verified.

-- When a week's exports are late -------------------------------------------------------------------------------------

alter table rounds
    add column exports_due_days integer not null default 3,
    add constraint rounds_exports_due check (exports_due_days between 0 and 36500);

-- What is stated of an upload, and where its figures come from
alter table uploads
    add column policy text not null default 'ALL_OR_NOTHING' check (policy in ('ALL_OR_NOTHING', 'GOOD_ROWS')),
    add column attested boolean not null default false,
    add column typing_reason text,
    add column published_at timestamptz,
    add column origin text generated always as (
        case when typing_reason is not null then 'TYPED'
             when kind like 'TEMPLATE%' then 'TEMPLATE'
             when kind not in ('ARCHIVE', 'ROSTER', 'GIVEN_LIST') then 'PLATFORM' end) stored;
