-- The whole database, as a fresh one is built. An existing one gets here through migrations/;
-- a test shows that both ways end at the same place.
--
-- Times are timestamptz; money is numeric(18,2) in yuan; ratios are fractions 0-1; names are ordered by bytes ("C").
-- "Big" tables (works, account_days, live_sessions, orders, order_days, coverage, jury_marks, scores, finalists,
-- publication_rows) start every key with contestant_id and carry no triggers and no foreign keys, so that they can be
-- spread over machines.

create table schema_migrations (
    name        text collate "C" primary key,
    applied_at  timestamptz not null default now()
);

-- People who sign in -------------------------------------------------------------------------------------------------

create table users (
    id             uuid primary key,
    login          text collate "C" not null unique check (login = lower(login)),
    name           text not null,
    password_hash  text,                           -- none: signs in another way, or has never come in yet
    created_at     timestamptz not null default now(),
    totp_sealed        bytea,                      -- the shared secret of one-time codes (RFC 6238)
    totp_confirmed_at  timestamptz,                -- from then on a code is asked for
    totp_step          bigint,                     -- the last time step whose code was taken: none is taken twice
    disabled_at        timestamptz
);

create table sessions (
    token_hash  bytea primary key,
    user_id     uuid not null references users on delete cascade,
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null,
    address     text not null default ''           -- from where it was opened
);
create index on sessions (user_id);

-- Codes for whoever has lost the device with the one-time codes; each is good once.
create table recovery_codes (
    user_id    uuid not null references users on delete cascade,
    code_hash  bytea not null,
    used_at    timestamptz,
    primary key (user_id, code_hash)
);

-- Who a person is at an OpenID Connect provider.
create table identities (
    issuer      text collate "C" not null,
    subject     text collate "C" not null,
    user_id     uuid not null references users on delete cascade,
    created_at  timestamptz not null default now(),
    primary key (issuer, subject)
);
create index on identities (user_id);

-- Personal tokens for programs: they may do at most what their holder may, within their scope.
create table api_tokens (
    id            uuid primary key,
    user_id       uuid not null references users on delete cascade,
    name          text not null,
    token_hash    bytea not null unique,
    scope         text not null check (scope in ('READ', 'UPLOAD', 'FULL')),
    created_at    timestamptz not null default now(),
    expires_at    timestamptz not null,
    revoked_at    timestamptz,
    last_used_on  date
);
create index on api_tokens (user_id);

-- Each refused or accepted attempt to sign in; what locks a login for a while.
create table sign_in_attempts (
    login         text collate "C" not null,
    attempted_at  timestamptz not null default now(),
    succeeded     boolean not null
);
create index on sign_in_attempts (login, attempted_at);

-- What a person's idempotency key has already made, so that a repeated request finds it again.
create table idempotency_keys (
    user_id     uuid not null references users on delete cascade,
    operation   text not null,
    key         text not null,
    subject_id  uuid not null,
    created_at  timestamptz not null default now(),
    primary key (user_id, operation, key)
);

-- The contest --------------------------------------------------------------------------------------------------------

create table contests (
    id                uuid primary key,
    slug              text collate "C" not null unique,
    title             text not null,
    hosts             jsonb not null,              -- [{"name": …, "role": "HOST" | "UNDERTAKER"}], in order
    ownerless_orders  text not null check (ownerless_orders in ('UNCLAIMED', 'FOLDER_ACCOUNT')),
    sequence          bigint not null default 0,   -- the number of the last change of what runs are computed from
    version           bigint not null default 0,   -- grows with every change that a reader can see
    created_at        timestamptz not null default now(),
    consent_version   text not null default '',    -- of the text that whoever registers agrees to
    consent_text      text not null default '',
    teams_until       timestamptz,                 -- teams are confirmed before then; none = to be announced
    evidence_until    timestamptz,                 -- evidence is deleted then; none = to be announced
    formats_version   integer not null default 0,  -- grows with every change of what it has added to the formats
    link_hosts        text[] not null default         -- where links of works may lead
                          '{douyin.com,iesdouyin.com,kuaishou.com,gifshow.com,chenzhongtech.com,kwai.com}',
    flag_thresholds   jsonb not null default '{}', -- {"file_vocabulary.FlagThreshold": "number"} where not the usual one
    originals         text not null default 'KEEP_ENCRYPTED'  -- what becomes of export files once they are read
                          check (originals in ('KEEP_ENCRYPTED', 'DROP_AFTER_INGEST')),
    verification_blocks_publication  boolean not null default false, -- nothing is published while some of it is open
    penalties_need_two  boolean not null default false, -- one person proposes a penalty, another confirms it
    typing_needs_two    boolean not null default false, -- figures are typed by two people, blind to each other
    appeals_need_two    boolean not null default false, -- one person decides on an appeal, another confirms it
    appeals_block_publication  boolean not null default false, -- nothing is published while one is open
    masking           jsonb not null               -- what is published of people, see shared/publications/masking
                          default '{"names": "FULL", "divisions": true, "accounts": true}'
);

create table cities (
    id          uuid primary key,
    contest_id  uuid not null references contests,
    name        text collate "C" not null,
    aliases     text[] not null,
    position    integer not null,
    unique (contest_id, name)
);

create table divisions (
    id          uuid primary key,
    contest_id  uuid not null references contests,
    key         text collate "C" not null,
    name        text not null,
    cap         integer check (cap >= 0),
    entry_ways  text[] not null,                   -- RECOMMENDED, SELF_REGISTERED
    position    integer not null,
    evidence    jsonb not null default '[]',       -- [{"key", "title", "kind": DOCUMENT | GIVEN_LIST, "required"}]
    unique (contest_id, key)
);

-- When people come in by each way; of recommended ones, until when a city submits its list.
create table entry_windows (
    contest_id  uuid not null references contests,
    entry_way   text not null check (entry_way in ('RECOMMENDED', 'SELF_REGISTERED')),
    opens_at    timestamptz,                       -- none = to be announced
    closes_at   timestamptz not null,
    primary key (contest_id, entry_way)
);

create table quotas (
    contest_id   uuid not null references contests,
    city_id      uuid not null references cities,
    division_id  uuid not null references divisions,
    places       integer not null check (places >= 0),
    primary key (city_id, division_id)
);

create table rounds (
    id               uuid primary key,
    contest_id       uuid not null references contests,
    key              text collate "C" not null,
    title            text not null,
    opens_at         timestamptz not null,
    closes_at        timestamptz not null,
    exported_from    timestamptz not null,         -- figures exported inside [exported_from, exported_until) count
    exported_until   timestamptz not null,
    uploads_until    timestamptz not null,
    position         integer not null,
    adopted_run_id   uuid,
    exports_due_days integer not null default 3,   -- a week's exports are late from so many days after its end
    frozen_from      timestamptz,                  -- the ranking stands still from then on, but for organisers
    kept_run_id      uuid,                         -- what was adopted since
    unique (contest_id, key),
    check (opens_at < closes_at and exported_from < exported_until),
    constraint rounds_exports_due check (exports_due_days between 0 and 36500)
);

create table rules (
    id          uuid primary key,
    contest_id  uuid not null references contests,
    round_id    uuid not null references rounds,
    version     integer not null,
    document    text not null,                     -- TOML, as the organiser wrote it
    sha256      text not null,
    reason      text not null,
    created_by  uuid references users,
    created_at  timestamptz not null default now(),
    unique (round_id, version)
);

create table contestants (
    id                 uuid primary key,
    contest_id         uuid not null references contests,
    city_id            uuid not null references cities,
    division_id        uuid not null references divisions,
    number             integer not null,           -- what people see: 1, 2, 3 … in the contest
    name               text collate "C" not null,
    entry_way          text not null check (entry_way in ('RECOMMENDED', 'SELF_REGISTERED')),
    eligibility        text not null check (eligibility in ('PENDING', 'APPROVED', 'RETURNED', 'REJECTED')),
    approved_at        timestamptz,
    id_number_sealed   bytea not null,             -- AES-256-GCM, see shared/personal_data
    id_number_index    bytea not null,             -- keyed blind index, for "one person once"
    phone_sealed       bytea not null,
    followers_claimed  bigint,
    experience         text not null default '',
    remark             text not null default '',
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    review_step        text not null default 'CITY',  -- whose turn the review is; meaningful while PENDING
    consent_version    text,                       -- what a self-registered one has agreed to, and when
    consented_at       timestamptz,
    withdrawn_at       timestamptz,                -- left the contest: frees the place, keeps the row
    withdrawn_reason   text,
    erased_at          timestamptz,                -- personal data erased on request; results stand under a mask
    trained_on         date,                       -- when the online training was completed
    created_by         uuid references users,
    unique (contest_id, number),
    unique (contest_id, id_number_index),
    constraint contestants_review_step check (review_step in ('CITY', 'ORGANISER'))
);
create index on contestants (city_id);

-- From when to when somebody was approved, in which city and division and under which handle: what a scoring run goes
-- by, so that a later return, withdrawal, transfer or correction leaves earlier runs as they were.
create table approvals (
    contestant_id  uuid not null references contestants,
    from_at        timestamptz not null,
    until_at       timestamptz,
    handle_sealed  bytea,                          -- of an erased person: the account as stored results name it
    contest_id     uuid not null references contests,
    city_id        uuid not null references cities,
    division_id    uuid not null references divisions,
    platform       text not null,
    handle_key     text collate "C" not null,
    primary key (contestant_id, from_at)
);
create index on approvals (contest_id);
create unique index approvals_one_open on approvals (contestant_id) where until_at is null;

-- Every step of every review, and when somebody returned was sent again.
create table eligibility_reviews (
    id             uuid primary key,
    contest_id     uuid not null references contests,
    contestant_id  uuid not null references contestants,
    step           text not null check (step in ('CITY', 'ORGANISER')),
    decision       text not null check (decision in
                       ('APPROVED', 'RETURNED', 'REJECTED', 'SENT_AGAIN', 'REOPENED')),
    reason         text not null default '',
    reviewed_by    uuid references users,
    reviewed_at    timestamptz not null default clock_timestamp()
);
create index on eligibility_reviews (contestant_id, reviewed_at);

create table accounts (
    id             uuid primary key,
    contest_id     uuid not null references contests,
    contestant_id  uuid not null unique references contestants,
    platform       text not null check (platform in ('DOUYIN', 'KUAISHOU')),
    handle         text not null,
    handle_key     text collate "C" not null,      -- NFKC, case folded, no white space
    uid            text collate "C",               -- the platform's own number, bound once
    unique (contest_id, platform, handle_key),
    unique (contest_id, platform, uid)
);

-- Evidence and other papers, each sealed on disk under a key of its own.
create table documents (
    id             uuid primary key,
    contest_id     uuid not null references contests,
    city_id        uuid references cities,
    contestant_id  uuid references contestants,
    purpose        text not null check (purpose in
                       ('EVIDENCE', 'SIGNED_LIST', 'ALIAS', 'NOTICE', 'PENALTY', 'APPEAL')),
    evidence_key   text,
    title          text not null,
    state          text not null check (state in ('CREATED', 'CHECKING', 'READY', 'REFUSED', 'DELETED')),
    media_type     text,
    size           bigint not null,
    sha256         text not null,
    key_sealed     bytea,
    token_hash     bytea,
    problem        jsonb,
    created_by     uuid references users,
    created_at     timestamptz not null default now(),
    deleted_at     timestamptz,
    appeal_id      uuid                            -- the appeal that it is evidence of; see below
);
create index on documents (contestant_id);
create index on documents (contest_id, created_at);

-- The same account under a new handle, once a person has approved it on evidence.
create table account_aliases (
    id              uuid primary key,
    contest_id      uuid not null references contests,
    account_id      uuid not null references accounts,
    platform        text not null check (platform in ('DOUYIN', 'KUAISHOU')),
    handle          text not null,
    handle_key      text collate "C" not null,
    document_id     uuid references documents,
    reason          text not null,
    state           text not null check (state in ('ASKED', 'APPROVED', 'REFUSED')),
    asked_by        uuid references users,
    asked_at        timestamptz not null default now(),
    decided_by      uuid references users,
    decided_at      timestamptz,
    decided_reason  text
);
create unique index account_aliases_once on account_aliases (contest_id, platform, handle_key)
    where state <> 'REFUSED';
create index on account_aliases (account_id);

-- Somebody who is entered already was entered again elsewhere: a person decides where they compete.
create table double_entries (
    id             uuid primary key,
    contest_id     uuid not null references contests,
    contestant_id  uuid not null references contestants,
    city_id        uuid not null references cities,
    division_id    uuid not null references divisions,
    entry_way      text not null check (entry_way in ('RECOMMENDED', 'SELF_REGISTERED')),
    created_by     uuid references users,
    created_at     timestamptz not null default now(),
    decision       text check (decision in ('KEPT', 'TRANSFERRED')),
    reason         text,
    decided_by     uuid references users,
    decided_at     timestamptz
);
create unique index double_entries_open on double_entries (contestant_id, city_id, division_id, entry_way)
    where decision is null;
create index on double_entries (contest_id, created_at);

-- A city's numbered list (推荐上报), locked once submitted; a reopened one is followed by the next number.
create table submissions (
    id                uuid primary key,
    contest_id        uuid not null references contests,
    city_id           uuid not null references cities,
    number            integer not null,
    state             text not null check (state in ('SUBMITTED', 'REOPENED')),
    sha256            text not null,
    people            integer not null,
    submitted_by      uuid references users,
    submitted_at      timestamptz not null default clock_timestamp(),
    signed_list_id    uuid references documents,
    change_asked_by   uuid references users,
    change_asked_at   timestamptz,
    change_reason     text,
    reopened_by       uuid references users,
    reopened_at       timestamptz,
    reopened_reason   text,
    contact           text,                        -- whom the form names to ask; none = not kept
    unique (city_id, number)
);
create unique index submissions_one_open on submissions (city_id) where state = 'SUBMITTED';

create table submission_lines (
    submission_id  uuid not null references submissions,
    division_id    uuid not null references divisions,
    position       integer not null,
    contestant_id  uuid not null references contestants,
    id             uuid not null unique default gen_random_uuid(),
    printed_sealed bytea,                          -- the form's line as it was submitted; none = erased, or not kept
    primary key (submission_id, division_id, position)
);

-- A contestant with account, city and division, as the API shows them.
create view contestant_details as
select p.id, p.contest_id, p.city_id, p.division_id, p.number, p.name, p.entry_way, p.eligibility, p.id_number_sealed,
    p.phone_sealed, p.followers_claimed, p.experience, p.remark, a.id as account_id, a.contestant_id, a.platform,
    a.handle, a.uid, c.name as city_name, c.aliases as city_aliases, d.key as division_key, d.name as division_name,
    d.cap as division_cap, d.entry_ways as division_entry_ways, p.review_step, p.approved_at, p.consent_version,
    p.consented_at, p.withdrawn_at, p.withdrawn_reason, p.erased_at, p.trained_on, p.created_at, p.updated_at
from contestants p
join accounts a on a.contestant_id = p.id
join cities c on c.id = p.city_id
join divisions d on d.id = p.division_id;

create table grants (
    id             uuid primary key,
    user_id        uuid not null references users on delete cascade,
    role           text not null,
    contest_id     uuid references contests,       -- none = every contest (organisers and auditors of the installation)
    city_id        uuid references cities,
    contestant_id  uuid references contestants,
    created_at     timestamptz not null default now(),
    host_role      text,                           -- on which side an organiser works; none = on both
    constraint grants_role check (role in
        ('ORGANISER', 'CITY_CLERK', 'CITY_LEADER', 'JUDGE', 'CONTESTANT', 'AUDITOR')),
    constraint grants_city check ((role in ('CITY_CLERK', 'CITY_LEADER')) = (city_id is not null)),
    constraint grants_contestant check ((role = 'CONTESTANT') = (contestant_id is not null)),
    constraint grants_contest check (role in ('ORGANISER', 'AUDITOR') or contest_id is not null),
    constraint grants_host_role check
        (host_role is null or (host_role in ('HOST', 'UNDERTAKER') and role = 'ORGANISER'))
);
create unique index on grants (user_id, role, contest_id, city_id, contestant_id) nulls not distinct;

-- Links for officials and printed codes for contestants that let one person in, once, with one right.
create table invitations (
    id             uuid primary key,
    role           text check (role in
                       ('ORGANISER', 'CITY_CLERK', 'CITY_LEADER', 'JUDGE', 'CONTESTANT', 'AUDITOR')),
    user_id        uuid references users on delete cascade,  -- without a role: whose password it renews
    contest_id     uuid references contests,
    city_id        uuid references cities,
    contestant_id  uuid references contestants,
    host_role      text check (host_role in ('HOST', 'UNDERTAKER')),
    name           text not null,
    code_hash      bytea not null unique,
    created_by     uuid references users,
    created_at     timestamptz not null default now(),
    expires_at     timestamptz not null,
    accepted_by    uuid references users,
    accepted_at    timestamptz,
    revoked_at     timestamptz,
    check ((role is null) = (user_id is not null))
);
create index on invitations (contest_id, created_at);
create unique index invitations_one_renewal on invitations (user_id) where accepted_at is null and revoked_at is null;
create unique index invitations_one_code on invitations (contestant_id) where accepted_at is null and revoked_at is null;

-- One-time addresses of what may be fetched after a recorded mutation: a document, a list with whole numbers.
create table downloads (
    token_hash  bytea primary key,
    kind        text not null,
    subject_id  uuid not null,
    parameters  jsonb not null default '{}',
    user_id     uuid references users on delete cascade,
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null,
    used_at     timestamptz
);

-- Uploads: one row a file, as it came ---------------------------------------------------------------------------------

create table uploads (
    id                  uuid primary key,
    contest_id          uuid not null references contests,
    parent_id           uuid references uploads,   -- the archive this file came in
    name                text not null,             -- with its folders, when it came in an archive
    size                bigint not null,
    sha256              text not null,
    state               text not null check (state in
                            ('CREATED', 'QUEUED', 'READING', 'ACCEPTED', 'WAITING', 'REFUSED', 'DUPLICATE', 'WITHDRAWN',
                             'FAILED')),
    kind                text,                      -- file_vocabulary.UploadKind; none until recognised
    kind_stated         text,
    account_id          uuid references accounts,  -- as the uploader or the folder stated it; never inferred from rows
    exported_at         timestamptz not null,
    exported_at_stated  boolean not null,          -- false: nobody said when, so the moment of the upload was taken
    policy              text not null default 'ALL_OR_NOTHING' check (policy in ('ALL_OR_NOTHING', 'GOOD_ROWS')),
    attested            boolean not null default false, -- whoever sent it vouches for figures of no platform file
    typing_reason       text,                      -- why figures were typed in; none: a file was sent
    published_at        timestamptz,               -- of the one work it tells of, where no cell says it
    token_hash          bytea,                     -- of the one-time token that may PUT the bytes
    bytes_at            timestamptz,               -- when the bytes were complete
    content_digest      text,                      -- of the rows, whatever the container and encoding
    duplicate_of        uuid references uploads,
    accepted_sequence   bigint,
    withdrawn_sequence  bigint,
    withdrawn_reason    text,
    period_from         timestamptz,
    period_to           timestamptz,
    rows_read           bigint not null default 0,
    rows_new            bigint not null default 0,
    rows_replaced       bigint not null default 0,
    rows_unchanged      bigint not null default 0,
    rows_refused        bigint not null default 0,
    rows_outside        bigint not null default 0, -- outside every round's window: kept, score nothing
    rows_unclaimed      bigint not null default 0, -- of a platform uid that is bound to no account
    files_total         integer not null default 0,-- of an archive
    files_done          integer not null default 0,
    unknown_columns     text[] not null default '{}',
    format_key          text,                      -- of kind OWN: which
    format_version      integer not null default 0,-- contests.formats_version that it was read with
    waiting             jsonb,                     -- shared/formats/waiting.py; of state WAITING
    created_by          uuid references users,
    created_at          timestamptz not null default now(),
    ended_at            timestamptz,
    origin              text generated always as ( -- file_vocabulary.Origin; none: not recognised, or no figures
                            case when typing_reason is not null then 'TYPED'
                                 when kind like 'TEMPLATE%' then 'TEMPLATE'
                                 when kind not in ('ARCHIVE', 'ROSTER', 'GIVEN_LIST') then 'PLATFORM' end) stored,
    key_sealed          bytea,                     -- opens the sealed original; none = it is gone, or lies in clear yet
    address_sealed      bytea                      -- from where it is to be fetched, until it has been
);
create index on uploads (contest_id, created_at desc, id);
create index uploads_with_bytes on uploads (contest_id) where bytes_at is not null;
create index on uploads (parent_id);
create index uploads_of_rosters on uploads (bytes_at) where kind_stated in ('ROSTER', 'GIVEN_LIST') and bytes_at is not null;
create index uploads_waiting on uploads (contest_id) where state = 'WAITING';
create unique index uploads_counted_once on uploads (contest_id, account_id, content_digest, exported_at)
    nulls not distinct where state = 'ACCEPTED' and kind not in ('ARCHIVE', 'ROSTER', 'GIVEN_LIST');

-- What a contest has added to the built-in formats. What files were read with at a version is what was in force then:
-- added at or before it, not yet removed.
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

create table upload_problems (
    upload_id   uuid not null references uploads,
    position    integer not null,
    severity    text not null check (severity in ('ERROR', 'WARNING')),
    code        text not null,
    parameters  jsonb not null,
    sheet       text,
    line        integer,
    "column"    text,
    primary key (upload_id, position)
);

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

create table marked_copies (                       -- of uploads, for whoever asked; deleted after a day
    id          uuid primary key,
    upload_id   uuid not null references uploads,
    language    text not null check (language in ('ZH', 'EN')),
    state       text not null check (state in ('QUEUED', 'DONE', 'FAILED')),
    content     bytea,                             -- xlsx, without personal columns
    created_by  uuid not null references users,
    created_at  timestamptz not null default now(),
    ended_at    timestamptz,
    unique (upload_id, language, created_by)
);

create table roster_imports (
    id             uuid primary key,
    contest_id     uuid not null references contests,
    upload_id      uuid not null references uploads,
    dry_run        boolean not null,
    state          text not null check (state in ('QUEUED', 'RUNNING', 'DONE', 'REFUSED', 'FAILED')),
    city_id        uuid references cities,
    division_id    uuid references divisions,
    lines_read     integer not null default 0,
    lines_new      integer not null default 0,
    lines_updated  integer not null default 0,
    lines_unchanged integer not null default 0,
    lines_refused  integer not null default 0,
    problems       jsonb not null default '[]',    -- [{"severity", "code", "parameters", "sheet", "line", "column"}]
    created_by     uuid references users,
    created_at     timestamptz not null default now(),
    ended_at       timestamptz,
    policy         text not null default 'ALL_OR_NOTHING',
    lines_duplicate   integer not null default 0,  -- of those refused: people or accounts that are entered already
    lines_over_quota  integer not null default 0,  -- of those refused: no place left
    changes        jsonb not null default '[]',    -- [{"line", "number", "fields"}]: whom it updates, without values
    constraint roster_imports_policy check (policy in ('ALL_OR_NOTHING', 'GOOD_ROWS'))
);

-- A list that evidence is matched with, such as the 2020 training list: blind indexes of ID numbers alone.
create table given_lists (
    id           uuid primary key,
    contest_id   uuid not null references contests,
    key          text collate "C" not null,
    title        text not null,
    state        text not null check (state in ('QUEUED', 'DONE', 'REFUSED', 'FAILED')),
    upload_id    uuid references uploads,
    people       integer not null default 0,
    problems     jsonb not null default '[]',
    created_by   uuid references users,
    created_at   timestamptz not null default now()
);
create index on given_lists (contest_id, key);

create table given_list_people (
    list_id          uuid not null references given_lists on delete cascade,
    id_number_index  bytea not null,
    line             integer not null,
    primary key (list_id, id_number_index)
);

-- Whom the given lists name: of the lists of a key the last one that was read holds.
create view given_people as
select l.contest_id, l.key, g.id_number_index
from given_lists l
join given_list_people g on g.list_id = l.id
where l.state = 'DONE' and not exists (
    select from given_lists later
    where later.contest_id = l.contest_id and later.key = l.key and later.state = 'DONE' and later.id > l.id
);

-- Facts: what the accepted files say. A row is in force for a run at sequence s when
-- from_sequence <= s and (to_sequence is null or to_sequence > s); of several files that tell of the same work,
-- session, day or order, the one exported last inside the round's span counts.

create table works (
    contestant_id         uuid not null,
    published_at          timestamptz not null,    -- to the second: with the account, what makes it the same work
    ordinal               smallint not null,       -- 0; 1, 2 … when several came out in one second; below 0 in a minute
    upload_id             uuid not null,
    from_sequence         bigint not null,
    to_sequence           bigint,
    exported_at           timestamptz not null,
    title                 text not null,
    genre                 text not null,
    visibility            text not null check (visibility in ('PUBLIC', 'PRIVATE')),
    plays                 bigint,
    completion_rate       numeric(12,6),
    completion_rate_5s    numeric(12,6),
    bounce_rate_2s        numeric(12,6),
    cover_click_rate      numeric(12,6),
    average_play_seconds  numeric(14,6),
    likes                 bigint,
    comments              bigint,
    shares                bigint,
    favourites            bigint,
    profile_visits        bigint,
    follower_gain         bigint,
    sheet                 text not null,
    line                  integer not null,
    primary key (contestant_id, published_at, ordinal, upload_id)
);
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

create table account_days (
    contestant_id  uuid not null,
    day            date not null,
    measure        text not null,                  -- file_vocabulary.AccountMeasure
    upload_id      uuid not null,
    from_sequence  bigint not null,
    to_sequence    bigint,
    exported_at    timestamptz not null,
    value          numeric(24,6) not null,
    sheet          text not null,
    line           integer not null,
    primary key (contestant_id, day, measure, upload_id)
);

create table live_sessions (
    contestant_id    uuid not null,
    started_at       timestamptz not null,         -- to the second: with the account, what makes it the same session
    upload_id        uuid not null,
    from_sequence    bigint not null,
    to_sequence      bigint,
    exported_at      timestamptz not null,
    ended_at         timestamptz,
    minutes          numeric(12,2),
    viewers          bigint,                       -- people
    views            bigint,                       -- times
    peak_viewers     bigint,
    comments         bigint,
    new_followers    bigint,
    lost_followers   bigint,
    gross_sales      numeric(18,2),
    paid_sales       numeric(18,2),
    refunds          numeric(18,2),
    net_sales        numeric(18,2),
    orders           bigint,
    buyers           bigint,
    refunded_orders  bigint,
    promotion_spend  numeric(18,2),
    sheet            text not null,
    line             integer not null,
    primary key (contestant_id, started_at, upload_id)
);

create table orders (
    contestant_id   uuid not null,
    order_line      text collate "C" not null,     -- the platform's number of the order line
    upload_id       uuid not null,
    from_sequence   bigint not null,
    to_sequence     bigint,
    exported_at     timestamptz not null,
    order_number    text collate "C" not null,
    submitted_at    timestamptz,
    paid_at         timestamptz,                   -- none = never paid
    amount          numeric(18,2) not null,
    quantity        bigint,
    after_sale      text not null check (after_sale in ('NONE', 'OPEN', 'REFUNDED')),
    product_id      text collate "C",
    product         text not null,
    channel         text not null,
    sheet           text not null,
    line            integer not null,
    primary key (contestant_id, order_line, upload_id)
);
create index on orders (order_line);             -- one line counts once in a contest, whoever brings it

-- Base sums, kept up as uploads come in: a contestant's paid order lines of one round, per day in Beijing,
-- inside the round's window. (Works, account days and sessions are already as coarse as a rule can ask.)
create table order_days (
    contestant_id  uuid not null,
    round_id       uuid not null,
    day            date not null,
    from_sequence  bigint not null,
    to_sequence    bigint,
    orders         bigint not null,                -- distinct paid orders
    order_lines    bigint not null,
    quantity       bigint not null,
    gross_sales    numeric(18,2) not null,         -- paid lines
    refunds        numeric(18,2) not null,         -- of those, refunded whole
    open_refunds   numeric(18,2) not null,         -- of those, asked for and not decided
    primary key (contestant_id, round_id, day, from_sequence)
);

-- Which contestants an accepted upload speaks of. A metric is missing for a contestant when no upload in force covers
-- its source; an empty file covers, and says 0. Account days come in files of one measure each: an upload covers those
-- that it gives a value for, or an empty one those that it has a column for.
create table coverage (
    contestant_id  uuid not null,
    upload_id      uuid not null,
    contest_id     uuid not null,
    source         text not null,                  -- file_vocabulary.Source
    exported_at    timestamptz not null,
    from_sequence  bigint not null,
    to_sequence    bigint,
    rows           bigint not null,
    measures       text[] not null,                -- file_vocabulary.AccountMeasure; none for other sources
    primary key (contestant_id, upload_id, source, from_sequence)
);
create index on coverage (upload_id);

-- Penalties (扣罚) on a round's result or on one item of it, judged by people. In force for a run as facts are, by their
-- sequence numbers; one that waits for a second person has none yet.
create table penalties (
    id              uuid primary key,
    contest_id      uuid not null references contests,
    round_id        uuid not null references rounds,
    contestant_id   uuid not null references contestants,
    kind            text not null check (kind in ('HALVE', 'ZERO', 'SUBTRACT', 'DISQUALIFY')),
    item            text collate "C",              -- of the rules; none = the whole result
    points          numeric check (points > 0),
    reason          text not null,
    document_ids    uuid[] not null default '{}',  -- evidence
    upload_id       uuid references uploads,
    from_sequence   bigint,                        -- none = proposed
    to_sequence     bigint,
    proposed_by     uuid references users,
    proposed_at     timestamptz not null default clock_timestamp(),
    confirmed_by    uuid references users,
    confirmed_at    timestamptz,
    revoking_by     uuid references users,         -- wants it taken back, where that needs a second person
    revoking_at     timestamptz,
    revoking_reason text,
    revoked_by      uuid references users,         -- or declined, while it was proposed
    revoked_at      timestamptz,
    revoked_reason  text,
    constraint penalties_points check ((kind = 'SUBTRACT') = (points is not null)),
    constraint penalties_item check (kind <> 'DISQUALIFY' or item is null)
);
create index on penalties (contest_id, id);
create index on penalties (contestant_id, round_id);

-- The featured product pool (特色商品池); in force for a run as facts are.
create table products (
    id              uuid primary key,
    contest_id      uuid not null references contests,
    platform        text not null check (platform in ('DOUYIN', 'KUAISHOU')),
    product_id      text collate "C" not null,     -- the platform's number, as order files have it
    title           text not null,
    city_id         uuid references cities,        -- where it comes from; none = of the whole contest
    from_sequence   bigint not null,
    to_sequence     bigint,
    added_by        uuid references users,
    added_at        timestamptz not null default clock_timestamp(),
    removed_by      uuid references users,
    removed_at      timestamptz,
    removed_reason  text
);
create unique index products_once on products (contest_id, platform, product_id) where to_sequence is null;

-- Panels of judges (评委), named in the rules of a round.
create table jury_panels (
    id          uuid primary key,
    contest_id  uuid not null references contests,
    round_id    uuid not null references rounds,
    key         text collate "C" not null,         -- of the rules
    closes_at   timestamptz,                       -- from then on judges give no mark; none: until it is closed
    closed_at   timestamptz,                       -- from then on its marks count, and nobody gives another
    closed_by   uuid references users,
    unique (round_id, key)
);

create table jury_seats (
    panel_id   uuid not null references jury_panels,
    judge_id   uuid not null references users,
    city_id    uuid references cities,             -- where the judge comes from: there they step aside
    seated_by  uuid references users,
    seated_at  timestamptz not null default clock_timestamp(),
    primary key (panel_id, judge_id)
);

-- A judge steps aside (回避) from a city or a contestant, in every panel of the contest.
create table jury_recusals (
    id             uuid primary key,
    contest_id     uuid not null references contests,
    judge_id       uuid not null references users,
    city_id        uuid references cities,
    contestant_id  uuid references contestants,
    reason         text not null,
    recused_by     uuid references users,
    recused_at     timestamptz not null default clock_timestamp(),
    check (num_nonnulls(city_id, contestant_id) = 1)
);
create unique index jury_recusals_once on jury_recusals (contest_id, judge_id, city_id, contestant_id)
    nulls not distinct;

-- What judges give. A mark is the judge's own, or was typed by somebody and confirmed by somebody else; the one before it
-- is over then. In force for runs, as facts are, from when its panel is closed.
create table jury_marks (
    contestant_id  uuid not null,
    panel_id       uuid not null,
    judge_id       uuid not null,
    id             uuid not null,
    contest_id     uuid not null,
    criteria       jsonb not null,                 -- {"KEY": "8.50"}
    points         numeric,                        -- their sum; none: struck out
    reason         text not null default '',       -- of what is typed
    given_by       uuid not null,
    given_at       timestamptz not null default clock_timestamp(),
    confirmed_by   uuid,                           -- none = typed, and waits for a second person
    confirmed_at   timestamptz,
    ended_by       uuid,                           -- who declined it, or gave the next one
    ended_at       timestamptz,
    from_sequence  bigint,
    to_sequence    bigint,
    primary key (contestant_id, panel_id, judge_id, id)
);
create unique index jury_marks_one on jury_marks (contestant_id, panel_id, judge_id, (confirmed_at is null))
    where ended_at is null;
create index on jury_marks (panel_id);

-- Scoring runs and what they found -----------------------------------------------------------------------------------

create table scoring_runs (
    id           uuid primary key,
    contest_id   uuid not null references contests,
    round_id     uuid not null references rounds,
    number       integer not null,                 -- what people see: 1, 2, 3 … in the round
    state        text not null check (state in ('QUEUED', 'RUNNING', 'SCORED', 'FAILED', 'CANCELLED')),
    sequence     bigint not null,                  -- what it sees of uploads, penalties, marks and products
    rules_id     uuid not null references rules,
    digest       text,                             -- SHA-256 of the canonical result file
    contestants  integer,
    error        jsonb,                            -- {"code", "parameters"} of a failed one
    reason       text not null default '',
    started_by   uuid references users,
    created_at   timestamptz not null default now(),
    ended_at     timestamptz,
    participants uuid[],                           -- as the rules let them in; none = everybody approved
    carried_runs uuid[] not null default '{}',     -- of earlier rounds that the rules name
    unique (round_id, number)
);

create table scores (
    contestant_id  uuid not null,
    run_id         uuid not null,
    city_id        uuid not null,
    division_id    uuid not null,
    position       integer not null,               -- unique 1 … n in the run, for cursors; not the rank
    rank           integer not null,
    city_rank      integer not null,
    division_rank  integer not null,
    total          numeric not null,
    items          json not null,                  -- [{"item", "title", "points"}], in the rules' order
    explanation    json not null,                  -- the way from the figures to the total, see scores/explanation
    primary key (contestant_id, run_id)
);
create index on scores (run_id, position);
create index on scores (run_id, city_id, position);
create index on scores (run_id, division_id, position);

-- The results of runs that count later on: not void, and of somebody of whom anything is known.
create view valid_scores as
select contestant_id, run_id, total, rank
from scores
where not coalesce((explanation ->> 'void')::boolean, false) and exists (
    select
    from json_array_elements(explanation -> 'items') item, json_array_elements(item -> 'metrics') metric
    where metric ->> 'value' is not null
);

create table finalists (
    contestant_id  uuid not null,
    run_id         uuid not null,
    city_id        uuid not null,
    place          text not null check (place in ('STREAMER', 'TIED', 'RESERVE')),
    position       integer not null,               -- 1 … n among the city's streamers, tied or reserves
    reason         jsonb not null,                 -- {"code", "parameters"}
    primary key (contestant_id, run_id)
);
create index on finalists (run_id, city_id);

create table team_scores (
    run_id    uuid not null references scoring_runs,
    city_id   uuid not null references cities,
    position  integer not null,                    -- unique 1 … n in the run, for cursors; not the rank
    rank      integer not null,
    total     numeric not null,
    counted   integer not null,                    -- the first so many of the members make the total
    members   uuid[] not null,                     -- contestants, by position
    primary key (run_id, city_id)
);

-- Who gets which award, in the rules' order, each by place; or who is tied for one: then people decide.
create table awards (
    run_id         uuid not null references scoring_runs,
    position       integer not null,               -- 1 … n in the run
    award          text collate "C" not null,      -- its key in the rules
    title          text not null,
    city_id        uuid not null references cities,
    contestant_id  uuid references contestants,    -- none: the city's team
    place          integer not null,
    seats          integer,                        -- so many of those tied for it get it; none: it is theirs
    primary key (run_id, position)
);
create index on awards (contestant_id);

-- Which of those tied for an award of a run get it, as people decided; the last decision holds.
create table award_decisions (
    id          uuid primary key,
    run_id      uuid not null references scoring_runs,
    award       text collate "C" not null,
    winners     uuid[] not null,                   -- contestants, or cities of teams
    reason      text not null,
    decided_by  uuid references users,
    decided_at  timestamptz not null default clock_timestamp()
);
create index on award_decisions (run_id, award, id);

create table adoptions (
    id               uuid primary key,
    round_id         uuid not null references rounds,
    run_id           uuid not null references scoring_runs,
    replaced_run_id  uuid references scoring_runs,
    reason           text not null,
    adopted_by       uuid references users,
    adopted_at       timestamptz not null default now()
);
alter table rounds add foreign key (adopted_run_id) references scoring_runs;
alter table rounds add foreign key (kept_run_id) references scoring_runs;

-- Rounds whose ranking is kept fresh while they are under way: runs are started and adopted by themselves.
create table live_refreshes (
    round_id       uuid primary key references rounds,
    contest_id     uuid not null references contests,
    every_seconds  integer not null check (every_seconds between 10 and 86400),
    until          timestamptz not null,
    switched_by    uuid references users,          -- for whom it is done
    switched_at    timestamptz not null default clock_timestamp(),
    run_id         uuid references scoring_runs,   -- the last run that it started
    problem        jsonb                           -- {"code", "parameters"}: why it stopped; none: it goes on
);

-- Scoring runs as they are shown: to organisers all of them, to everybody else those that no freeze keeps back. `adopted`
-- is the one that holds for the round. Whoever asks which run is shown asks here.
create view shown_runs as
select r.*, audience.organisers,
    coalesce(r.id = case when audience.organisers then coalesce(rounds.kept_run_id, rounds.adopted_run_id)
                         else rounds.adopted_run_id end, false) as adopted
from scoring_runs r
join rounds on rounds.id = r.round_id
cross join (values (true), (false)) as audience (organisers)
where audience.organisers or rounds.frozen_from is null or rounds.frozen_from > now() or r.ended_at < rounds.frozen_from;

-- Comparisons of two runs of a round, or of a run with a what-if: rules that nobody has saved, over what that run saw. A
-- what-if is not a run, is computed for its comparison alone, and shows nowhere else.
create table comparisons (
    id              uuid primary key,
    contest_id      uuid not null references contests,
    round_id        uuid not null references rounds,
    base_run_id     uuid not null references scoring_runs,
    other_run_id    uuid references scoring_runs,  -- none: a what-if
    rules_document  text,                          -- of the what-if
    state           text not null check (state in ('QUEUED', 'RUNNING', 'READY', 'FAILED')),
    summary         jsonb,                         -- scorer/comparisons/summary.py; of a ready one
    error           jsonb,                         -- {"code", "parameters"} of a failed one
    compared_by     uuid references users,
    created_at      timestamptz not null default clock_timestamp(),
    ended_at        timestamptz,
    constraint comparisons_other check ((other_run_id is null) = (rules_document is not null))
);
create index on comparisons (round_id, id);

-- Everybody for whom the two differ, the greatest change first. What one of the two lacks is empty on its side.
create table comparison_rows (
    contestant_id        uuid not null,
    comparison_id        uuid not null,
    city_id              uuid not null,
    division_id          uuid not null,
    position             integer not null,         -- 1 … n in the comparison
    base_total           numeric,
    other_total          numeric,
    base_rank            integer,
    other_rank           integer,
    base_city_rank       integer,
    other_city_rank      integer,
    base_division_rank   integer,
    other_division_rank  integer,
    base_place           text,                     -- vocabulary.Place; none: not proposed
    other_place          text,
    ranks_moved          integer,                  -- without sign; none: they are in one of the two only
    points_moved         numeric,
    finalist_change      text check (finalist_change in ('ENTERS', 'LEAVES')),
    items                jsonb not null,           -- [{"item", "title", "base", "other"}] that differ
    causes               jsonb not null,           -- scorer/comparisons/causes.py
    uploads              jsonb not null,           -- [{"upload", "side"}] that speak of them on one side only
    primary key (contestant_id, comparison_id)
);
create index on comparison_rows (comparison_id, position);
create index on comparison_rows (comparison_id, city_id, position);

-- Finalists and teams, as people confirm them -----------------------------------------------------------------------

-- The proposal of one run, taken over for a round: the rows of selected_finalists are its copy, and change with reasons.
create table finalist_selections (
    id           uuid primary key,
    contest_id   uuid not null references contests,
    round_id     uuid not null unique references rounds,
    run_id       uuid not null references scoring_runs,
    reason       text not null,
    selected_by  uuid references users,
    selected_at  timestamptz not null default clock_timestamp()
);

create table selected_finalists (
    selection_id    uuid not null references finalist_selections,
    contestant_id   uuid not null references contestants,
    city_id         uuid not null references cities,
    place           text not null check (place in ('STREAMER', 'RESERVE', 'OUT')),
    position        integer not null,
    proposed_place  text not null,
    reason          text not null default '',
    replaced_by     uuid references contestants,
    changed_at      timestamptz,
    primary key (selection_id, contestant_id)
);
create index on selected_finalists (selection_id, city_id);

create table teams (
    id                     uuid primary key,
    contest_id             uuid not null references contests,
    city_id                uuid not null references cities,
    round_id               uuid not null references rounds,
    leader_id              uuid references users,
    assistant_name         text,
    assistant_phone_sealed bytea,
    confirmed_by           uuid references users,
    confirmed_at           timestamptz,
    reopened_by            uuid references users,
    reopened_at            timestamptz,
    reopened_reason        text,
    unique (round_id, city_id)
);

-- Signs of trouble: what judges should look at, never a verdict and never a change of a score. None is ever deleted:
-- one whose reason is gone says so.
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

-- Whose figures have changed since they were last looked at for signs of trouble; DETECT_FLAGS empties it.
create table flags_due (
    id             uuid primary key default gen_random_uuid(),
    contest_id     uuid not null references contests,
    contestant_id  uuid not null references contestants,
    added_at       timestamptz not null default clock_timestamp()
);
create index on flags_due (contest_id);

-- Verification (数据核验抽查): a public seed draws some, every proposed finalist is added; their figures are compared with
-- the platform's own. The seed's source and moment are announced, with the digest of whom it draws from, before anybody
-- can know the seed. Whoever took part at `announced_at` (see approvals) is drawn from.
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

-- What was found when somebody's figures were compared; the last one holds.
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

-- Whose figures are to be verified in a round, and how that stands. A check is open again once the adopted run takes in
-- or leaves out a file of theirs that the run did not whose figures were compared; the fresh export itself is none.
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

-- Addresses of works and replays on the platforms, so that judges look at the works themselves.
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

-- What is published ---------------------------------------------------------------------------------------------------

-- With what this installation signs what it publishes (Ed25519); made when it publishes for the first time.
create table signing_keys (
    id              uuid primary key,
    public_key      bytea not null,
    private_sealed  bytea not null,
    created_at      timestamptz not null default clock_timestamp()
);
create unique index signing_keys_one on signing_keys ((true));

-- Revisions: prepared by one person, approved by another, from then on never changed, only withdrawn. One that was
-- declined, failed or was taken back before its hour gives its number free.
create table publications (
    id                uuid primary key,
    contest_id        uuid not null references contests,
    round_id          uuid not null references rounds,
    run_id            uuid not null references scoring_runs,
    corrects_id       uuid references publications,
    revision          integer not null,            -- what people see: 1, 2, 3 … in the contest
    stage             text not null check (stage in ('PROPOSED', 'FINAL')),
    state             text not null check (state in ('PREPARING', 'PREPARED', 'APPROVED', 'DECLINED', 'FAILED')),
    title             text not null,
    publish_at        timestamptz,                 -- its hour: before it nobody but officials knows of it; none: when approved
    notice_from       timestamptz,
    notice_until      timestamptz,
    notice_days       integer,                     -- how long the notice lasts from an hour that is not there yet
    contacts          jsonb not null,              -- [{"name", "phone", "role"}]
    masking           jsonb not null,              -- the contest's, as it was then
    reason            text not null,               -- why it corrects another
    prepared_by       uuid references users,
    prepared_at       timestamptz not null default clock_timestamp(),
    decided_by        uuid references users,       -- who approved or declined it
    decided_at        timestamptz,
    decided_reason    text,
    withdrawn_by      uuid references users,
    withdrawn_at      timestamptz,
    withdrawn_reason  text,
    check ((stage = 'PROPOSED') = (num_nonnulls(notice_until, notice_days) > 0)),
    check (state <> 'APPROVED' or publish_at is not null and (stage = 'FINAL' or num_nulls(notice_from, notice_until) = 0)),
    check (notice_from < notice_until)
);
create unique index publications_numbers on publications (contest_id, revision)
    where state not in ('DECLINED', 'FAILED');
create index on publications (round_id);

-- What a revision publishes, written when it is prepared; once more where its hour came with its approval. Whatever is
-- shown of it comes from here.
create table publication_snapshots (
    publication_id  uuid not null references publications,
    digest          text not null,                 -- SHA-256 of what follows
    canonical       bytea not null,                -- the whole, see shared/publications/snapshot
    head            jsonb not null,                -- without the standings
    primary key (publication_id, digest)
);

-- What was approved, signed as it was.
create table publication_signatures (
    publication_id  uuid primary key references publications,
    digest          text not null,
    signature       bytea not null,
    signing_key_id  uuid not null references signing_keys
);

-- Of each revision the snapshot that was approved; until then the one that was prepared.
create view current_snapshots as
select written.*, signed.signature, signed.signing_key_id
from publication_snapshots written
left join publication_signatures signed using (publication_id)
where signed.digest is null or signed.digest = written.digest;

-- The standings of a snapshot one by one, to be read in pages.
create table publication_rows (
    contestant_id   uuid not null,
    publication_id  uuid not null,
    position        integer not null,
    city_id         uuid not null,
    division_id     uuid,                          -- none where the contest shows no divisions
    number          integer not null,
    searched        text not null,                 -- name, account and city as published, in lower case
    line            jsonb not null,                -- as in the snapshot
    primary key (contestant_id, publication_id)
);
create index on publication_rows (publication_id, position);

-- The cities of the contest by the names under which a revision knows them.
create table publication_cities (
    publication_id  uuid not null references publications,
    city_id         uuid not null references cities,
    name            text not null,
    primary key (publication_id, city_id)
);

-- The documents of a snapshot, made once. `content` is stored plainly, so that it is read piece by piece.
create table renditions (
    publication_id  uuid not null references publications,
    digest          text not null,                 -- of the snapshot
    language        text not null check (language in ('ZH', 'EN')),
    format          text not null check (format in ('PDF', 'DOCX', 'XLSX', 'CSV')),
    sha256          text not null,
    content         bytea not null,
    created_at      timestamptz not null default clock_timestamp(),
    primary key (publication_id, digest, language, format)
);
alter table renditions alter column content set storage external;

-- Certificates of awards that were published for good; the public checks them by their code. One holds for as long as
-- what is published of the round gives that award to whom it was issued.
create table certificates (
    id              uuid primary key,
    contest_id      uuid not null references contests,
    round_id        uuid not null references rounds,
    publication_id  uuid not null references publications,  -- by which it was issued
    city_id         uuid not null references cities,
    contestant_id   uuid references contestants,   -- none: the city's team
    award           text collate "C" not null,     -- its key in the rules
    title           text not null,
    named           text not null,                 -- to whom, as published
    code            text collate "C" not null unique,
    content         bytea,                         -- PDF; none until it is made, and once its person is erased
    issued_by       uuid references users,
    issued_at       timestamptz not null default clock_timestamp(),
    unique nulls not distinct (round_id, award, city_id, contestant_id)
);
create index on certificates (contest_id, id);
create index on certificates (publication_id);
create index on certificates (contestant_id);

-- What everybody may read: approved, and its hour is there.
create view published as
select publications.*, snapshots.head, snapshots.digest, snapshots.signature, snapshots.signing_key_id
from publications
join current_snapshots snapshots on snapshots.publication_id = publications.id
where state = 'APPROVED' and publish_at <= now();

-- Of each round the revision that was published last; none where that one was withdrawn.
create view current_publications as
select * from (select distinct on (round_id) * from published order by round_id, revision desc) last
where withdrawn_at is null;

-- Whatever is shown of a revision itself: as it was prepared, decided and withdrawn, with the head of its snapshot.
create view publication_details as
select p.*, written.head, written.digest, written.signature, keys.public_key,
    p.state = 'APPROVED' and p.publish_at <= now() as public, preparer.name as preparer, decider.name as decider
from publications p
left join current_snapshots written on written.publication_id = p.id
left join signing_keys keys on keys.id = written.signing_key_id
left join users preparer on preparer.id = p.prepared_by
left join users decider on decider.id = p.decided_by;

-- The lines of revisions with the city and division that they stand for.
create view published_lines as
select r.contestant_id, r.publication_id, r.position, r.city_id, r.division_id, r.number, r.searched, r.line, p.run_id,
    p.contest_id, written.head->'items' as items, c.name as city_name, c.aliases as city_aliases,
    d.key as division_key, d.name as division_name, d.cap as division_cap, d.entry_ways as division_entry_ways
from publication_rows r
join publications p on p.id = r.publication_id
join current_snapshots written on written.publication_id = r.publication_id
join cities c on c.id = r.city_id
left join divisions d on d.id = r.division_id;

-- Appeals and objections ----------------------------------------------------------------------------------------------

create table appeals (
    id              uuid primary key,
    contest_id      uuid not null references contests,
    round_id        uuid not null references rounds,
    contestant_id   uuid not null references contestants,  -- whose figures it is about
    publication_id  uuid references publications,  -- the revision it is about; none: before anything was published
    number          integer not null,              -- what people see: drawn, so that no gap tells of another
    kind            text not null check (kind in ('APPEAL', 'OBJECTION')),
    state           text not null check (state in
                        ('FILED', 'ASSIGNED', 'PROPOSED', 'UPHELD', 'REJECTED', 'INADMISSIBLE', 'WITHDRAWN')),
    text_sealed     bytea,                         -- what it says; none once it is erased
    filer_sealed    bytea,                         -- {"name", "unit", "phone"}; likewise
    filed_by        uuid references users,         -- none: somebody without an account
    filed_at        timestamptz not null default clock_timestamp(),
    source          bytea,                         -- keyed hash of the address an objection came from
    secret_hash     bytea,                         -- of what whoever filed it follows it with
    request         bytea,                         -- keyed hash of the whole request: repeated, it files nothing more
    assigned_to     uuid references users,
    assigned_by     uuid references users,
    assigned_at     timestamptz,
    verdict         text check (verdict in ('UPHELD', 'REJECTED', 'INADMISSIBLE')),
    decided_by      uuid references users,
    decided_at      timestamptz,
    decided_reason  text,
    confirmed_by    uuid references users,         -- where the contest wants two people
    confirmed_at    timestamptz,
    ended_at        timestamptz,
    unique (contest_id, number),
    unique (contest_id, request)
);
create index on appeals (contestant_id);
create index on appeals (round_id);

-- What an appeal that was upheld has led to.
create table appeal_outcomes (
    appeal_id   uuid not null references appeals,
    kind        text not null check (kind in ('UPLOAD', 'PENALTY', 'RUN', 'COMPARISON', 'PUBLICATION')),
    subject_id  uuid not null,
    added_by    uuid references users,
    added_at    timestamptz not null default clock_timestamp(),
    primary key (appeal_id, kind, subject_id)
);
create index on appeal_outcomes (subject_id);

alter table documents add foreign key (appeal_id) references appeals;

-- The one place that says who may see an appeal, with its papers: whoever filed it and whoever is to decide it; an appeal
-- also its contestant, their city, and who oversees the contest. An objection is hidden from whom it is about and from
-- everybody who works for their city, whatever else they are.
create function sees_appeal(
    appeal uuid, everywhere boolean, contests uuid[], cities uuid[], contestants uuid[], viewer uuid
) returns boolean language sql stable as $$
    select coalesce(a.filed_by = viewer, false)
        or (a.kind = 'APPEAL' or a.contestant_id <> all(contestants) and p.city_id <> all(cities))
        and (everywhere or a.contest_id = any(contests)
             or a.kind = 'APPEAL' and (p.city_id = any(cities) or a.contestant_id = any(contestants))
             or coalesce(a.assigned_to = viewer, false) and exists (
                 select from grants g
                 where g.user_id = viewer and g.role in ('ORGANISER', 'JUDGE')
                   and (g.contest_id = a.contest_id or g.contest_id is null)
             ))
    from public.appeals a
    join public.contestants p on p.id = a.contestant_id
    where a.id = appeal
$$;

-- Appeals as they are shown.
create view appeal_details as
select a.*, p.city_id, p.number as contestant_number, rounds.title as round_title, assignee.name as assignee,
    decider.name as decider, confirmer.name as confirmer
from appeals a
join contestants p on p.id = a.contestant_id
join rounds on rounds.id = a.round_id
left join users assignee on assignee.id = a.assigned_to
left join users decider on decider.id = a.decided_by
left join users confirmer on confirmer.id = a.confirmed_by;

-- What people are told -----------------------------------------------------------------------------------------------

create table notices (
    id                uuid primary key,
    contest_id        uuid not null references contests,
    number            integer not null,
    title             text not null,
    body              text not null,
    timetable         jsonb not null default '[]',
    contacts          jsonb not null default '[]',
    attachments       uuid[] not null default '{}',
    published_by      uuid references users,
    published_at      timestamptz not null default clock_timestamp(),
    withdrawn_at      timestamptz,
    withdrawn_reason  text,
    unique (contest_id, number)
);

-- One thing told once (`event`) to a user, to everyone of a city, or to a contestant.
create table messages (
    id             uuid primary key,
    contest_id     uuid not null references contests,
    event          text collate "C" not null,
    code           text not null,
    parameters     jsonb not null default '{}',
    user_id        uuid references users,
    city_id        uuid references cities,
    contestant_id  uuid references contestants,
    created_at     timestamptz not null default clock_timestamp(),
    check (num_nonnulls(user_id, city_id, contestant_id) = 1)
);
create unique index messages_once on messages (contest_id, event, user_id, city_id, contestant_id) nulls not distinct;
create index on messages (contestant_id);
create index on messages (city_id);
create index on messages (user_id);

create table message_readings (
    message_id  uuid not null references messages,
    user_id     uuid not null references users on delete cascade,
    read_at     timestamptz not null default clock_timestamp(),
    primary key (message_id, user_id)
);

-- Phone and text of messages, taken out for the office's own SMS.
create table message_files (
    id          uuid primary key,
    contest_id  uuid not null references contests,
    reason      text not null,
    made_by     uuid references users,
    made_at     timestamptz not null default clock_timestamp()
);

create table message_file_lines (
    file_id     uuid not null references message_files,
    message_id  uuid not null references messages,
    primary key (file_id, message_id)
);
create index on message_file_lines (message_id);

-- Archives (归档) of a contest, made on request. Each is kept sealed for a week; `key_sealed` opens it.
create table archives (
    id           uuid primary key,
    contest_id   uuid not null references contests,
    with_originals boolean not null,               -- the files as they came are in it, locked
    state        text not null check (state in ('QUEUED', 'RUNNING', 'READY', 'FAILED', 'DELETED')),
    parts_done   integer not null default 0,
    parts_total  integer not null default 0,       -- 0 until they are counted
    size         bigint,                           -- of a ready one, in bytes
    sha256       text,
    key_sealed   bytea,
    error        jsonb,                            -- {"code", "parameters"} of a failed one
    asked_by     uuid references users,
    created_at   timestamptz not null default clock_timestamp(),
    ended_at     timestamptz
);
create index on archives (contest_id, id);

-- Archives as they are shown; `frozen`: a freeze hides something of the contest now.
create view archive_details as
select a.*, users.name as asked_by_name,
    exists (select from rounds where rounds.contest_id = a.contest_id and rounds.frozen_from <= now()) as frozen
from archives a
left join users on users.id = a.asked_by;

-- A record of everything: only ever added to -------------------------------------------------------------------------

-- Who did what, from where, to what, with what before and after; never a personal value.
create table audit_entries (
    id             uuid primary key,
    at             timestamptz not null default clock_timestamp(),
    contest_id     uuid,
    city_id        uuid,
    contestant_id  uuid,
    user_id        uuid,
    login          text not null,
    address        text not null,
    action         text not null,
    subject_type   text not null,
    subject_id     uuid,
    changes        jsonb not null,
    reason         text not null
);
create index on audit_entries (contest_id, id);
create index on audit_entries (subject_id);
create index on audit_entries (user_id);

-- Entries of the record that would tell what a freeze keeps back: who started, adopted, compared or decided what since.
create view kept_back_entries as
select e.id
from rounds
join audit_entries e on e.contest_id = rounds.contest_id and e.at >= rounds.frozen_from
where rounds.frozen_from <= now()
  and (e.subject_id = rounds.id and e.action = 'ADOPT_RUN'
       or e.subject_type = 'ScoringRun' and e.subject_id in (select id from scoring_runs where round_id = rounds.id)
       or e.subject_type = 'Comparison' and e.subject_id in (select id from comparisons where round_id = rounds.id));

-- Entries that wait for their seal, written together with them.
create table audit_unsealed (
    entry_id  uuid primary key
);

-- The chain: each digest covers an entry and the digest before it, in the order in which entries were committed.
create table audit_seals (
    position   bigint primary key,
    entry_id   uuid not null unique,
    digest     bytea not null,
    sealed_at  timestamptz not null default clock_timestamp()
);

-- Work for the scorer ------------------------------------------------------------------------------------------------

create table jobs (
    id           uuid primary key,
    kind         text not null,                    -- shared/jobs.py
    subject_id   uuid not null,                    -- the upload, roster import or scoring run
    state        text not null check (state in ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    attempt      integer not null default 1,       -- the fence: only the holder of this attempt may finish the job
    tries        integer not null default 0,       -- how often it was begun
    run_after    timestamptz not null default now(),
    lease_until  timestamptz,
    error        jsonb,
    created_at   timestamptz not null default now(),
    queued_at    timestamptz not null default now(),
    started_at   timestamptz,
    ended_at     timestamptz,
    unique (kind, subject_id)
);
create index on jobs (run_after) where state in ('QUEUED', 'RUNNING');

-- Job attempts that Redis has yet to be told of.
create table outbox (
    job_id      uuid not null references jobs,
    attempt     integer not null,
    created_at  timestamptz not null default now(),
    primary key (job_id, attempt)
);
