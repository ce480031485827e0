"""Where a command's words go: results to standard output, everything on the way there to standard error."""

import os
import sys
from datetime import datetime
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from services.shared.beijing import BEIJING
from services.shared.words import Language, sentences

PIPE_WIDTH = 160  # where neither a terminal nor COLUMNS says how wide it is
_DIGEST_SHOWN = 12  # characters

notes = Console(stderr=True, highlight=False, soft_wrap=True)
results = Console(highlight=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH)

Json = Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / print one JSON object and nothing else")]
Server = Annotated[
    str | None, typer.Option("--server", help="API 地址，默认为登录时的地址 / default: where you signed in")
]
WithOriginals = Annotated[
    bool, typer.Option("--with-originals", help="连同原始文件，加密；口令另存 / with the files as they came, locked")
]
ContestSlug = Annotated[
    str | None, typer.Option("--contest", help="赛事代码，只有一个赛事时可省略 / not needed for the only one")
]
RoundKey = Annotated[str | None, typer.Option("--round", help="轮次代码，默认为第一轮 / default: the first round")]


def emit(answer: dict[str, Any]) -> None:
    """The one object of --json."""
    typer.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode())


_WORDS = {
    "CREATED": "等待文件",
    "QUEUED": "排队",
    "READING": "读取中",
    "RUNNING": "进行中",
    "ACCEPTED": "已计入",
    "DONE": "已完成",
    "WAITING": "待对应列名",
    "REFUSED": "未计入",
    "DUPLICATE": "重复，只计一次",
    "WITHDRAWN": "已撤回",
    "SCORED": "已完成",
    "FAILED": "失败",
    "CANCELLED": "已取消",
    "LOAD": "读取数据",
    "MEASURE": "计算指标",
    "NORMALISE": "折算分值",
    "SCORE": "汇总得分",
    "RANK": "排名",
    "PICK": "拟推荐",
    "WRITE": "写入结果",
    "ORGANISER": "主办方",
    "JUDGE": "评委",
    "CITY_CLERK": "经办人",
    "CITY_LEADER": "领队",
    "AUDITOR": "审计",
    "CONTESTANT": "选手",
    "STREAMER": "主播",
    "RESERVE": "候补",
    "OUT": "不入选",
    "LEADER": "领队",
    "ASSISTANT": "助理",
    "WORKS": "作品",
    "ACCOUNT_DAYS": "账号每日数据",
    "LIVE_SESSIONS": "直播场次",
    "ORDERS": "店铺订单",
    "PLATFORM": "平台文件",
    "TEMPLATE": "本平台模板",
    "TYPED": "人工录入",
    "ALL_OR_NOTHING": "有误则全部不计入",
    "GOOD_ROWS": "只计入无误的行",
    "HAVE": "有",
    "LATE": "迟",
    "MISSING": "缺",
    "NOT_YET": "未到",
    "NET_FOLLOWERS": "净增粉丝",
    "TOTAL_FOLLOWERS": "总粉丝量",
    "PROFILE_VISITS": "主页访问",
}


def word(code: str | None) -> str:
    """What people call a state, a stage, a role, a kind of file or a platform."""
    return _WORDS.get(code) or sentences(Language.ZH).get(code, code) if code else "-"


def account(contestant: dict[str, Any]) -> str:
    """`抖音 zy_wuhan_0001`"""
    found = contestant["account"]
    return f"{word(found['platform'])} {found['handle']}"


def when(moment: str) -> str:
    """`2026-12-06 03:17 北京时间` of a moment as the API tells it."""
    return f"{beijing(moment)} 北京时间"


def beijing(moment: str) -> str:
    """`2026-12-06 03:17`, in Beijing."""
    return datetime.fromisoformat(moment).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def short(digest: str) -> str:
    """The beginning of a digest: enough to compare by eye; --json has all of it."""
    return digest[:_DIGEST_SHOWN]


def run_name(run: dict[str, Any]) -> str:
    """`第 2 次核算（#2）`"""
    return f"第 {run['number']} 次核算（#{run['number']}）"


def say(done: dict[str, Any], said: str, *, as_json: bool) -> None:
    """What a command has done: the answer itself with --json, otherwise one sentence of it."""
    if as_json:
        emit(done)
    else:
        results.print(said, markup=False, soft_wrap=True)
