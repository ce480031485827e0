"""Figures that a person types in: who may, for whom, and what becomes of them."""

from typing import Any

import pytest

from services.api.nodes import parse_global_id
from services.shared.database.pool import Pool
from services.shared.vocabulary import Platform, Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, AnAccount, APerson, a_contest, a_person, an_account

TYPE = """mutation ($input: TypeFiguresInput!) { typeFigures(input: $input) {
  __typename ... on TypeFiguresPayload { upload { id name state kind typingReason attestedBy account { handle } } }
  ... on InvalidInput { field } ... on Error { code } } }"""
REASON = "快手不提供作品导出，数据抄自本人手机创作者中心"


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def lisi(contest: AContest) -> AnAccount:
    return await an_account(contest, "lisi", platform=Platform.KUAISHOU)


@pytest.fixture
async def clerk(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])


def figures(contest: AContest, account: AnAccount, **more: object) -> dict[str, Any]:
    row = {"作品标题": "黑木耳, 新品", "发布时间": "2021-07-21 09:30", "plays": "1.2万"}
    rows = [{"figures": [{"column": column, "value": value} for column, value in row.items()]}]
    given = {"contestId": gid("Contest", contest.id), "accountId": gid("Account", account.id), "source": "WORKS"}
    return {**given, "rows": rows, "reason": REASON, **more}


async def test_typed_figures_go_the_way_of_a_file(
    ask: Ask, database: Pool, contest: AContest, lisi: AnAccount, clerk: APerson
) -> None:
    given = figures(contest, lisi, idempotencyKey="one")
    for _ in range(2):
        upload = (await ask(TYPE, clerk, input=given))["typeFigures"]["upload"]
    found = parse_global_id(upload.pop("id"))
    assert upload == {
        "name": "人工录入-lisi.csv",
        "state": "QUEUED",
        "kind": "TEMPLATE_WORKS",
        "typingReason": REASON,
        "attestedBy": clerk.login,
        "account": {"handle": "lisi"},
    }
    assert found is not None
    row = await database.fetchrow("select * from uploads")
    assert row is not None
    assert (row["id"], row["origin"], row["bytes_at"] is not None) == (found[1], "TYPED", True)
    assert await database.fetchval("select count(*) from jobs where kind = 'INGEST_UPLOAD'") == 1
    assert await database.fetchval("select reason from audit_entries where action = 'TYPE_FIGURES'") == REASON


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"source": "ORDERS"}, "source", "ORDERS_NOT_TYPED"),
        ({"rows": []}, "rows", "TEXT_EMPTY"),
        ({"rows": [{"figures": []}]}, "rows.0.figures", "TEXT_EMPTY"),
        ({"rows": [{"figures": [{"column": "账号", "value": "wangwu"}]}]}, "rows.0.figures.0.column", "FIGURE_UNKNOWN"),
        ({"rows": [{"figures": [{"column": "日期", "value": "x"}]}]}, "rows.0.figures.0.column", "FIGURE_UNKNOWN"),
        ({"reason": " "}, "reason", "TEXT_EMPTY"),
        ({"exportedAt": "2999-01-01T00:00:00+08:00"}, "exportedAt", "EXPORTED_IN_FUTURE"),
        ({"accountId": "nonsense"}, "accountId", "ACCOUNT_UNKNOWN"),
    ],
)
async def test_what_cannot_be_typed(
    ask: Ask, contest: AContest, lisi: AnAccount, clerk: APerson, change: dict[str, object], field: str, code: str
) -> None:
    answer = (await ask(TYPE, clerk, input=figures(contest, lisi, **change)))["typeFigures"]
    assert (answer["field"], answer["code"]) == (field, code)


async def test_nobody_types_for_another_city_or_for_themselves(
    ask: Ask, database: Pool, contest: AContest, lisi: AnAccount
) -> None:
    other = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[1])
    assert (await ask(TYPE, other, input=figures(contest, lisi)))["typeFigures"]["code"] == "ACCOUNT_UNKNOWN"
    self = await a_person(database, Role.CONTESTANT, contest, contestant=lisi.contestant_id)
    assert (await ask(TYPE, self, input=figures(contest, lisi)))["typeFigures"]["code"] == "NOT_ALLOWED"
    assert await database.fetchval("select count(*) from uploads") == 0


async def test_after_the_deadline_nothing_is_typed(
    ask: Ask, database: Pool, contest: AContest, lisi: AnAccount, clerk: APerson
) -> None:
    await database.execute("update rounds set uploads_until = now()")
    assert (await ask(TYPE, clerk, input=figures(contest, lisi)))["typeFigures"]["code"] == "UPLOADS_CLOSED"
