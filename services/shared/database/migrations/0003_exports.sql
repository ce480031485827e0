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
-- What a contest adds to the formats, and files that wait for it -----------------------------------------------------

alter table contests add column formats_version integer not null default 0;
alter table uploads
    add column format_key text,
    add column format_version integer not null default 0,
    add column waiting jsonb,
    drop constraint uploads_state_check,
    add constraint uploads_state_check check (state in
        ('CREATED', 'QUEUED', 'READING', 'ACCEPTED', 'WAITING', 'REFUSED', 'DUPLICATE', 'WITHDRAWN', 'FAILED'));
create index uploads_waiting on uploads (contest_id) where state = 'WAITING';

create table format_aliases (
    id              uuid primary key,
    contest_id      uuid not null references contests,
    kind            text collate "C" not null,     -- file_vocabulary.UploadKind, or the key of an own format
    heading         text not null,
    heading_key     text collate "C" not null,     -- normalised
    field           text collate "C" not null,     -- the column's `to`
    reason          text not null,
    from_version    integer not null,
    to_version      integer,
    created_by      uuid references users,
    created_at      timestamptz not null default now(),
    removed_by      uuid references users,
    removed_at      timestamptz,
    removed_reason  text
);
create unique index format_aliases_once on format_aliases (contest_id, kind, heading_key) where to_version is null;

create table own_formats (
    id              uuid primary key,
    contest_id      uuid not null references contests,
    key             text collate "C" not null,
    title           text not null,
    document        text not null,                 -- TOML, as the organiser wrote it
    upload_id       uuid references uploads,       -- the sample it was made from
    reason          text not null,
    from_version    integer not null,
    to_version      integer,
    created_by      uuid references users,
    created_at      timestamptz not null default now(),
    removed_by      uuid references users,         -- or replaced
    removed_at      timestamptz,
    removed_reason  text
);
create unique index own_formats_once on own_formats (contest_id, key) where to_version is null;
-- Whose line -----------------------------------------------------------------------------------------------------------

-- What accepted files have for platform numbers that are bound to no account: it counts for nobody until one is.
create table unclaimed_uids (
    upload_id   uuid not null references uploads,
    contest_id  uuid not null references contests,
    platform    text check (platform in ('DOUYIN', 'KUAISHOU')),  -- none: the file does not say
    uid         text collate "C" not null,
    lines       bigint not null,
    paid        numeric(18,2) not null,            -- of the lines that were paid, refunded ones too
    unique nulls not distinct (upload_id, platform, uid)
);
create index on unclaimed_uids (contest_id, platform, uid);

-- Somebody says that a platform number is an account's; an organiser decides.
create table uid_claims (
    id              uuid primary key,
    contest_id      uuid not null references contests,
    account_id      uuid not null references accounts,
    platform        text not null check (platform in ('DOUYIN', 'KUAISHOU')),
    uid             text collate "C" not null,
    reason          text not null,
    state           text not null check (state in ('ASKED', 'APPROVED', 'REFUSED')),
    asked_by        uuid references users,
    asked_at        timestamptz not null default clock_timestamp(),
    decided_by      uuid references users,
    decided_at      timestamptz,
    decided_reason  text
);
create index on uid_claims (contest_id, id);
create unique index uid_claims_one_open on uid_claims (account_id) where state = 'ASKED';

-- Lines that are claimed later are covered from then on, not from the beginning.
alter table coverage drop constraint coverage_pkey;
alter table coverage add primary key (contestant_id, upload_id, source, from_sequence);

-- Files that wait are read once more: what waits in them for which number is found then.
with job as (
    insert into jobs (id, kind, subject_id, state)
    select gen_random_uuid(), 'CLAIM_LINES', id, 'QUEUED' from uploads
    where state = 'ACCEPTED' and kind not in ('ARCHIVE', 'ROSTER', 'GIVEN_LIST') and rows_unclaimed > 0
    on conflict (kind, subject_id) do update
    set state = 'QUEUED', attempt = jobs.attempt + 1, tries = 0, run_after = now(), queued_at = now(),
        lease_until = null, error = null, started_at = null, ended_at = null
    returning id, attempt
)
insert into outbox (job_id, attempt) select id, attempt from job;
-- Signs of trouble ---------------------------------------------------------------------------------------------------

alter table contests add column flag_thresholds jsonb not null default '{}';

create table flags (
    id             uuid primary key,
    contest_id     uuid not null references contests,
    round_id       uuid references rounds,
    contestant_id  uuid not null references contestants,
    other_id       uuid references contestants,    -- of identical rows: who has them too
    code           text not null check (code in
                       ('PLAYS_JUMP_WITHOUT_ENGAGEMENT', 'SALES_WITHOUT_VIEWERS', 'REFUND_SHARE_HIGH',
                        'SAME_ROWS_AS_ANOTHER', 'FIGURES_WENT_DOWN', 'ORDERS_OUTSIDE_LIVE', 'RAISED_BY_A_PERSON')),
    about          text collate "C" not null,      -- which work, session or person: with the code, what makes it the same
    state          text not null check (state in ('OPEN', 'EXPLAINED', 'REFERRED', 'GONE')),
    value          numeric,                        -- what was found, and from where on it is flagged; none by a person
    threshold      numeric,
    parameters     jsonb not null default '{}',    -- of its sentence
    rows           jsonb not null default '[]',    -- [{"upload_id", "sheet", "line"}], the first of them
    rows_count     bigint not null default 0,
    raised_by      uuid references users,          -- none: found in the figures
    reason         text not null default '',       -- of a person
    raised_at      timestamptz not null default clock_timestamp(),
    concluded_by   uuid references users,
    concluded_at   timestamptz,
    conclusion     text
);
create index on flags (contest_id, id);
create index on flags (contestant_id);

create table flags_due (
    id             uuid primary key default gen_random_uuid(),
    contest_id     uuid not null references contests,
    contestant_id  uuid not null references contestants
);
create index on flags_due (contest_id);
-- Originals are sealed, or dropped once they are read.
alter table contests add column originals text not null default 'KEEP_ENCRYPTED'
    check (originals in ('KEEP_ENCRYPTED', 'DROP_AFTER_INGEST'));
alter table uploads
    add column key_sealed bytea,
    add column address_sealed bytea;
create index uploads_with_bytes on uploads (contest_id) where bytes_at is not null;
-- A submitted list as it was printed ---------------------------------------------------------------------------------

alter table submissions add column contact text;
alter table submission_lines
    add column id uuid not null unique default gen_random_uuid(),
    add column printed_sealed bytea;

create table marked_copies (
    id          uuid primary key,
    upload_id   uuid not null references uploads,
    language    text not null check (language in ('ZH', 'EN')),
    state       text not null check (state in ('QUEUED', 'DONE', 'FAILED')),
    content     bytea,
    created_by  uuid not null references users,
    created_at  timestamptz not null default now(),
    ended_at    timestamptz,
    unique (upload_id, language, created_by)
);

-- Works that are told of without their seconds ------------------------------------------------------------------------

create index works_to_the_minute on works (contestant_id) where ordinal < 0;
create index works_published on works (published_at);  -- who else published this: of all contestants, so not by contestant

-- What work each row tells of (at, place, called): of the second that the row says, or where its file lost the seconds,
-- of the work of that minute and title which another file knows to the second, several with one title in their order;
-- where no file knows it, of one that its minute, title and place name.
create view works_told as
select works.*, published_at as at, ordinal::bigint as place, '' as called
from works
where ordinal >= 0
union all
select works.*, coalesce(exact.published_at, works.published_at), coalesce(exact.ordinal, -nth.nth),
    case when exact.ordinal is null then works.title else '' end
from works
cross join lateral (
    select count(*) as nth
    from works twin
    where twin.contestant_id = works.contestant_id and twin.published_at = works.published_at
        and twin.upload_id = works.upload_id and twin.title = works.title
        and twin.ordinal >= works.ordinal and twin.ordinal < 0
) nth
left join lateral (
    select distinct exact.published_at, exact.ordinal
    from works exact
    where exact.contestant_id = works.contestant_id and exact.ordinal >= 0 and exact.title = works.title
        and exact.published_at >= works.published_at and exact.published_at < works.published_at + interval '1 minute'
    order by exact.published_at, exact.ordinal
    offset nth.nth - 1 limit 1
) exact on true
where works.ordinal < 0;

-- Verification ---------------------------------------------------------------------------------------------------------

alter table contests add column verification_blocks_publication boolean not null default false;

create table verification_draws (
    id                 uuid primary key,
    contest_id         uuid not null references contests,
    round_id           uuid not null references rounds,
    number             integer not null,           -- what people see: 1, 2, 3 … in the round
    per                text not null check (per in ('CITY', 'DIVISION')),
    people             integer not null check (people > 0),  -- of each city or division
    seed_source        text not null,
    seed_at            timestamptz not null,       -- when the seed becomes public
    roll_sha256        text not null,              -- of the roll, see shared/verification/roll
    population         integer not null,
    reason             text not null,
    announced_by       uuid references users,
    announced_at       timestamptz not null,
    seed               text,
    drawn_by           uuid references users,
    drawn_at           timestamptz,
    cancelled_by       uuid references users,
    cancelled_at       timestamptz,
    cancelled_reason   text,
    unique (round_id, number)
);

create table verification_drawn (
    draw_id        uuid not null references verification_draws,
    contestant_id  uuid not null references contestants,
    position       integer not null,               -- in the order in which the roll's lines were drawn
    ticket         text not null,                  -- SHA-256 of the seed and the line
    primary key (draw_id, contestant_id)
);
create index on verification_drawn (contestant_id);

create table verification_checks (
    id             uuid primary key,
    contest_id     uuid not null references contests,
    round_id       uuid not null references rounds,
    contestant_id  uuid not null references contestants,
    run_id         uuid not null references scoring_runs,  -- whose figures were compared
    outcome        text not null check (outcome in ('AGREES', 'DIFFERS')),
    method         text not null check (method in ('SCREEN', 'FRESH_EXPORT')),
    upload_id      uuid references uploads,        -- the fresh export
    figures        jsonb not null default '[]',    -- [{"item", "metric", "title", "counted", "seen"}]
    lower          jsonb not null default '[]',    -- [{"source", "at", "figure", "counted", "fresh", "sheet", "line"}]
    note           text not null,
    checked_by     uuid references users,
    checked_at     timestamptz not null default clock_timestamp()
);
create index on verification_checks (contestant_id, round_id, id);

create view verifications as
with required as (
    select round_id, contestant_id, bool_or(drawn) as drawn, bool_or(finalist) as finalist
    from (
        select draws.round_id, lots.contestant_id, true as drawn, false as finalist
        from verification_draws draws
        join verification_drawn lots on lots.draw_id = draws.id
        where draws.cancelled_at is null
        union all
        select rounds.id, finalists.contestant_id, false, true
        from rounds
        join finalists on finalists.run_id = rounds.adopted_run_id
        where finalists.place in ('STREAMER', 'TIED')
        union all
        select chosen.round_id, selected.contestant_id, false, true
        from finalist_selections chosen
        join selected_finalists selected on selected.selection_id = chosen.id
        where selected.place = 'STREAMER'
    ) reasons
    group by round_id, contestant_id
)
select required.round_id, p.contest_id, p.id as contestant_id, p.city_id, p.number, required.drawn, required.finalist,
    last.id as check_id,
    case when last.id is null or exists (
        select from coverage
        where coverage.contestant_id = p.id and coverage.upload_id is distinct from last.upload_id
            and (coverage.from_sequence > least(compared.sequence, adopted.sequence)
                    and coverage.from_sequence <= greatest(compared.sequence, adopted.sequence)
                or coverage.to_sequence > least(compared.sequence, adopted.sequence)
                    and coverage.to_sequence <= greatest(compared.sequence, adopted.sequence))
    ) then 'OPEN' else last.outcome end as state
from required
join rounds on rounds.id = required.round_id
join contestants p on p.id = required.contestant_id and p.withdrawn_at is null and p.erased_at is null
left join lateral (
    select * from verification_checks checks
    where checks.contestant_id = p.id and checks.round_id = required.round_id
    order by checks.id desc limit 1
) last on true
left join scoring_runs compared on compared.id = last.run_id
left join scoring_runs adopted on adopted.id = rounds.adopted_run_id;

alter table contests add column link_hosts text[] not null
    default '{douyin.com,iesdouyin.com,kuaishou.com,gifshow.com,chenzhongtech.com,kwai.com}';
create table links (
    id             uuid primary key,
    contest_id     uuid not null references contests,
    contestant_id  uuid not null references contestants,
    kind           text not null check (kind in ('WORK', 'REPLAY')),
    title          text not null,
    url            text not null,
    added_by       uuid references users,
    added_at       timestamptz not null default clock_timestamp(),
    removed_by     uuid references users,
    removed_at     timestamptz
);
create index on links (contestant_id);
