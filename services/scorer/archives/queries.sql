-- name: begin_archive
-- Begins an archive, or begins it again; its key ($2) is made once.
update archives set state = 'RUNNING', parts_done = 0, parts_total = 0, key_sealed = coalesce(key_sealed, $2)
where id = $1 and state in ('QUEUED', 'RUNNING')
returning id, contest_id, with_originals, key_sealed;

-- name: advance
-- How far an archive is.
update archives set parts_done = $2, parts_total = $3 where id = $1 and state = 'RUNNING';

-- name: end_archive
-- Ends an archive that is written.
update archives set state = 'READY', parts_done = parts_total, sha256 = $2, size = $3, ended_at = clock_timestamp()
where id = $1 and state = 'RUNNING'
returning id;

-- name: fail_archive
-- Ends an archive without a result.
update archives set state = 'FAILED', error = $2, ended_at = clock_timestamp()
where id = $1 and state in ('QUEUED', 'RUNNING');

-- name: list_due
-- Archives whose bytes are to go.
select id from archives
where key_sealed is not null
  and (state in ('FAILED', 'DELETED') or state = 'READY' and ended_at < now() - interval '7 days');

-- name: bytes_gone
-- The bytes of an archive are not there any more.
update archives set key_sealed = null, state = case when state = 'READY' then 'DELETED' else state end where id = $1;

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
         or exists (select from rounds held where runs.id in (held.adopted_run_id, held.kept_run_id)))
order by rounds.position, runs.number;

-- name: count_files
-- How many different contents files of the contest had that counted at some time.
select count(distinct content_digest) from uploads where contest_id = $1 and accepted_sequence is not null;

-- name: list_publications
-- The approved revisions of a contest.
select id, revision from publications where contest_id = $1 and state = 'APPROVED' order by revision;

-- name: find_signed
-- What a revision publishes, with what proves it.
select canonical, signature from current_snapshots where publication_id = $1;

-- name: list_renditions
-- The documents of a revision.
select language, format
from renditions
join current_snapshots using (publication_id, digest)
where publication_id = $1
order by language, format;

-- name: read_rendition
-- One of them.
select content
from renditions
join current_snapshots using (publication_id, digest)
where publication_id = $1 and language = $2 and format = $3;

-- name: list_comparisons
-- The comparisons of two runs that are ready, without rules that were only tried.
select c.id, rounds.key as round, base.number as base, other.number as other
from comparisons c
join rounds on rounds.id = c.round_id
join scoring_runs base on base.id = c.base_run_id
join scoring_runs other on other.id = c.other_run_id
where c.contest_id = $1 and c.state = 'READY'
order by c.id;

-- name: comparison_rows
-- For whom the two runs of a comparison differ, the greatest change first.
select p.number as contestant, x.position, x.base_total, x.other_total, x.base_rank, x.other_rank, x.base_city_rank,
    x.other_city_rank, x.base_division_rank, x.other_division_rank, x.base_place, x.other_place, x.finalist_change,
    x.items, x.causes, x.uploads
from comparison_rows x
join contestants p on p.id = x.contestant_id
where x.comparison_id = $1
order by x.position;

-- name: find_head
-- What an archive says of its contest.
select slug, title, sequence, now() as made_at from contests where id = $1;

-- name: scoring_runs
-- Every run of a contest, whatever became of it.
select runs.id, rounds.key as round, runs.number, runs.state, runs.sequence, rules.version as rules_version, runs.digest,
    runs.contestants, runs.reason, users.name as started_by, runs.created_at, runs.ended_at, runs.error
from scoring_runs runs
join rounds on rounds.id = runs.round_id
join rules on rules.id = runs.rules_id
left join users on users.id = runs.started_by
where runs.contest_id = $1
order by rounds.position, runs.number;

-- name: adoptions
-- Which run held from when on, and why.
select rounds.key as round, runs.number as run, replaced.number as replaced, adoptions.reason, users.name as adopted_by,
    adoptions.adopted_at
from adoptions
join scoring_runs runs on runs.id = adoptions.run_id
join rounds on rounds.id = adoptions.round_id
left join scoring_runs replaced on replaced.id = adoptions.replaced_run_id
left join users on users.id = adoptions.adopted_by
where rounds.contest_id = $1
order by adoptions.adopted_at, adoptions.id;

-- name: award_decisions
-- Which of those tied for an award get it, as people decided; the last decision holds.
select rounds.key as round, runs.number as run, d.award, d.winners, d.reason, users.name as decided_by, d.decided_at
from award_decisions d
join scoring_runs runs on runs.id = d.run_id
join rounds on rounds.id = runs.round_id
left join users on users.id = d.decided_by
where runs.contest_id = $1
order by d.id;

-- name: comparisons
-- Comparisons of runs, summed up; without rules that were only tried.
select rounds.key as round, base.number as base, other.number as other, c.summary, users.name as compared_by,
    c.created_at
from comparisons c
join rounds on rounds.id = c.round_id
join scoring_runs base on base.id = c.base_run_id
join scoring_runs other on other.id = c.other_run_id
left join users on users.id = c.compared_by
where c.contest_id = $1 and c.state = 'READY'
order by c.id;

-- name: flags
-- Signs of trouble and what judges concluded.
select x.id, rounds.key as round, p.number as contestant, other.number as other, x.code, x.about, x.state, x.value,
    x.threshold, x.parameters, x.rows, x.rows_count, raiser.name as raised_by, x.reason, x.raised_at,
    concluder.name as concluded_by, x.concluded_at, x.conclusion
from flags x
left join rounds on rounds.id = x.round_id
join contestants p on p.id = x.contestant_id
left join contestants other on other.id = x.other_id
left join users raiser on raiser.id = x.raised_by
left join users concluder on concluder.id = x.concluded_by
where x.contest_id = $1
order by x.id;

-- name: verification_draws
-- Draws, with the seed and whom it drew in their order.
select rounds.key as round, x.number, x.per, x.people, x.seed_source, x.seed_at, x.roll_sha256, x.population, x.reason,
    x.announced_at, x.seed, x.drawn_at, x.cancelled_at, x.cancelled_reason,
    (select json_agg(json_build_object('contestant', p.number, 'ticket', lot.ticket) order by lot.position)
     from verification_drawn lot join contestants p on p.id = lot.contestant_id where lot.draw_id = x.id) as drawn
from verification_draws x
join rounds on rounds.id = x.round_id
where x.contest_id = $1
order by rounds.position, x.number;

-- name: verification_checks
-- What was found when figures were compared with the platform's own; the last one holds.
select rounds.key as round, p.number as contestant, runs.number as run, x.outcome, x.method, x.upload_id, x.figures,
    x.lower, x.note, users.name as checked_by, x.checked_at
from verification_checks x
join rounds on rounds.id = x.round_id
join contestants p on p.id = x.contestant_id
join scoring_runs runs on runs.id = x.run_id
left join users on users.id = x.checked_by
where x.contest_id = $1
order by x.id;

-- name: links
-- Addresses of works and replays.
select p.number as contestant, x.kind, x.title, x.url, x.added_at, x.removed_at
from links x
join contestants p on p.id = x.contestant_id
where x.contest_id = $1
order by p.number, x.added_at, x.id;

-- name: publications
-- Every revision, with who prepared and decided it, and its withdrawal.
select p.revision, rounds.key as round, runs.number as run, p.stage, p.state, p.title, corrected.revision as corrects,
    p.publish_at, p.notice_from, p.notice_until, p.notice_days, p.masking, written.digest, p.reason, preparer.name as prepared_by,
    p.prepared_at, decider.name as decided_by, p.decided_at, p.decided_reason, p.withdrawn_at, p.withdrawn_reason
from publications p
join rounds on rounds.id = p.round_id
join scoring_runs runs on runs.id = p.run_id
left join publications corrected on corrected.id = p.corrects_id
left join current_snapshots written on written.publication_id = p.id
left join users preparer on preparer.id = p.prepared_by
left join users decider on decider.id = p.decided_by
where p.contest_id = $1
order by p.revision, p.prepared_at;

-- name: certificates
-- Certificates by contestant number, or of a city's team.
select rounds.key as round, p.revision, c.award, c.title, c.named, cities.name as city, people.number as contestant,
    c.code, c.issued_at
from certificates c
join rounds on rounds.id = c.round_id
join publications p on p.id = c.publication_id
join cities on cities.id = c.city_id
left join contestants people on people.id = c.contestant_id
where c.contest_id = $1
order by c.id;

-- name: appeals
-- Appeals and objections by number; who filed them and what they say stays out.
select a.number, a.kind, rounds.key as round, p.number as contestant, pub.revision, a.state, a.filed_at,
    assignee.name as assigned_to, a.verdict, decider.name as decided_by, a.decided_at, a.decided_reason,
    confirmer.name as confirmed_by, a.confirmed_at, a.ended_at
from appeals a
join rounds on rounds.id = a.round_id
join contestants p on p.id = a.contestant_id
left join publications pub on pub.id = a.publication_id
left join users assignee on assignee.id = a.assigned_to
left join users decider on decider.id = a.decided_by
left join users confirmer on confirmer.id = a.confirmed_by
where a.contest_id = $1
order by a.number;

-- name: appeal_outcomes
-- What an appeal that was upheld has led to: an upload or penalty by id, a run, comparison or revision.
select a.number as appeal, o.kind, o.subject_id, rounds.key as round, runs.number as run, p.revision, o.added_at
from appeal_outcomes o
join appeals a on a.id = o.appeal_id
left join scoring_runs runs on runs.id = o.subject_id
left join rounds on rounds.id = runs.round_id
left join publications p on p.id = o.subject_id
where a.contest_id = $1
order by a.number, o.added_at;

-- name: notices
-- What was announced.
select number, title, body, timetable, contacts, published_at, withdrawn_at, withdrawn_reason
from notices
where contest_id = $1
order by number;
