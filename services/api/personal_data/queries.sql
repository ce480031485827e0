-- name: find_person
-- A contestant ($5) with what is sealed of them, as far as the viewer ($1 - $4) may see them.
select id, contest_id, city_id, number, name, id_number_sealed, phone_sealed, erased_at, withdrawn_at
from contestants
where id = $5 and ($1 or contest_id = any($2::uuid[]) or city_id = any($3::uuid[]) or id = any($4::uuid[]));

-- name: lock_user
-- Lets a user's requests of this kind come one after the other.
select from users where id = $1 for no key update;

-- name: count_seen
-- How many people a user has seen whole ($3: how) in the last $2 seconds, and when the first is that long ago.
select count(*) as revealed, min(at) + make_interval(secs => $2) as again_at
from audit_entries
where user_id = $1 and action = $3 and at > clock_timestamp() - make_interval(secs => $2);

-- name: has_open_run
-- Whether a scoring run or a comparison of the contest is waiting or under way.
select exists (select from scoring_runs where contest_id = $1 and state in ('QUEUED', 'RUNNING'))
    or exists (select from comparisons where contest_id = $1 and state in ('QUEUED', 'RUNNING'));

-- name: find_waiting_revision
-- The number of a revision of a contest ($1) that is not public yet and names a contestant ($2), or may come to.
select p.revision
from publications p
where p.contest_id = $1 and (
    p.state = 'PREPARING'
    or (p.state = 'PREPARED' or p.state = 'APPROVED' and p.publish_at > clock_timestamp())
        and exists (select from publication_rows r where r.publication_id = p.id and r.contestant_id = $2));

-- name: erase_contestant
-- Takes the personal data out of a contestant, and withdraws them if they were still in.
update contestants
set name = $2, id_number_sealed = '', id_number_index = $3, phone_sealed = '', followers_claimed = null,
    experience = '', remark = '', erased_at = clock_timestamp(), updated_at = clock_timestamp(),
    withdrawn_at = coalesce(withdrawn_at, clock_timestamp()), withdrawn_reason = $4
where id = $1;

-- name: find_account
-- The account of a contestant.
select id, platform, handle, handle_key from accounts where contestant_id = $1 for update;

-- name: erase_account
-- Takes the handle and the platform's number out of an account.
update accounts set handle = $2, handle_key = $3, uid = null where id = $1;

-- name: find_aliases
-- The aliases of an account.
select id, handle from account_aliases where account_id = $1 for update;

-- name: erase_alias
-- Takes the handle out of an alias.
update account_aliases set handle = $2, handle_key = $3, reason = '', decided_reason = null where id = $1;

-- name: erase_claims
-- Takes the platform's number out of the claims for an account; nobody needs to decide on an open one.
update uid_claims
set uid = '', reason = '', decided_reason = null, state = case state when 'ASKED' then 'REFUSED' else state end
where account_id = $1;

-- name: forget_unclaimed
-- What waits in uploads that are erased is not read again.
delete from unclaimed_uids where upload_id = any($1);

-- name: forget_marked_copies
-- Marked copies show what stood in uploads that are erased.
delete from marked_copies where upload_id = any($1);

-- name: forget_archives
-- Archives of a contest ($1) that name whoever is erased: a new one can be asked for.
update archives set state = 'DELETED', ended_at = coalesce(ended_at, clock_timestamp())
where contest_id = $1 and state in ('QUEUED', 'RUNNING', 'READY');

-- name: find_approvals
-- The spans of approval of a contestant, and whether a run that was scored or the roll of a draw goes by them.
select from_at, handle_key,
    exists (
        select from scoring_runs r
        where r.contest_id = approvals.contest_id and r.state = 'SCORED' and r.created_at >= from_at
            and (until_at is null or r.created_at < until_at)
    ) or exists (
        select from verification_draws d
        where d.contest_id = approvals.contest_id and d.announced_at >= from_at
            and (until_at is null or d.announced_at < until_at)
    ) as needed
from approvals
where contestant_id = $1 and handle_sealed is null
for update;

-- name: erase_approval
-- Takes the handle out of a span of approval, sealed where a stored result or a draw needs it, and ends an open span.
update approvals
set handle_key = $3, handle_sealed = $4, until_at = coalesce(until_at, clock_timestamp())
where contestant_id = $1 and from_at = $2;

-- name: erase_double_entries
-- Takes what people wrote out of the double entries of a contestant; nobody needs to decide on an open one.
update double_entries
set reason = '', decision = coalesce(decision, 'KEPT'), decided_at = coalesce(decided_at, clock_timestamp())
where contestant_id = $1;

-- name: erase_certificates
-- Takes the name out of a contestant's certificates, and their PDFs.
update certificates set named = $2, content = null where contestant_id = $1;

-- name: erase_lines
-- Takes a contestant out of the lists that were submitted: that they stood there stays.
update submission_lines set printed_sealed = null where contestant_id = $1;

-- name: erase_documents
-- Marks the documents of a contestant as deleted, with those that show nothing but their penalties: without its key what
-- is left of one cannot be read.
update documents
set state = 'DELETED', title = '', sha256 = '', key_sealed = null, token_hash = null, problem = null,
    deleted_at = coalesce(deleted_at, clock_timestamp())
where contestant_id = $1 or appeal_id in (select a.id from appeals a where a.contestant_id = $1)
    or id in (select unnest(x.document_ids) from penalties x where x.contestant_id = $1)
        and not exists (
            select from penalties other where other.contestant_id <> $1 and documents.id = any(other.document_ids)
        )
returning id;

-- name: erase_invitations
-- Takes the name out of the activation codes of a contestant and revokes the open ones.
update invitations
set name = $2, revoked_at = case when accepted_at is null then coalesce(revoked_at, clock_timestamp()) end
where contestant_id = $1;

-- name: erase_uploads
-- Takes the names and the keys out of the files with an account, and out of archives that hold nothing else.
update uploads
set name = $2, rows_unclaimed = 0, key_sealed = null, address_sealed = null,
    typing_reason = case when typing_reason is not null then '' end
where account_id = $1
    or (kind = 'ARCHIVE' and exists (select from uploads child where child.parent_id = uploads.id)
        and not exists (
            select from uploads child
            where child.parent_id = uploads.id and child.account_id is distinct from $1
        ))
returning id, parent_id, size, sha256;

-- name: erase_titles
-- Replaces the titles of a contestant's works by what tells nothing, with a value ($2) that nobody keeps; works that
-- only their titles tell apart, or join, stay so.
update works
set title = left(encode(sha256($2::bytea || convert_to(title, 'UTF8')), 'hex'), 16)
where contestant_id = $1 and title <> '';

-- name: erase_links
-- Takes away where the works of a contestant can be looked at.
update links set url = '', title = '', removed_at = coalesce(removed_at, clock_timestamp()) where contestant_id = $1;

-- name: erase_flags
-- Takes what people wrote out of the flags of a contestant; what was concluded stays.
update flags
set reason = '', conclusion = case when conclusion is not null then '' end
where contestant_id = $1 and (reason <> '' or conclusion is not null);

-- name: erase_checks
-- Takes what people wrote out of the verification of a contestant; figures and outcome stay.
update verification_checks set note = '' where contestant_id = $1;

-- name: erase_jury
-- Takes what people wrote out of the marks of a contestant and of who stepped aside from them.
with recusals as (
    update jury_recusals set reason = '' where contestant_id = $1
)
update jury_marks set reason = '' where contestant_id = $1 and reason <> '';

-- name: erase_penalties
-- Takes what people wrote out of the penalties of a contestant; what was decided stays.
update penalties
set reason = '', revoked_reason = case when revoked_reason is not null then '' end,
    revoking_reason = case when revoking_reason is not null then '' end
where contestant_id = $1;

-- name: erase_appeals
-- Takes what people wrote out of the appeals about a contestant, and nobody needs to decide on an open one; of those that
-- they have filed about others, who they are.
with theirs as (
    update appeals
    set filer_sealed = null, source = null, filed_by = null, secret_hash = null
    where contestant_id <> $1 and filed_by in (select user_id from grants where contestant_id = $1)
)
update appeals
set text_sealed = null, filer_sealed = null, source = null, secret_hash = null, request = null,
    decided_reason = case when decided_reason is not null then '' end,
    state = case when ended_at is null then 'WITHDRAWN' else state end,
    verdict = case when ended_at is not null then verdict end,
    ended_at = coalesce(ended_at, clock_timestamp())
where contestant_id = $1;

-- name: erase_from_problems
-- Replaces a value ($2, as JSON) by its mask ($3) where a roster's problems or a file's tell of it.
with rosters as (
    update roster_imports set problems = replace(problems::text, $2, $3)::jsonb
    where contest_id = $1 and strpos(problems::text, $2) > 0
)
update upload_problems set parameters = replace(parameters::text, $2, $3)::jsonb
from uploads
where uploads.id = upload_problems.upload_id and uploads.contest_id = $1 and strpos(parameters::text, $2) > 0;

-- name: erase_from_runs
-- Replaces an account ($2) by its mask ($3) where the error of a run or a comparison names it.
with comparing as (
    update comparisons set error = replace(error::text, $2, $3)::jsonb
    where contest_id = $1 and strpos(error::text, $2) > 0
)
update scoring_runs set error = replace(error::text, $2, $3)::jsonb
where contest_id = $1 and strpos(error::text, $2) > 0;

-- name: revoke_grants
-- Takes away the right to act as a contestant.
delete from grants where contestant_id = $1 returning user_id;

-- name: erase_user
-- Disables a user who has no right left, takes out the name and whatever signs them in; otherwise nothing.
with erased as (
    update users
    set login = $2, name = $3, password_hash = null, totp_sealed = null, totp_confirmed_at = null,
        disabled_at = coalesce(disabled_at, clock_timestamp())
    where id = $1 and not exists (select from grants where user_id = $1)
    returning id
), identity as (
    delete from identities using erased where user_id = erased.id
), code as (
    delete from recovery_codes using erased where user_id = erased.id
), token as (
    delete from api_tokens using erased where user_id = erased.id
)
select id from erased;

-- name: end_sessions
-- Ends a user's sessions.
delete from sessions where user_id = $1 returning token_hash;
