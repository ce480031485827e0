-- name: lock_contests
-- Locks every contest: nobody comes in, is changed or erased meanwhile.
select id from contests order by id for update;

-- name: sealed_people
-- Everything that is sealed of contestants who are not erased.
select id, contest_id, number, id_number_sealed, id_number_index, phone_sealed
from contestants
where erased_at is null
order by contest_id, number;

-- name: reseal_person
-- Puts the values of a contestant under another key.
update contestants set id_number_sealed = $2, id_number_index = $3, phone_sealed = $4 where id = $1;

-- name: sealed_handles
-- The handles of erased people that a stored result still needs.
select contestant_id as id, handle_sealed as sealed
from approvals
where handle_sealed is not null
order by contestant_id
for update;

-- name: reseal_handle
-- Puts the handle of an erased person under another key.
update approvals set handle_sealed = $2 where contestant_id = $1 and handle_sealed = $3;

-- name: sealed_totp
-- The secrets of one-time codes.
select id, totp_sealed as sealed from users where totp_sealed is not null order by id for update;

-- name: reseal_totp
-- Puts a secret of one-time codes under another key.
update users set totp_sealed = $2 where id = $1 and totp_sealed = $3;

-- name: sealed_assistants
-- The phone numbers of teams' assistants.
select id, assistant_phone_sealed as sealed
from teams
where assistant_phone_sealed is not null
order by id
for update;

-- name: reseal_assistant
-- Puts the phone number of a team's assistant under another key.
update teams set assistant_phone_sealed = $2 where id = $1 and assistant_phone_sealed = $3;

-- name: sealed_lines
-- The lines of submitted lists as they were printed.
select id, printed_sealed as sealed from submission_lines where printed_sealed is not null order by id for update;

-- name: reseal_line
-- Puts a line of a submitted list under another key.
update submission_lines set printed_sealed = $2 where id = $1 and printed_sealed = $3;

-- name: sealed_documents
-- The data keys of documents.
select id, key_sealed as sealed from documents where key_sealed is not null order by id for update;

-- name: reseal_document
-- Puts the data key of a document under another key; its bytes stay as they are.
update documents set key_sealed = $2 where id = $1 and key_sealed = $3;

-- name: sealed_archives
-- The data keys of archives.
select id, key_sealed as sealed from archives where key_sealed is not null order by id for update;

-- name: reseal_archive
-- Puts the data key of an archive under another key; its bytes stay as they are.
update archives set key_sealed = $2 where id = $1 and key_sealed = $3;

-- name: sealed_originals
-- The data keys of uploaded files.
select id, key_sealed as sealed from uploads where key_sealed is not null order by id for update;

-- name: reseal_original
-- Puts the data key of an uploaded file under another key; its bytes stay as they are.
update uploads set key_sealed = $2 where id = $1 and key_sealed = $3;

-- name: sealed_addresses
-- The addresses from which uploads are to be fetched.
select id, address_sealed as sealed from uploads where address_sealed is not null order by id for update;

-- name: reseal_address
-- Puts the address of an upload under another key.
update uploads set address_sealed = $2 where id = $1 and address_sealed = $3;

-- name: sealed_appeals
-- What appeals say.
select id, text_sealed as sealed from appeals where text_sealed is not null order by id for update;

-- name: reseal_appeal
-- Puts what an appeal says under another key.
update appeals set text_sealed = $2 where id = $1 and text_sealed = $3;

-- name: sealed_filers
-- Who filed appeals.
select id, filer_sealed as sealed from appeals where filer_sealed is not null order by id for update;

-- name: reseal_filer
-- Puts who filed an appeal under another key.
update appeals set filer_sealed = $2 where id = $1 and filer_sealed = $3;

-- name: sealed_signing_keys
-- The keys with which publications are signed.
select id, private_sealed as sealed from signing_keys order by id for update;

-- name: reseal_signing_key
-- Puts a key that signs publications under another key; what it signed stays as it is.
update signing_keys set private_sealed = $2 where id = $1 and private_sealed = $3;

-- name: listed_people
-- The people of given lists, by the contest of the list.
select given_lists.contest_id, given_list_people.list_id, given_list_people.id_number_index
from given_list_people
join given_lists on given_lists.id = given_list_people.list_id;

-- name: reindex_listed
-- Puts a person of a given list under the present key's index, unless the list has them there already.
update given_list_people listed
set id_number_index = $3
where list_id = $1 and id_number_index = $2
    and not exists (
        select from given_list_people there where there.list_id = listed.list_id and there.id_number_index = $3
    );

-- name: values_by_key
-- How many values stand under which key: sealed ones begin with the key's id; an index of 32 bytes is key 1's.
select what, key_id, count(*) as values
from (
    select 'contestants.id_number' as what, get_byte(id_number_sealed, 0) as key_id
    from contestants where length(id_number_sealed) > 0
    union all
    select 'contestants.id_number_index', case length(id_number_index) when 33 then get_byte(id_number_index, 0) else 1 end
    from contestants where erased_at is null
    union all
    select 'contestants.phone', get_byte(phone_sealed, 0) from contestants where length(phone_sealed) > 0
    union all
    select 'approvals.handle', get_byte(handle_sealed, 0) from approvals where handle_sealed is not null
    union all
    select 'users.totp', get_byte(totp_sealed, 0) from users where totp_sealed is not null
    union all
    select 'teams.assistant_phone', get_byte(assistant_phone_sealed, 0)
    from teams where assistant_phone_sealed is not null
    union all
    select 'submission_lines.printed', get_byte(printed_sealed, 0)
    from submission_lines where printed_sealed is not null
    union all
    select 'documents.key', get_byte(key_sealed, 0) from documents where key_sealed is not null
    union all
    select 'archives.key', get_byte(key_sealed, 0) from archives where key_sealed is not null
    union all
    select 'uploads.key', get_byte(key_sealed, 0) from uploads where key_sealed is not null
    union all
    select 'uploads.address', get_byte(address_sealed, 0) from uploads where address_sealed is not null
    union all
    select 'appeals.text', get_byte(text_sealed, 0) from appeals where text_sealed is not null
    union all
    select 'appeals.filer', get_byte(filer_sealed, 0) from appeals where filer_sealed is not null
    union all
    select 'signing_keys.private', get_byte(private_sealed, 0) from signing_keys
    union all
    select 'given_list_people', case length(id_number_index) when 33 then get_byte(id_number_index, 0) else 1 end
    from given_list_people
    union all
    select 'invitations', case length(code_hash) when 33 then get_byte(code_hash, 0) else 1 end
    from invitations where accepted_at is null and revoked_at is null and expires_at > now()
) as kept
group by what, key_id
order by what, key_id;

-- name: hold_key
-- As long as the connection lasts, everybody can know that a service seals with this key ($2).
select pg_advisory_lock_shared($1::int, $2::int);

-- name: let_go_of_key
-- Whether nobody holds a key ($2); nobody takes it up before the transaction ends.
select pg_try_advisory_xact_lock($1::int, $2::int);

-- name: still_there
-- Whether the connection lasts.
select 1;
