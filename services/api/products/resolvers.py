"""Reading featured products, adding and removing them."""

import re
from typing import Annotated

import strawberry

from services.api.checks import check_reason, check_text
from services.api.context import Info
from services.api.errors import (
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotFound,
)
from services.api.idempotency.store import recall, remember
from services.api.nodes import MOST, After, Connection, ContestId, First, Page, key_of, keys_of
from services.api.products import store
from services.api.products.store import NewProduct
from services.api.products.types import Product
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.contests.store import next_sequence
from services.shared.vocabulary import Platform

_PRODUCT_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


@strawberry.input(description="A product to feature. (特色商品)")
class ProductInput:
    platform: Platform = strawberry.field(description="Where it is sold. (平台)")
    product_id: str = strawberry.field(description="The platform's number, as order files have it. (商品ID)")
    title: str = strawberry.field(description="Its name. (商品名称)")
    city_id: strawberry.ID | None = strawberry.field(default=None, description="Where it comes from. (产地市州)")


@strawberry.input(description="Products to feature. (加入特色商品)")
class AddProductsInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    products: list[ProductInput] = strawberry.field(description="At most 200. (商品)")
    reason: str = strawberry.field(default="", description="Why. (原因)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key adds them once. (幂等键)"
    )


@strawberry.input(description="Products that are featured no longer. (移出特色商品)")
class RemoveProductsInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    product_ids: list[strawberry.ID] = strawberry.field(description="At most 200. (商品)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.input(description="Only those that fit all that is given. (筛选)")
class ProductFilter:
    platform: Platform | None = strawberry.field(default=None, description="Sold there. (平台)")
    city_id: strawberry.ID | None = strawberry.field(default=None, description="From this city. (产地市州)")


@strawberry.type(description="Runs started from now on count their sales as featured. (已加入)")
class AddProductsPayload:
    products: list[Product] = strawberry.field(description="Those that were named. (特色商品)")


@strawberry.type(description="Runs started from now on no longer do. (已移出)")
class RemoveProductsPayload:
    removed: int = strawberry.field(description="How many were featured. (移出数)")


AddProductsResult = Annotated[
    AddProductsPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("AddProductsResult", description="What addProducts answers. (加入的结果)"),
]
RemoveProductsResult = Annotated[
    RemoveProductsPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("RemoveProductsResult", description="What removeProducts answers. (移出的结果)"),
]


@strawberry.type
class ProductQuery:
    @strawberry.field(description="The featured products, in the order in which they came. (特色商品池)")
    async def products(
        self,
        info: Info,
        contest_id: ContestId,
        filter: Annotated[ProductFilter | None, strawberry.argument(description="Only these. (筛选)")] = None,  # noqa: A002
        first: First = 50,
        after: After = None,
    ) -> Connection[Product]:
        only = filter or ProductFilter()
        contest, city = key_of(contest_id, "Contest"), key_of(only.city_id, "City")
        if contest is None or (only.city_id and city is None):
            return Page.empty(first)
        page = Page.of(f"products {contest} {city} {only.platform}", first, after)
        found, total = await store.list_products(info.context.pool, contest, page, platform=only.platform, city_id=city)
        return page.connect([(product.uuid, product) for product in found], total)


@strawberry.type
class ProductMutation:
    @strawberry.mutation(description="Adds products to the featured pool; those in it stay as they are. (加入特色商品)")
    async def add_products(
        self,
        info: Info,
        input: Annotated[AddProductsInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> AddProductsResult:
        context = info.context
        if input.reason:
            check_reason(input.reason)
        new = _check(input.products)
        contest_id = await context.acting_in("addProducts", input.contest_id)
        async with context.pool.acquire() as connection, connection.transaction():
            if await recall(connection, context, "addProducts", input.idempotency_key) is None:
                sequence = await next_sequence(connection, contest_id)
                if not await store.have_cities(connection, contest_id, [one.city_id for one in new if one.city_id]):
                    raise InvalidInputError("PRODUCT_CITY_UNKNOWN", field="products")
                added = await store.add_products(connection, contest_id, new, sequence, context.viewer.user_id)
                changes = {"products": (None, added)}
                done, places = Action.ADD_PRODUCTS, (contest_id, contest_id)
                await context.record(connection, Entry(done, "Contest", *places, changes=changes, reason=input.reason))
                await remember(connection, context, "addProducts", input.idempotency_key, contest_id)
        return AddProductsPayload(products=await store.find_featured(context.pool, contest_id, new))

    @strawberry.mutation(description="Takes products out of the featured pool. (移出特色商品)")
    async def remove_products(
        self,
        info: Info,
        input: Annotated[RemoveProductsInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> RemoveProductsResult:
        context = info.context
        check_reason(input.reason)
        ids = keys_of(input.product_ids, "Product", field="productIds")
        contest_id = await context.acting_in("removeProducts", input.contest_id)
        async with context.pool.acquire() as connection, connection.transaction():
            sequence, user = await next_sequence(connection, contest_id), context.viewer.user_id
            removed = await store.remove_products(connection, contest_id, ids, sequence, user=user, reason=input.reason)
            changes = {"products": (removed, None)}
            done, places = Action.REMOVE_PRODUCTS, (contest_id, contest_id)
            await context.record(connection, Entry(done, "Contest", *places, changes=changes, reason=input.reason))
        return RemoveProductsPayload(removed=removed)


def _check(given: list[ProductInput]) -> list[NewProduct]:
    """Raises InvalidInputError for the first thing that is wrong."""
    if len(given) > MOST:
        raise InvalidInputError("LIST_TOO_LONG", field="products", most=MOST)
    seen: dict[tuple[Platform, str], NewProduct] = {}
    for number, one in enumerate(given):
        field, product_id, city = f"products.{number}", one.product_id.strip(), key_of(one.city_id, "City")
        check_text(f"{field}.title", one.title)
        if not _PRODUCT_ID.fullmatch(product_id):
            raise InvalidInputError("PRODUCT_ID_INVALID", field=f"{field}.productId", product=product_id[:70])
        if one.city_id is not None and city is None:
            raise InvalidInputError("PRODUCT_CITY_UNKNOWN", field=f"{field}.cityId")
        if (one.platform, product_id) in seen:
            raise InvalidInputError("PRODUCT_TWICE", field=f"{field}.productId", product=product_id)
        seen[one.platform, product_id] = NewProduct(one.platform, product_id, one.title.strip(), city)
    return list(seen.values())
