"""Appeals and objections in words: as they are typed, and as they are shown."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.cli.errors import CommandError
from services.cli.output import beijing

KINDS = {"申诉": "APPEAL", "异议": "OBJECTION"}
STATES = {
    "已提交": "FILED",
    "办理中": "ASSIGNED",
    "待复核": "PROPOSED",
    "成立": "UPHELD",
    "不成立": "REJECTED",
    "不予受理": "INADMISSIBLE",
    "已撤回": "WITHDRAWN",
}
VERDICTS = {name: code for name, code in STATES.items() if code in ("UPHELD", "REJECTED", "INADMISSIBLE")}
_OUTCOMES = {
    "UPLOAD": "数据文件",
    "PENALTY": "扣罚",
    "RUN": "成绩核算",
    "COMPARISON": "成绩对比",
    "PUBLICATION": "公示或公布",
}


def code_of(known: Mapping[str, str], typed: str | None) -> str | None:
    """Raises CommandError that names what may be typed."""
    if typed is None or typed in known.values():
        return typed
    if typed not in known:
        raise CommandError(f"没有“{typed}”，可写：{'、'.join(known)}。 / There is no such word.")
    return known[typed]


def _word(known: Mapping[str, str], code: str) -> str:
    return next(word for word, each in known.items() if each == code)


def line(one: dict[str, Any]) -> str:
    """`第 3 号 异议：1 号选手，选手全员赛，办理中`"""
    about = f"{one['contestantNumber']} 号选手，{one['round']['title']}"
    return f"第 {one['number']} 号 {_word(KINDS, one['kind'])}：{about}，{_word(STATES, one['state'])}"


def lines(one: dict[str, Any]) -> Iterator[str]:
    yield f"{line(one)}（{beijing(one['filedAt'])} 提交）"
    yield f"    内容：{one['text'] or '已删除'}"
    if one["filer"]:
        yield f"    提出人：{one['filer']['name']} {one['filer']['unit'] or ''} {one['filer']['phone'] or ''}".rstrip()
    for paper in one["documents"]:
        yield f"    材料：{paper['title']} {paper['id']}"
    if one["assignedTo"]:
        yield f"    承办人：{one['assignedTo']}"
    if one["proposal"]:
        yield f"    待复核：{_word(VERDICTS, one['proposal']['verdict'])}，{one['proposal']['reason']}"
    if one["verdict"]:
        yield f"    结论：{_word(VERDICTS, one['verdict'])}，{one['reason']}"
    for outcome in one["outcome"]:
        yield f"    处理结果：{_outcome(outcome)}"


def _outcome(one: dict[str, Any]) -> str:
    revision = one["subject"].get("revision")
    return f"{_OUTCOMES[one['kind']]} {one['subject']['id'] if revision is None else f'第 {revision} 版'}"
