-- Results that people can trust: what enters a run beside uploads, comparisons, publications, appeals, the final.

-- Publications -------------------------------------------------------------------------------------------------------

alter table contests add column masking jsonb not null
    default '{"names": "FULL", "divisions": true, "accounts": true}';

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
-- Comparisons -------------------------------------------------------------------------------------------------------

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
-- Penalties: judged by people, with a reason and evidence ------------------------------------------------------------

alter table contests add column penalties_need_two boolean not null default false;
alter table documents drop constraint documents_purpose_check;
alter table documents add constraint documents_purpose_check
    check (purpose in ('EVIDENCE', 'SIGNED_LIST', 'ALIAS', 'NOTICE', 'PENALTY', 'APPEAL'));

create table penalties (
    id              uuid primary key,
    contest_id      uuid not null references contests,
    round_id        uuid not null references rounds,
    contestant_id   uuid not null references contestants,
    kind            text not null check (kind in ('HALVE', 'ZERO', 'SUBTRACT', 'DISQUALIFY')),
    item            text collate "C",
    points          numeric check (points > 0),
    reason          text not null,
    document_ids    uuid[] not null default '{}',
    upload_id       uuid references uploads,
    from_sequence   bigint,
    to_sequence     bigint,
    proposed_by     uuid references users,
    proposed_at     timestamptz not null default clock_timestamp(),
    confirmed_by    uuid references users,
    confirmed_at    timestamptz,
    revoking_by     uuid references users,         -- wants it taken back, where that needs a second person
    revoking_at     timestamptz,
    revoking_reason text,
    revoked_by      uuid references users,
    revoked_at      timestamptz,
    revoked_reason  text,
    constraint penalties_points check ((kind = 'SUBTRACT') = (points is not null)),
    constraint penalties_item check (kind <> 'DISQUALIFY' or item is null)
);
create index on penalties (contest_id, id);
create index on penalties (contestant_id, round_id);

-- What runs are computed from beside files ----------------------------------------------------------------------------

alter table scoring_runs
    add column participants uuid[],
    add column carried_runs uuid[] not null default '{}';

-- The results of runs that count later on: not void, and of somebody of whom anything is known.
create view valid_scores as
select contestant_id, run_id, total, rank
from scores
where not coalesce((explanation ->> 'void')::boolean, false) and exists (
    select
    from json_array_elements(explanation -> 'items') item, json_array_elements(item -> 'metrics') metric
    where metric ->> 'value' is not null
);
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

-- Juries ---------------------------------------------------------------------------------------------------------------

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

-- The final: teams, awards ---------------------------------------------------------------------------------------------

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
-- Featured products ----------------------------------------------------------------------------------------------------

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
-- Appeals and objections ----------------------------------------------------------------------------------------------

alter table contests
    add column appeals_need_two boolean not null default false,
    add column appeals_block_publication boolean not null default false;

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

alter table documents add column appeal_id uuid;
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

-- From when the ranking of a round stands still for everybody but organisers, and what was adopted since.
alter table rounds
    add column frozen_from timestamptz,
    add column kept_run_id uuid references scoring_runs;

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

-- Entries of the record that would tell what a freeze keeps back: who started, adopted, compared or decided what since.
create view kept_back_entries as
select e.id
from rounds
join audit_entries e on e.contest_id = rounds.contest_id and e.at >= rounds.frozen_from
where rounds.frozen_from <= now()
  and (e.subject_id = rounds.id and e.action = 'ADOPT_RUN'
       or e.subject_type = 'ScoringRun' and e.subject_id in (select id from scoring_runs where round_id = rounds.id)
       or e.subject_type = 'Comparison' and e.subject_id in (select id from comparisons where round_id = rounds.id));

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

alter table contests add column typing_needs_two boolean not null default false;

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

alter table flags_due add column added_at timestamptz not null default clock_timestamp();
