-- name: find_asked
-- An upload that waits to be fetched.
select id, sha256, address_sealed
from uploads
where id = $1 and state = 'QUEUED' and bytes_at is null and address_sealed is not null;

-- name: write_fetched
-- The bytes are there; the address is forgotten.
update uploads set size = $2, sha256 = $3, bytes_at = now(), address_sealed = null where id = $1;

-- name: refuse_fetch
-- Nothing came; the address is forgotten.
update uploads set state = 'REFUSED', address_sealed = null, key_sealed = null, ended_at = now()
where id = $1 and state = 'QUEUED';
