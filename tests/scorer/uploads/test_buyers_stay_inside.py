"""Who bought something is no business of the contest: such columns are read past and left nowhere in clear."""

import logging
from hashlib import sha256

import pytest
from redis.asyncio import Redis

from services.sample.tables import delimited
from services.scorer.context import Scorer
from services.shared.database.pool import Pool
from tests.factories import a_contest, an_account, an_upload
from tests.kept import get, keys
from tests.scorer.doing import codes, do, row
from tests.scorer.files import zipped

UID = "7592255573464597541"
PLANTED = {
    "收件人": "欧阳植入",
    "收件人姓名": "司徒植入",
    "收件人手机号": "13987654321",
    "手机号": "13812349876",
    "收货地址": "武汉市植入路一百零一号",
    "详细地址": "恩施州植入大道二百零二号",
    "买家留言": "请放在植入门口",
    "买家昵称": "植入的买家",
    "身份证号": "11010519491231002X",
}
HEADINGS = ["主订单编号", "子订单编号", "订单应付金额", "支付完成时间", "售后状态", "达人ID", "商品数量", *PLANTED]


def a_file(*amounts: str) -> bytes:
    lines = [
        [f"\t69{n}", f"\t69{n}", amount, "2021-07-21 08:00:00", "-", f"\t{UID}", "1", *PLANTED.values()]
        for n, amount in enumerate(amounts)
    ]
    return delimited([HEADINGS, *lines])


async def everything(database: Pool, redis: Redis) -> str:
    """Every row of every table, and whatever Redis holds."""
    tables = await database.fetch("select tablename from pg_tables where schemaname = 'public'")
    rows = [
        found["row"]
        for table in tables
        for found in await database.fetch(f'select x::text as row from "{table["tablename"]}" x')
    ]
    kept = [await redis.dump(key) for key in await redis.keys("*")]
    return "\n".join(map(str, [*rows, *kept]))


async def test_nothing_of_a_buyer_is_found_anywhere(
    scorer: Scorer, database: Pool, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    contest = await a_contest(database)
    account = await an_account(contest, "zhangsan", uid=UID)
    good = a_file("28.90", "5.00")
    bad = a_file("28.90", "not an amount", "")
    short = good.replace("订单应付金额".encode(), "植入的列".encode())  # a needed heading is missing
    packed = zipped(("抖音-zhangsan/订单.csv", a_file("7.00")), ("抖音-zhangsan/坏.csv", bad))
    sent = {
        name: await an_upload(contest, scorer.files, name, content, account=account)
        for name, content in (("好.csv", good), ("坏.csv", bad), ("缺.csv", short))
    }
    sent["全部.zip"] = await an_upload(contest, scorer.files, "全部.zip", packed)
    for upload in sent.values():
        await do(scorer, upload)
    assert (await row(database, "uploads", sent["好.csv"]))["state"] == "ACCEPTED"
    assert await codes(database, sent["坏.csv"])
    found = await everything(database, redis) + caplog.text
    assert [value for value in PLANTED.values() if value in found] == []
    files = [await get(scorer.files, key) or b"" for key in await keys(scorer.files)]
    assert len(files) == 6
    assert [value for value in PLANTED.values() if any(value.encode() in content for content in files)] == []
    assert [path for path in (scorer.settings.home / "work").rglob("*") if path.is_file()] == []
    assert sha256(good).hexdigest() in found  # it was looked for where uploads are
