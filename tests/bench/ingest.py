"""Files on their way into the fact tables: one large file as csv and as xlsx, and thousands of small ones in a zip."""

import asyncio
import io
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd
import polars as pl
from python_calamine import CalamineWorkbook

from services.sample.headings import DOUYIN_WORKS
from services.shared.database.pool import OwnConnection
from services.shared.identity import new_id
from services.shared.jobs import JobKind
from services.shared.vocabulary import Platform
from tests.bench.contest import EXPORTED_AT, Contest, forget_uploads, lay_out, uploaded
from tests.bench.files import ROWS_A_FILE, write_archive, write_csv, write_xlsx
from tests.bench.measurement import Measurement, Plan, Took, measure, tell
from tests.bench.stage import NotMeasuredError, Stage

FILE_ROWS, ARCHIVE_FILES = 100_000, 3_000
_OURS = "the scorer's job, from its start to facts and base sums committed"

Read = Callable[[Path], pl.DataFrame]  # a file's cells as text, by heading
Write = Callable[[OwnConnection, str, pl.DataFrame], Awaitable[None]]  # rows into a table

_USED = [
    *("主订单编号", "子订单编号", "选购商品", "商品数量", "商品ID", "订单应付金额", "订单提交时间", "支付完成时间"),
    *("售后状态", "流量体裁"),
]


async def ingest_csv(stage: Stage, scale: float, repetitions: int) -> Measurement:
    """One csv of orders."""
    path, rows = stage.folder / "orders.csv", int(FILE_ROWS * scale)
    contest = await lay_out(stage, 1, (Platform.DOUYIN,))
    write_csv(path, rows, contest.entrants[0].uid)
    plan = Plan("ingest-csv", rows, 2, "polars read_csv + one COPY of the same rows", _OURS)
    return await _ingest(stage, contest, path, by_polars, copy, plan=plan, repetitions=repetitions)


async def ingest_xlsx(stage: Stage, scale: float, repetitions: int) -> Measurement:
    """The same orders as xlsx."""
    rows = int(FILE_ROWS * scale)
    plan = Plan("ingest-xlsx", rows, 1.5, "python-calamine to_python + one COPY of the same rows", _OURS)
    return await _ingest_xlsx(stage, by_calamine, plan=plan, repetitions=repetitions)


async def ingest_usual(stage: Stage, scale: float, repetitions: int) -> Measurement:
    """The same xlsx beside what a program is usually made of: the ratio is how much of its time we need."""
    rows = int(FILE_ROWS * scale)
    plan = Plan("ingest-usual", rows, 1 / 8, "pandas read_excel with openpyxl + executemany of the same rows", _OURS)
    return await _ingest_xlsx(stage, by_pandas, executemany, plan=plan, repetitions=repetitions)


async def _ingest_xlsx(
    stage: Stage, read: Read, write: Write | None = None, *, plan: Plan, repetitions: int
) -> Measurement:
    contest = await lay_out(stage, 1, (Platform.DOUYIN,))
    path = stage.folder / "orders.xlsx"
    tell(f"{plan.name}: writing {plan.rows} rows")
    await asyncio.to_thread(write_xlsx, path, plan.rows, contest.entrants[0].uid)
    return await _ingest(stage, contest, path, read, write or copy, plan=plan, repetitions=repetitions)


def by_polars(path: Path) -> pl.DataFrame:
    """A csv's cells."""
    return pl.read_csv(path, infer_schema=False)


def by_calamine(path: Path) -> pl.DataFrame:
    """A workbook's cells, of the columns that are used."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    wanted = {heading: place for place, heading in enumerate(rows[0])}
    return pl.DataFrame({heading: [row[wanted[heading]] for row in rows[1:]] for heading in _USED})


def by_pandas(path: Path) -> pl.DataFrame:
    """The same by pandas' usual reader, all columns as text."""
    cells = pd.read_excel(path, engine="openpyxl", dtype=str, na_filter=False)
    return pl.DataFrame({heading: cells[heading].tolist() for heading in _USED})


async def _ingest(
    stage: Stage, contest: Contest, path: Path, read: Read, write: Write, *, plan: Plan, repetitions: int
) -> Measurement:
    (entrant,) = contest.entrants
    await _make_floor_table(stage.owner, "orders", "contestant_id, order_line, upload_id")

    async def floor() -> Took:
        await stage.owner.execute("truncate orders_floor")
        started = time.perf_counter()
        await write(stage.owner, "orders_floor", order_facts(read(path), entrant.contestant_id, new_id()))
        return Took(time.perf_counter() - started)

    async def ours() -> Took:
        await forget_uploads(stage)
        upload = await uploaded(stage, contest, path, entrant.account_id)
        return await stage.job(JobKind.INGEST_UPLOAD, upload)

    with stage.worker():
        measured = await measure(plan, floor, ours, repetitions)
    await _require_same_facts(stage.owner, "orders", plan.rows)
    if not await stage.owner.fetchval("select count(*) from order_days"):
        raise NotMeasuredError("no base sums were made")
    return measured


def order_facts(frame: pl.DataFrame, contestant_id: UUID, upload_id: UUID) -> pl.DataFrame:
    """The least that makes rows of the table `orders` out of text cells: nothing is checked."""
    column = pl.col
    return frame.select(
        contestant_id=pl.lit(str(contestant_id)),
        upload_id=pl.lit(str(upload_id)),
        from_sequence=pl.lit(1),
        exported_at=pl.lit(EXPORTED_AT.isoformat()),
        order_line=column("子订单编号").str.strip_chars("\t"),
        order_number=column("主订单编号").str.strip_chars("\t"),
        submitted_at=column("订单提交时间") + "+08",
        paid_at=pl.when(column("支付完成时间") != "").then(column("支付完成时间") + "+08"),
        amount=column("订单应付金额"),
        quantity=column("商品数量"),
        after_sale=column("售后状态").replace({"-": "NONE", "退款成功": "REFUNDED"}),
        product_id=column("商品ID").str.strip_chars("\t"),
        product=column("选购商品"),
        channel=column("流量体裁"),
        sheet=pl.lit(""),
        line=pl.int_range(2, pl.len() + 2),
    )


async def upload_many(stage: Stage, scale: float, repetitions: int) -> Measurement:
    """Works lists of many accounts in one zip, a folder an account."""
    files = max(2, int(ARCHIVE_FILES * scale))
    contest = await lay_out(stage, files, (Platform.DOUYIN,))
    tell(f"upload-many: writing {files} files")
    path, folder = stage.folder / "uploads.zip", stage.folder / "unpacked"
    names = await asyncio.to_thread(write_archive, path, folder, contest.entrants)
    await _make_floor_table(stage.owner, "works", "contestant_id, published_at, ordinal, upload_id")

    async def floor() -> Took:
        await stage.owner.execute("truncate works_floor")
        started = time.perf_counter()
        await copy(stage.owner, "works_floor", works_facts(names))
        return Took(time.perf_counter() - started)

    async def ours() -> Took:
        await forget_uploads(stage)
        return await stage.job(JobKind.INGEST_UPLOAD, await uploaded(stage, contest, path, None))

    plan = Plan(
        "upload-many",
        files * ROWS_A_FILE,
        3,
        "python-calamine to_python of one unpacked file after the other + one COPY of all rows",
        f"{files} files in one zip: the scorer's job, from its start to the last file committed",
    )
    with stage.worker():
        measured = await measure(plan, floor, ours, repetitions)
    await _require_same_facts(stage.owner, "works", plan.rows)
    return measured


def works_facts(files: Sequence[tuple[Path, UUID]]) -> pl.DataFrame:
    """Rows of the table `works` from many works lists, read one after the other."""
    cells: list[list[Any]] = []
    for path, contestant_id in files:
        upload_id = str(new_id())
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        cells += ([str(contestant_id), upload_id, line, *row] for line, row in enumerate(rows[1:], start=2))
    column = pl.col
    counts = ["播放量", "点赞量", "分享量", "评论量", "收藏量", "主页访问量", "粉丝增量"]
    frame = pl.DataFrame(cells, schema=["contestant_id", "upload_id", "line", *DOUYIN_WORKS], orient="row")
    return frame.with_columns(column(counts).cast(pl.Int64)).select(
        "contestant_id",
        "upload_id",
        "line",
        from_sequence=pl.lit(1),
        exported_at=pl.lit(EXPORTED_AT.isoformat()),
        published_at=column("发布时间") + "+08",
        ordinal=pl.lit(0),
        title=column("作品名称"),
        genre=column("体裁"),
        visibility=pl.lit("PUBLIC"),
        plays=column("播放量"),
        completion_rate=column("完播率"),
        completion_rate_5s=column("5s完播率"),
        bounce_rate_2s=column("2s跳出率"),
        average_play_seconds=column("平均播放时长"),
        likes=column("点赞量"),
        comments=column("评论量"),
        shares=column("分享量"),
        favourites=column("收藏量"),
        profile_visits=column("主页访问量"),
        follower_gain=column("粉丝增量"),
        sheet=pl.lit("Sheet1"),
    )


async def _make_floor_table(owner: OwnConnection, table: str, key: str) -> None:
    """The same columns and primary key; no other index."""
    await owner.execute(f"create table {table}_floor (like {table} including constraints, primary key ({key}))")


async def copy(owner: OwnConnection, table: str, frame: pl.DataFrame) -> None:
    """All rows in one COPY."""
    text = io.BytesIO()
    frame.write_csv(text, include_header=False)
    text.seek(0)
    await owner.copy_to_table(table, source=text, columns=frame.columns, format="csv")


async def executemany(owner: OwnConnection, table: str, frame: pl.DataFrame) -> None:
    """One INSERT a row, prepared once."""
    types = await owner.fetch(
        "select attname, format_type(atttypid, atttypmod) from pg_attribute where attrelid = $1::text::regclass", table
    )
    named = dict(map(tuple, types))
    values = ", ".join(f"${n}::text::{named[name]}" for n, name in enumerate(frame.columns, start=1))
    insert = f"insert into {table} ({', '.join(frame.columns)}) values ({values})"
    await owner.executemany(insert, frame.cast(pl.String).iter_rows())


async def _require_same_facts(owner: OwnConnection, table: str, rows: int) -> None:
    """What the floor wrote is what we wrote, but for our ids, sequence numbers and the name of the sheet."""
    names = await owner.fetch(
        "select column_name from information_schema.columns where table_name = $1 and column_name not in"
        " ('upload_id', 'from_sequence', 'sheet')",
        table,
    )
    columns = ", ".join(name[0] for name in names)
    same = await owner.fetchval(
        f"select count(*) from (select {columns} from {table} intersect select {columns} from {table}_floor) both_have"
    )
    if same != rows:
        raise NotMeasuredError(f"floor and ours agree on {same} of {rows} rows of {table}")
