-- name: find_imports
-- Roster imports by id ($5), as far as the viewer ($1 - $3) may see them; whoever ($4) asked for one sees it.
select id, upload_id, city_id, division_id, state, dry_run, policy, lines_read, lines_new, lines_updated,
    lines_unchanged, lines_refused, lines_duplicate, lines_over_quota, problems, changes, created_at, ended_at
from roster_imports
where id = any($5::uuid[])
  and ($1 or contest_id = any($2::uuid[]) or city_id = any($3::uuid[]) or created_by = $4);

-- name: lock_upload
-- An upload ($5) of a contest ($2) where the viewer may import rosters, or may everywhere ($1), or that they ($4) have
-- made for a city ($3) of theirs, locked; with whether its people are in, and whether it is older than a week.
select u.id, u.contest_id, u.state, u.bytes_at, u.kind_stated,
    u.created_at < now() - interval '7 days' as old,
    exists (select from roster_imports i where i.upload_id = u.id and i.state = 'DONE' and not i.dry_run) as imported
from uploads u
where u.id = $5
  and ($1 or u.contest_id = any($2::uuid[])
       or u.created_by = $4
          and exists (select from cities where cities.contest_id = u.contest_id and cities.id = any($3::uuid[])))
for update of u;

-- name: insert_import
-- A new import that waits for the scorer.
insert into roster_imports (id, contest_id, upload_id, dry_run, policy, state, created_by)
values ($1, $2, $3, $4, $5, 'QUEUED', $6);
