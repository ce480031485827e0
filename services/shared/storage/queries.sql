-- name: find_original
-- What an upload's row says of its bytes.
select id, parent_id, size, sha256, key_sealed from uploads where id = $1;

-- name: give_key
-- The sealed key of an upload's bytes; this one ($2) if it had none.
update uploads set key_sealed = coalesce(key_sealed, $2) where id = $1 returning key_sealed;
