"""Problems of files as people read them: where, what is wrong, and how often."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from rich.table import Table
from rich.text import Text

from services.cli.client import Client
from services.cli.table import Column, table

_MARKS = {"ERROR": Text("✗", "red"), "WARNING": Text("!", "yellow")}
_COLUMNS = (Column(""), Column("文件", "file"), Column("位置", "place"), Column("问题", "problem"))

_LEAST_FOLDED = 2  # lines
_MOST_NAMED = 3  # files in a sentence

# What is said once for many files: {lines} in {files} files ({which}), of {names} different names.
_SUMMARIES = {
    "EXPORTED_OUTSIDE_SPANS": (
        "{files} 个文件（{which}）的导出时间不在任何一轮的有效导出时间内，其中的数据不计分。"
        "若没有写明导出时间（不写则以上传时间为准）或写错了，请先用 ./livecup withdraw 撤回，"
        "再用 --exported-at 2021-09-01T20:00 写明导出时间重新上传；"
        "否则请在有效时间内重新导出。"
    ),
    "UNCLAIMED_LINES": (
        "达人ID 尚未绑定参赛账号的订单 {lines} 行（{names} 个达人ID，{files} 个文件），暂不计入。"
        "若是参赛选手的，请用 ./livecup bind-uids 绑定（经办人用 ./livecup unclaimed claim 申请认领），"
        "绑定后自动计入，不必重新上传。"
    ),
    "OWNERLESS_LINES": "没有达人ID 的订单 {lines} 行（{files} 个文件），不属于任何选手，未计入，不需要处理。",
    "UNKNOWN_ACCOUNT": (
        "不是参赛账号的数据 {lines} 行（{names} 个账号，{files} 个文件），未计入。"
        "其中若有参赛选手，请核对账号写法，或先用 ./livecup roster 导入推荐表再重新上传。"
    ),
}


# What is stated on the command line against a problem; the service's own sentence speaks to every client alike.
_OPTIONS = {
    "TEMPLATE_NOT_ATTESTED": "承诺数据属实：上传时加 --attest",
    "WORK_TIME_NEEDED": "填写作品的发布时间：上传时加 --published-at 2021-07-20T09:30:00；或改文件名后再上传",
    "WORK_TIME_DIFFERS": "改正作品的发布时间：上传时加 --published-at 2021-07-20T09:30:00",
    "PUBLISHED_AFTER_EXPORT": "改正作品的发布时间：上传时加 --published-at 2021-07-20T09:30:00",
    "EXPORTED_IN_FUTURE": "改正导出时间：上传时加 --exported-at 2021-09-01T20:00",
    "EXPORTED_OUTSIDE_SPANS": "写明导出时间：撤回后上传时加 --exported-at 2021-09-01T20:00",
    "FUTURE_DATE": "写明导出时间：上传时加 --exported-at 2021-09-01T20:00；不写则以上传时间为准",
    "ACCOUNT_NEEDED": "写明账号：上传时加 --account 抖音:账号，或把文件放进名为 抖音-账号 的文件夹",
    "KIND_DIFFERS": "改正文件种类：上传时用 --kind 写明，或不写 --kind",
}


def option_lines(problems: Iterable[dict[str, Any]]) -> Iterator[str]:
    """`→ 承诺数据属实：上传时加 --attest`, each once."""
    for code in dict.fromkeys(one["code"] for one in problems):
        if code in _OPTIONS:
            yield f"→ {_OPTIONS[code]}"


def place(problem: dict[str, Any]) -> str:
    """`Sheet1 第 12 行 播放量`, as much of it as is known."""
    line = f"第 {problem['line']} 行" if problem["line"] else ""
    return " ".join(part for part in (problem["sheet"], line, problem["column"]) if part) or "-"


def problem_table(problems: Iterable[tuple[str, dict[str, Any]]]) -> Table:
    """A line per problem and file: file, place, sentence; the same of many lines said once (`folded`)."""
    rows = ((_MARKS.get(one["severity"], Text("")), name, place(one), one["message"]) for name, one in folded(problems))
    return table(_COLUMNS, rows)


def folded(problems: Iterable[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    """Problems with their files; those of one column that say the same of many lines become one, which names them all.

    What each line's problem tells of another line stays by itself.
    """
    alike: dict[tuple[Any, ...], list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for name, one in problems:
        said = "" if one["column"] else one["message"]
        alike[name, one["severity"], one["code"], one["sheet"], one["column"], said].append((name, one))
    return [(found[0][0], one) for found in alike.values() for one in _together([one for _, one in found])]


def _together(alike: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One problem for all where they are of several lines: `第 2–44 行`, `…（43 行）`."""
    lines = sorted({one["line"] for one in alike if one["line"]})
    first = alike[0]
    if len(lines) < _LEAST_FOLDED:
        return alike
    same = all(one["message"] == first["message"] for one in alike)
    how_many = f"（{len(lines)} 行）" if same else f"（共 {len(lines)} 行，这里说的是第 {first['line']} 行）"
    return [{**first, "line": _ranges(lines), "message": first["message"] + how_many}]


def _ranges(lines: list[int]) -> str:
    """`2–44、50` of ascending numbers."""
    runs = [[one for _, one in run] for _, run in groupby(enumerate(lines), key=lambda pair: pair[1] - pair[0])]
    return "、".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


async def problems_of(client: Client, upload_id: str) -> list[dict[str, Any]]:
    """All that the service lists of an upload, the last one saying how many more there are."""
    found: list[dict[str, Any]] = []
    after, more = None, True
    while more:
        page = (await client.query("UploadProblems", id=upload_id, after=after))["upload"]["problems"]
        found += page["nodes"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found


def summarise(warnings: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """[{"code", "files", "lines", "message"}]: each code once, by what it concerns most.

    `warnings`: problems with the `file` they are of; lines are those they tell of in `count`, else one each.
    """
    by_code: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in warnings:
        by_code[one["code"]].append(one)
    found = [_summary(code, of_code) for code, of_code in by_code.items()]
    return sorted(found, key=lambda one: -one["lines"])


def _summary(code: str, warnings: list[dict[str, Any]]) -> dict[str, Any]:
    given = [{one["name"]: one["value"] for one in warning["parameters"]} for warning in warnings]
    lines = sum(int(one.get("count", 1)) for one in given)
    named = list(dict.fromkeys(warning["file"] for warning in warnings))
    files, which = len(named), "、".join(named[:_MOST_NAMED]) + (" 等" if len(named) > _MOST_NAMED else "")
    names = len({one["account"] for one in given if "account" in one})
    template = _SUMMARIES.get(code)
    if template is not None:
        message = template.format(lines=lines, files=files, which=which, names=names)
    elif len(warnings) == 1:
        message = f"{warnings[0]['file']} {place(warnings[0])}：{warnings[0]['message']}"
    else:
        message = f"{warnings[0]['message']}（共 {len(warnings)} 处，{files} 个文件）"
    return {"code": code, "files": files, "lines": lines, "message": message}


def summary_lines(summaries: Iterable[dict[str, Any]]) -> Iterator[Text]:
    """`! 达人ID 尚未绑定…` for each."""
    for one in summaries:
        yield Text.assemble(("! ", "yellow"), one["message"])
