-- name: list_rules
-- Every version of the rules of a contest's rounds.
select rounds.key as round, rules.version, rules.document
from rules
join rounds on rounds.id = rules.round_id
where rules.contest_id = $1
order by rounds.position, rules.version;

-- name: list_runs
-- The scored runs of a contest that were adopted or published, so that people went by them.
select runs.id, rounds.key as round, runs.number
from scoring_runs runs
join rounds on rounds.id = runs.round_id
where runs.contest_id = $1 and runs.state = 'SCORED'
    and (exists (select from adoptions where adoptions.run_id = runs.id)
         or exists (select from publications where publications.run_id = runs.id and publications.state = 'APPROVED')
         or exists (select from rounds adopting where adopting.adopted_run_id = runs.id))
order by rounds.position, runs.number;

-- name: list_publications
-- The approved revisions of a contest, with what proves them.
select p.id, p.revision, written.canonical, written.signature, keys.public_key
from publications p
join current_snapshots written on written.publication_id = p.id
join signing_keys keys on keys.id = written.signing_key_id
where p.contest_id = $1 and p.state = 'APPROVED'
order by p.revision;

-- name: list_renditions
-- The documents of a revision.
select made.language, made.format, made.content
from renditions made
join current_snapshots using (publication_id, digest)
where publication_id = $1
order by made.language, made.format;

-- name: scoring_runs
-- Every run of a contest, whatever became of it.
select rounds.key as round, runs.number, runs.state, runs.sequence, rules.version as rules_version, runs.digest,
    runs.contestants, runs.reason, runs.created_at, runs.ended_at
from scoring_runs runs
join rounds on rounds.id = runs.round_id
join rules on rules.id = runs.rules_id
where runs.contest_id = $1
order by rounds.position, runs.number;

-- name: adoptions
-- Which run held from when on, and why.
select rounds.key as round, runs.number as run, adoptions.reason, adoptions.adopted_at
from adoptions
join scoring_runs runs on runs.id = adoptions.run_id
join rounds on rounds.id = adoptions.round_id
where rounds.contest_id = $1
order by adoptions.adopted_at;

-- name: publications
-- Every revision, with its withdrawal.
select revision, stage, state, title, publish_at, notice_from, notice_until, notice_days, reason, prepared_at, decided_at,
    withdrawn_at, withdrawn_reason
from publications
where contest_id = $1
order by revision, prepared_at;

-- name: penalties
-- Penalties by contestant number.
select contestants.number as contestant, rounds.key as round, kind, item, points, reason, from_sequence, to_sequence,
    proposed_at, confirmed_at, revoked_at, revoked_reason
from penalties
join contestants on contestants.id = penalties.contestant_id
join rounds on rounds.id = penalties.round_id
where penalties.contest_id = $1
order by penalties.id;

-- name: appeals
-- Appeals and objections by number; who filed them and what they say stays sealed.
select appeals.number, rounds.key as round, contestants.number as contestant, appeals.kind, appeals.state,
    appeals.filed_at, appeals.verdict, appeals.decided_at, appeals.decided_reason
from appeals
join rounds on rounds.id = appeals.round_id
join contestants on contestants.id = appeals.contestant_id
where appeals.contest_id = $1
order by appeals.number;

-- name: comparisons
-- Comparisons of runs, summed up; without rules that were only tried.
select rounds.key as round, base.number as base, other.number as other, comparisons.summary, comparisons.created_at
from comparisons
join rounds on rounds.id = comparisons.round_id
join scoring_runs base on base.id = comparisons.base_run_id
join scoring_runs other on other.id = comparisons.other_run_id
where comparisons.contest_id = $1 and comparisons.state = 'READY'
order by comparisons.id;

-- name: notices
-- What was announced.
select number, title, body, published_at, withdrawn_at, withdrawn_reason
from notices
where contest_id = $1
order by number;

-- name: uploads
-- Every file that came, by the SHA-256 of its bytes; without its name.
select sha256, size, kind, state, exported_at, content_digest, accepted_sequence, withdrawn_sequence, withdrawn_reason,
    rows_read, created_at
from uploads
where contest_id = $1
order by created_at, id;
