-- name: list_products
-- The featured products of a contest ($1), in the order in which they came, after $4, at most $5, with the number of all:
-- of a platform ($2), of a city ($3), none = any.
with wanted as (
    select id
    from products
    where contest_id = $1 and to_sequence is null
      and ($2::text is null or platform = $2) and ($3::uuid is null or city_id = $3)
)
select page.*, counted.total
from (select count(*) as total from wanted) counted
left join lateral (
    select products.*
    from wanted
    join products on products.id = wanted.id
    where $4::uuid is null or wanted.id > $4
    order by wanted.id
    limit $5
) page on true;

-- name: find_products
-- Products by id, also such as were featured once.
select * from products where id = any($1::uuid[]);

-- name: find_featured
-- The featured products of a contest ($1) with these platforms ($2) and numbers ($3).
select products.*
from unnest($2::text[], $3::text[]) as named (platform, product_id)
join products using (platform, product_id)
where products.contest_id = $1 and products.to_sequence is null
order by products.id;

-- name: find_cities
-- Which of these cities ($2) a contest ($1) has.
select id from cities where contest_id = $1 and id = any($2::uuid[]);

-- name: remove_products
-- Products of a contest ($1) are featured no longer, from a sequence number ($3) on.
update products
set to_sequence = $3, removed_by = $4, removed_at = clock_timestamp(), removed_reason = $5
where contest_id = $1 and id = any($2::uuid[]) and to_sequence is null
returning id;

-- name: add_product
-- A product is featured from a sequence number on; nothing when it is already.
insert into products (id, contest_id, platform, product_id, title, city_id, from_sequence, added_by)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (contest_id, platform, product_id) where to_sequence is null do nothing
returning id;
