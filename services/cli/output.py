"""Where a command's words go: results to standard output, everything on the way there to standard error."""

import sys
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from services.shared.words import Language, sentences

_PIPE_WIDTH = 160  # where no terminal says how wide it is

notes = Console(stderr=True, highlight=False, soft_wrap=True)
results = Console(highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH)

Json = Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / print one JSON object and nothing else")]
Server = Annotated[
    str | None, typer.Option("--server", help="API 地址，默认为登录时的地址 / default: where you signed in")
]
ContestSlug = Annotated[
    str | None, typer.Option("--contest", help="赛事代码；只有一个赛事时可省略 / not needed for the only one")
]
RoundKey = Annotated[str | None, typer.Option("--round", help="轮次代码；默认为第一轮 / default: the first round")]


def emit(answer: dict[str, Any]) -> None:
    """The one object of --json."""
    typer.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode())


_STATES = {
    "CREATED": "等待文件",
    "QUEUED": "排队",
    "READING": "读取中",
    "RUNNING": "进行中",
    "ACCEPTED": "已计入",
    "DONE": "已完成",
    "REFUSED": "未计入",
    "DUPLICATE": "重复，只计一次",
    "WITHDRAWN": "已撤回",
    "SCORED": "已完成",
    "FAILED": "失败",
    "CANCELLED": "已取消",
}


def word(code: str | None) -> str:
    """What people call a state, a kind of file or a platform."""
    return _STATES.get(code) or sentences(Language.ZH).get(code, code) if code else "-"


def account(contestant: dict[str, Any]) -> str:
    """`抖音 zy_wuhan_0001`"""
    found = contestant["account"]
    return f"{word(found['platform'])} {found['handle']}"
