"""The featured product pool: from which sequence number on a product is in it, and until when."""

from typing import Any

import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, APerson, a_contest, a_person

ADD = """mutation ($input: AddProductsInput!) { addProducts(input: $input) {
  ... on AddProductsPayload { products { id platform productId title city { name } } } ... on Error { code } } }"""
REMOVE = """mutation ($input: RemoveProductsInput!) { removeProducts(input: $input) {
  ... on RemoveProductsPayload { removed } ... on Error { code } } }"""
PRODUCTS = """query ($contest: ID!, $filter: ProductFilter) { products(contestId: $contest, filter: $filter) {
  totalCount nodes { productId } } }"""
BY_ID = "query ($id: ID!) { node(id: $id) { ... on Product { productId removedReason } } }"

TEA = {"platform": "DOUYIN", "productId": "3500000000000000001", "title": "恩施玉露"}
LOTUS = {"platform": "KUAISHOU", "productId": "77", "title": "洪湖莲子"}


async def stage(database: Pool) -> tuple[AContest, APerson, dict[str, Any]]:
    contest = await a_contest(database)
    return contest, await a_person(database, Role.ORGANISER, contest), {"contestId": gid("Contest", contest.id)}


async def numbers(ask: Ask, contest: AContest, **only: Any) -> list[str]:
    found = (await ask(PRODUCTS, None, contest=gid("Contest", contest.id), filter=only))["products"]
    assert found["totalCount"] == len(found["nodes"])
    return [one["productId"] for one in found["nodes"]]


async def test_products_come_and_go_with_sequence_numbers(ask: Ask, database: Pool) -> None:
    contest, organiser, where = await stage(database)
    tea = {**TEA, "cityId": gid("City", contest.cities[1])}
    given = {**where, "products": [tea, LOTUS], "idempotencyKey": "k"}
    added = (await ask(ADD, organiser, input=given))["addProducts"]["products"]
    assert [(one["title"], one["city"]) for one in added] == [("恩施玉露", {"name": "恩施州"}), ("洪湖莲子", None)]
    assert (await ask(ADD, organiser, input=given))["addProducts"]["products"] == added
    await ask(ADD, organiser, input={**where, "products": [LOTUS]})  # it is there already, and stays as it is
    assert await numbers(ask, contest) == [TEA["productId"], "77"]
    assert await numbers(ask, contest, platform="KUAISHOU") == ["77"]
    assert await numbers(ask, contest, cityId=gid("City", contest.cities[1])) == [TEA["productId"]]
    out = {**where, "productIds": [added[0]["id"]], "reason": "不是本省特产"}
    assert (await ask(REMOVE, organiser, input=out))["removeProducts"] == {"removed": 1}
    assert (await ask(REMOVE, organiser, input=out))["removeProducts"] == {"removed": 0}
    assert await numbers(ask, contest) == ["77"]
    gone = (await ask(BY_ID, None, id=added[0]["id"]))["node"]
    assert gone == {"productId": TEA["productId"], "removedReason": "不是本省特产"}
    await ask(ADD, organiser, input={**where, "products": [TEA]})  # again, from a later number on
    rows = await database.fetch("select from_sequence, to_sequence from products where platform = 'DOUYIN' order by id")
    assert [tuple(row) for row in rows] == [(1, 3), (5, None)]


@pytest.mark.parametrize(
    ("products", "code"),
    [
        ([TEA, TEA], "PRODUCT_TWICE"),
        ([{**TEA, "productId": "3.5E+18"}], "PRODUCT_ID_INVALID"),
        ([{**TEA, "title": " "}], "TEXT_EMPTY"),
        ([{**TEA, "cityId": gid("City", "00000000-0000-0000-0000-000000000001")}], "PRODUCT_CITY_UNKNOWN"),
    ],
)
async def test_what_is_no_product_is_refused(ask: Ask, database: Pool, products: list[Any], code: str) -> None:
    _, organiser, where = await stage(database)
    assert (await ask(ADD, organiser, input={**where, "products": products}))["addProducts"]["code"] == code
    assert await database.fetchval("select sequence from contests") == 0


async def test_only_organisers_change_the_pool(ask: Ask, database: Pool) -> None:
    contest, _, where = await stage(database)
    judge = await a_person(database, Role.JUDGE, contest)
    assert (await ask(ADD, judge, input={**where, "products": [TEA]}))["addProducts"]["code"] == "NOT_ALLOWED"
