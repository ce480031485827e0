"""`./livecup coverage` and `./livecup unclaimed`: the grid of weeks, and order lines from nobody's to somebody's."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from services.cli.coverage import missing_lines
from services.cli.errors import CommandError
from services.scorer.context import Scorer
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Eligibility, Role
from tests.cli.conftest import Typed
from tests.factories import a_contest, a_person, an_upload
from tests.people import AContestant, a_contestant
from tests.scorer.doing import do, tuples
from tests.scorer.files import orders
from tests.teams import Season, a_season

UID = "7592255573464597541"


async def handed_in(season: Season, person: AContestant, source: str, exported: str, at: str) -> UUID:
    """A file that counts for somebody."""
    upload_id, exported_at = new_id(), datetime.fromisoformat(exported)
    await season.contest.pool.execute(
        "insert into uploads (id, contest_id, name, size, sha256, state, kind, exported_at, exported_at_stated,"
        " created_at) values ($1, $2, 'a.csv', 1, '', 'ACCEPTED', 'DOUYIN_WORKS', $3, true, $4)",
        *(upload_id, season.contest.id, exported_at, datetime.fromisoformat(at)),
    )
    await season.contest.pool.execute(
        "insert into coverage (contestant_id, upload_id, contest_id, source, exported_at, from_sequence, rows,"
        " measures) values ($1, $2, $3, $4, $5, 1, 1, '{}')",
        *(person.id, upload_id, season.contest.id, source, exported_at),
    )
    return upload_id


async def test_the_grid_shows_each_week_of_each_source(typed: Typed, database: Pool) -> None:
    season = await a_season(database)
    first, second, *_ = season.people
    await handed_in(season, first, "WORKS", "2021-08-09T00:00:00+08:00", "2021-08-10T00:00:00+08:00")
    await handed_in(season, second, "ORDERS", "2021-09-01T00:00:00+08:00", "2021-09-02T00:00:00+08:00")
    shown = await typed(season.leader, "coverage")
    assert "1 选手0" in shown
    lines = [line.split() for line in shown.splitlines()]
    assert ["1", "选手0", "作品", *"迟迟✓缺缺缺缺"] in lines
    assert ["店铺订单", *"缺缺缺缺缺缺缺"] in lines
    assert ["店铺订单", *"迟迟迟迟迟迟✓"] in lines
    assert "外市" not in shown
    assert "第 1 周：2021-07-20 00:00 至 2021-07-26 00:00，2021-07-29 00:00 前交齐" in shown
    assert "已有 2 份，迟交 8 份，缺 88 份，未到时间 0 份。" in shown

    only = ("--person", 1, "--source", "作品", "--week", 3, "--json")
    (one,) = json.loads(await typed(season.leader, "coverage", *only))["people"]
    ((cell,),) = (source["cells"] for source in one["sources"])
    assert (cell["state"], cell["origin"], cell["handedInAt"]) == ("HAVE", "PLATFORM", "2021-08-10T00:00:00+08:00")
    nobody = await typed(season.leader, "coverage", "--state", "未到")
    assert "没有符合条件的选手" in nobody
    with pytest.raises(CommandError, match="可写：有、迟、缺、未到"):
        await typed(season.leader, "coverage", "--state", "全")
    with pytest.raises(CommandError, match="您无权查看"):
        await typed(await a_person(database, Role.JUDGE, season.contest), "coverage")


def test_who_lacks_what_is_said_by_spans_of_weeks() -> None:
    def source(name: str, weeks: str, *lacks: str) -> dict[str, Any]:
        states = {"m": "MISSING", "h": "HAVE"}
        return {"source": name, "weeks": [states[each] for each in weeks], "cells": [{"lacks": list(lacks)}]}

    sources = [source("WORKS", "mmmhm"), source("ACCOUNT_DAYS", "hhhhm", "NET_FOLLOWERS"), source("ORDERS", "hhhhh")]
    page = {"totalCount": 203, "nodes": [{"number": 12, "name": "张三", "sources": sources}]}
    assert list(missing_lines(page)) == [
        "12 张三：缺作品第 1-3、5 周；账号每日数据第 5 周（净增粉丝）",
        "另有 202 人，见 ./livecup coverage --state 缺",
    ]


async def test_order_lines_of_nobody_are_claimed_decided_and_counted(
    typed: Typed, database: Pool, scorer: Scorer
) -> None:
    contest = await a_contest(database)
    account = await a_contestant(contest, "张三", handle="zhangsan", eligibility=Eligibility.APPROVED)
    organiser = await a_person(database, Role.ORGANISER, contest)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    shop = orders(("1001", "2021-07-25 10:00:00", "10.50", "-", UID), ("1002", "", "7.00", "-", UID))
    upload_id = await an_upload(contest, scorer.files, "店铺.csv", shop)
    await do(scorer, upload_id)
    listed = [line.split() for line in (await typed(organiser, "unclaimed", "list")).splitlines()]
    assert ["抖音", UID, "2", "10.50", "店铺.csv", "-"] in listed
    assert "没有待认领的订单" in await typed(clerk, "unclaimed", "list")  # it is in no file of theirs

    said = await typed(clerk, "unclaimed", "claim", account.number, UID, "--reason", "选手达人中心截图")
    assert f"已为 {account.number} 号选手申请认领 {UID}" in said
    assert "抖音 zhangsan" in await typed(organiser, "unclaimed", "list")
    assert "认领 7592255573464597541，原因：选手达人中心截图" in await typed(organiser, "unclaimed", "claims")
    (claim,) = json.loads(await typed(organiser, "unclaimed", "claims", "--json"))["claims"]
    waiting = await typed(organiser, "waiting")
    assert "./livecup unclaimed claims" in waiting
    decided = await typed(organiser, "unclaimed", "decide", claim["id"], "--approve", "--reason", "核对无误")
    assert decided == f"{UID}：已通过\n"
    await do(scorer, upload_id)
    assert await tuples(database, "select rows_new, rows_unclaimed from uploads where id = $1", upload_id) == [(2, 0)]
    assert "没有待认领的订单" in await typed(organiser, "unclaimed", "list")
    assert "没有认领申请" in await typed(organiser, "unclaimed", "claims")
    assert "已通过" in await typed(clerk, "unclaimed", "claims", "--all")
