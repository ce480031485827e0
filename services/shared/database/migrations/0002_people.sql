-- People: how they sign in, come in, are reviewed, put together into teams and told of it; and a record of everything.

-- Signing in
alter table users
    alter column password_hash drop not null,
    add column totp_sealed bytea,
    add column totp_confirmed_at timestamptz,
    add column totp_step bigint,
    add column disabled_at timestamptz;
alter table sessions add column address text not null default '';

create table recovery_codes (
    user_id    uuid not null references users on delete cascade,
    code_hash  bytea not null,
    used_at    timestamptz,
    primary key (user_id, code_hash)
);

create table identities (
    issuer      text collate "C" not null,
    subject     text collate "C" not null,
    user_id     uuid not null references users on delete cascade,
    created_at  timestamptz not null default now(),
    primary key (issuer, subject)
);
create index on identities (user_id);

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

alter table grants
    drop constraint grants_role_check,
    drop constraint grants_check,
    drop constraint grants_check1,
    drop constraint grants_check2,
    add column host_role text,
    add constraint grants_role check (role in
        ('ORGANISER', 'CITY_CLERK', 'CITY_LEADER', 'JUDGE', 'CONTESTANT', 'AUDITOR')),
    add constraint grants_city check ((role in ('CITY_CLERK', 'CITY_LEADER')) = (city_id is not null)),
    add constraint grants_contestant check ((role = 'CONTESTANT') = (contestant_id is not null)),
    add constraint grants_contest check (role in ('ORGANISER', 'AUDITOR') or contest_id is not null),
    add constraint grants_host_role check
        (host_role is null or (host_role in ('HOST', 'UNDERTAKER') and role = 'ORGANISER'));

-- The contest's own data about people
alter table contests
    add column consent_version text not null default '',
    add column consent_text text not null default '',
    add column teams_until timestamptz,
    add column evidence_until timestamptz;
alter table divisions add column evidence jsonb not null default '[]';

create table entry_windows (
    contest_id  uuid not null references contests,
    entry_way   text not null check (entry_way in ('RECOMMENDED', 'SELF_REGISTERED')),
    opens_at    timestamptz,
    closes_at   timestamptz not null,
    primary key (contest_id, entry_way)
);

-- Documents: evidence and other papers, sealed on disk
create table documents (
    id             uuid primary key,
    contest_id     uuid not null references contests,
    city_id        uuid references cities,
    contestant_id  uuid references contestants,
    purpose        text not null check (purpose in ('EVIDENCE', 'SIGNED_LIST', 'ALIAS', 'NOTICE')),
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
    deleted_at     timestamptz
);
create index on documents (contestant_id);
create index on documents (contest_id, created_at);

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

-- Coming in
alter table contestants
    add column review_step text not null default 'CITY',
    add column consent_version text,
    add column consented_at timestamptz,
    add column withdrawn_at timestamptz,
    add column withdrawn_reason text,
    add column erased_at timestamptz,
    add column trained_on date,
    add column created_by uuid references users,
    add constraint contestants_review_step check (review_step in ('CITY', 'ORGANISER'));
update contestants set review_step = 'ORGANISER' where eligibility = 'APPROVED';

create table approvals (
    contestant_id  uuid not null references contestants,
    from_at        timestamptz not null,
    until_at       timestamptz,
    handle_sealed  bytea,
    contest_id     uuid not null references contests,
    city_id        uuid not null references cities,
    division_id    uuid not null references divisions,
    platform       text not null,
    handle_key     text collate "C" not null,
    primary key (contestant_id, from_at)
);
create index on approvals (contest_id);
create unique index approvals_one_open on approvals (contestant_id) where until_at is null;
insert into approvals (contestant_id, from_at, contest_id, city_id, division_id, platform, handle_key)
select p.id, p.approved_at, p.contest_id, p.city_id, p.division_id, a.platform, a.handle_key
from contestants p
join accounts a on a.contestant_id = p.id
where p.eligibility = 'APPROVED';

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
    unique (city_id, number)
);
create unique index submissions_one_open on submissions (city_id) where state = 'SUBMITTED';

create table submission_lines (
    submission_id  uuid not null references submissions,
    division_id    uuid not null references divisions,
    position       integer not null,
    contestant_id  uuid not null references contestants,
    primary key (submission_id, division_id, position)
);

create table invitations (
    id             uuid primary key,
    role           text check (role in
                       ('ORGANISER', 'CITY_CLERK', 'CITY_LEADER', 'JUDGE', 'CONTESTANT', 'AUDITOR')),
    user_id        uuid references users on delete cascade,
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

drop index uploads_counted_once;
create unique index uploads_counted_once on uploads (contest_id, account_id, content_digest, exported_at)
    nulls not distinct where state = 'ACCEPTED' and kind not in ('ARCHIVE', 'ROSTER', 'GIVEN_LIST');
create index uploads_of_rosters on uploads (bytes_at) where kind_stated in ('ROSTER', 'GIVEN_LIST') and bytes_at is not null;

alter table roster_imports
    add column policy text not null default 'ALL_OR_NOTHING',
    add column lines_duplicate integer not null default 0,
    add column lines_over_quota integer not null default 0,
    add column changes jsonb not null default '[]',
    add constraint roster_imports_policy check (policy in ('ALL_OR_NOTHING', 'GOOD_ROWS'));

-- Finalists and teams as people confirm them
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

-- What people are told
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

-- A record of everything
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

create table audit_unsealed (
    entry_id  uuid primary key
);

create table audit_seals (
    position   bigint primary key,
    entry_id   uuid not null unique,
    digest     bytea not null,
    sealed_at  timestamptz not null default clock_timestamp()
);

drop view contestant_details;
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
