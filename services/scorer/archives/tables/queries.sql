-- name: contest
-- The contest with its settings.
select slug, title, hosts, ownerless_orders, sequence, created_at, consent_version, consent_text, teams_until,
    evidence_until, link_hosts, flag_thresholds, originals, masking, verification_blocks_publication,
    penalties_need_two, typing_needs_two, appeals_need_two, appeals_block_publication
from contests
where id = $1;

-- name: cities
-- Cities with their places by division.
select c.id, c.name, c.aliases,
    (select json_object_agg(d.key, q.places) from quotas q join divisions d on d.id = q.division_id
     where q.city_id = c.id) as places
from cities c
where c.contest_id = $1
order by c.position;

-- name: divisions
-- Divisions.
select id, key, name, cap, entry_ways, evidence from divisions where contest_id = $1 order by position;

-- name: entry_windows
-- When people came in.
select entry_way, opens_at, closes_at from entry_windows where contest_id = $1 order by entry_way;

-- name: rounds
-- Rounds with their times, and which run holds.
select r.id, r.key, r.title, r.opens_at, r.closes_at, r.exported_from, r.exported_until, r.uploads_until,
    r.exports_due_days, r.frozen_from, runs.number as adopted_run
from rounds r
left join scoring_runs runs on runs.id = r.adopted_run_id
where r.contest_id = $1
order by r.position;

-- name: rules
-- Versions of the rules, each with its reason.
select rounds.key as round, rules.version, rules.sha256, rules.reason, users.name as saved_by, rules.created_at
from rules
join rounds on rounds.id = rules.round_id
left join users on users.id = rules.created_by
where rules.contest_id = $1
order by rounds.position, rules.version;

-- name: formats
-- What the contest has added to the formats of files.
select 'ALIAS' as what, kind as key, heading, field, null as document, reason, from_version, to_version, created_at
from format_aliases where contest_id = $1
union all
select 'FORMAT', key, title, null, document, reason, from_version, to_version, created_at
from own_formats where contest_id = $1
order by created_at, key, heading;

-- name: contestants
-- Contestants by number, as organisers and auditors read them; no ID number, no phone.
select p.id, p.number, p.name, c.name as city, d.key as division, p.entry_way, a.platform, a.handle, a.uid,
    p.eligibility, p.approved_at, p.trained_on, p.created_at, p.withdrawn_at, p.withdrawn_reason, p.erased_at
from contestants p
join cities c on c.id = p.city_id
join divisions d on d.id = p.division_id
left join accounts a on a.contestant_id = p.id
where p.contest_id = $1
order by p.number;

-- name: approvals
-- From when to when they were approved, where and under which handle: what runs went by.
select p.number as contestant, t.from_at, t.until_at, c.name as city, d.key as division, t.platform, t.handle_key
from approvals t
join contestants p on p.id = t.contestant_id
join cities c on c.id = t.city_id
join divisions d on d.id = t.division_id
where t.contest_id = $1
order by p.number, t.from_at;

-- name: eligibility_reviews
-- Every step of every review.
select p.number as contestant, r.step, r.decision, r.reason, users.name as reviewed_by, r.reviewed_at
from eligibility_reviews r
join contestants p on p.id = r.contestant_id
left join users on users.id = r.reviewed_by
where r.contest_id = $1
order by p.number, r.reviewed_at;

-- name: double_entries
-- Who was entered twice, and what was decided.
select p.number as contestant, c.name as city, d.key as division, e.entry_way, e.created_at, e.decision, e.reason,
    e.decided_at
from double_entries e
join contestants p on p.id = e.contestant_id
join cities c on c.id = e.city_id
join divisions d on d.id = e.division_id
where e.contest_id = $1
order by e.created_at, e.id;

-- name: account_aliases
-- Other handles of the same accounts.
select p.number as contestant, x.platform, x.handle, x.state, x.reason, x.asked_at, x.decided_at, x.decided_reason
from account_aliases x
join accounts a on a.id = x.account_id
join contestants p on p.id = a.contestant_id
where x.contest_id = $1
order by p.number, x.asked_at;

-- name: submissions
-- The lists of cities, by number.
select c.name as city, s.number, s.state, s.sha256, s.people, s.submitted_at, s.change_reason, s.reopened_at,
    s.reopened_reason,
    (select json_agg(p.number order by p.number) from submission_lines l join contestants p on p.id = l.contestant_id
     where l.submission_id = s.id) as contestants
from submissions s
join cities c on c.id = s.city_id
where s.contest_id = $1
order by c.name, s.number;

-- name: teams
-- Teams with their officials and decisions; no phone.
select r.key as round, c.name as city, leader.name as leader, t.assistant_name as assistant, t.confirmed_at,
    confirmer.name as confirmed_by, t.reopened_at, t.reopened_reason
from teams t
join rounds r on r.id = t.round_id
join cities c on c.id = t.city_id
left join users leader on leader.id = t.leader_id
left join users confirmer on confirmer.id = t.confirmed_by
where t.contest_id = $1
order by r.position, c.name;

-- name: selected_finalists
-- Finalists as people confirmed them, each departure from the proposal with its reason.
select r.key as round, runs.number as run, s.reason as selection_reason, s.selected_at, c.name as city,
    p.number as contestant, f.proposed_place, f.place, f.position, f.reason, other.number as replaced_by, f.changed_at
from finalist_selections s
join selected_finalists f on f.selection_id = s.id
join rounds r on r.id = s.round_id
join scoring_runs runs on runs.id = s.run_id
join cities c on c.id = f.city_id
join contestants p on p.id = f.contestant_id
left join contestants other on other.id = f.replaced_by
where s.contest_id = $1
order by r.position, c.name, f.place, f.position;

-- name: uploads
-- Every file that came, by the SHA-256 of its bytes and the digest of its content, and who sent it.
select u.id, u.parent_id, u.name, users.login as sent_by, users.name as sent_by_name, p.number as account_of, u.size,
    u.sha256, u.content_digest, u.kind, u.origin, u.typing_reason, u.attested, u.state, u.exported_at,
    u.exported_at_stated, u.period_from, u.period_to, u.accepted_sequence, u.withdrawn_sequence, u.withdrawn_reason,
    u.duplicate_of, u.rows_read, u.rows_new, u.rows_replaced, u.rows_unchanged, u.rows_refused, u.rows_outside,
    u.rows_unclaimed, u.format_key, u.format_version, u.created_at, u.ended_at
from uploads u
left join users on users.id = u.created_by
left join accounts a on a.id = u.account_id
left join contestants p on p.id = a.contestant_id
where u.contest_id = $1
order by u.id;

-- name: upload_problems
-- What was wrong with files.
select x.upload_id, x.severity, x.code, x.sheet, x.line, x."column", x.parameters
from upload_problems x
join uploads on uploads.id = x.upload_id
where uploads.contest_id = $1
order by x.upload_id, x.position;

-- name: uid_claims
-- Whose a platform's number was said to be.
select p.number as contestant, x.platform, x.uid, x.reason, x.state, x.asked_at, x.decided_at, x.decided_reason
from uid_claims x
join accounts a on a.id = x.account_id
join contestants p on p.id = a.contestant_id
where x.contest_id = $1
order by x.id;

-- name: penalties
-- Penalties by contestant number.
select x.id, p.number as contestant, r.key as round, x.kind, x.item, x.points, x.reason, x.upload_id, x.from_sequence,
    x.to_sequence, proposer.name as proposed_by, x.proposed_at, confirmer.name as confirmed_by, x.confirmed_at,
    x.revoking_at, x.revoking_reason, x.revoked_at, x.revoked_reason
from penalties x
join contestants p on p.id = x.contestant_id
join rounds r on r.id = x.round_id
left join users proposer on proposer.id = x.proposed_by
left join users confirmer on confirmer.id = x.confirmed_by
where x.contest_id = $1
order by x.id;

-- name: products
-- The featured product pool.
select x.platform, x.product_id, x.title, c.name as city, x.from_sequence, x.to_sequence, x.added_at, x.removed_at,
    x.removed_reason
from products x
left join cities c on c.id = x.city_id
where x.contest_id = $1
order by x.platform, x.product_id, x.from_sequence;

-- name: jury_seats
-- Judges by panel, and whence they come.
select r.key as round, panel.key as panel, panel.closes_at, panel.closed_at, seat.judge_id, users.name as judge, c.name as city,
    seat.seated_at
from jury_panels panel
join rounds r on r.id = panel.round_id
left join jury_seats seat on seat.panel_id = panel.id
left join users on users.id = seat.judge_id
left join cities c on c.id = seat.city_id
where panel.contest_id = $1
order by r.position, panel.key, seat.judge_id;

-- name: jury_recusals
-- From whom judges stepped aside.
select users.name as judge, c.name as city, p.number as contestant, x.reason, x.recused_at
from jury_recusals x
join users on users.id = x.judge_id
left join cities c on c.id = x.city_id
left join contestants p on p.id = x.contestant_id
where x.contest_id = $1
order by x.recused_at, x.id;

-- name: jury_marks
-- Marks, also those that others took the place of.
select p.number as contestant, r.key as round, panel.key as panel, x.judge_id, x.criteria, x.points, x.reason,
    giver.name as given_by, x.given_at, confirmer.name as confirmed_by, x.confirmed_at, x.ended_at, x.from_sequence,
    x.to_sequence
from jury_marks x
join jury_panels panel on panel.id = x.panel_id
join rounds r on r.id = panel.round_id
join contestants p on p.id = x.contestant_id
left join users giver on giver.id = x.given_by
left join users confirmer on confirmer.id = x.confirmed_by
where x.contest_id = $1
order by p.number, r.position, panel.key, x.judge_id, x.given_at;
