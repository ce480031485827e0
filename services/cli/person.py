"""A contestant in lines: where they stand, what was decided of them and why, what is there and what is missing."""

from collections.abc import Iterator
from typing import Any

from services.cli.output import account, beijing, word

_TURNS = {"CITY": "待市州审核", "ORGANISER": "待主办方审核"}
_STEPS = {"CITY": "市州", "ORGANISER": "主办方"}
_DECISIONS = {"SENT_AGAIN": "重新提交", "REOPENED": "重新受理"}  # the others are called as the state that they make


def state_of(one: dict[str, Any]) -> str:
    """Where somebody stands; of whoever waits, whose turn it is."""
    if one["withdrawnAt"]:
        return "已退出"
    if one["eligibility"] == "PENDING":
        return _TURNS[one["reviewStep"]]
    return word(f"ELIGIBILITY_{one['eligibility']}")


def person_lines(one: dict[str, Any]) -> Iterator[str]:
    yield f"{one['number']} 号 {one['name']}：{state_of(one)}"
    yield f"  {one['city']['name']}，{one['division']['name']}，{word(one['entryWay'])}，账号 {account(one)}"
    yield f"  身份证号 {one['idNumber'] or '-'}，手机号 {one['phone'] or '-'}"
    followers = "-" if one["followersClaimed"] is None else one["followersClaimed"]
    yield f"  粉丝数量 {followers}，直播经验 {one['experience'] or '-'}，备注 {one['remark'] or '-'}"
    yield f"  线上培训：{one['trainedOn'] + ' 完成' if one['trainedOn'] else '未登记完成'}"
    for piece in one["evidence"] or ():
        there = "已有" if piece["given"] else "缺（必需）" if piece["required"] else "没有（非必需）"
        yield f"  材料 {piece['title']}：{there}"
    for review in one["reviews"] or ():
        yield f"  {_review(review)}"
    if one["withdrawnAt"]:
        yield f"  退出：{beijing(one['withdrawnAt'])}，原因：{one['withdrawnReason'] or '-'}"


def _review(review: dict[str, Any]) -> str:
    """`2021-07-01 10:00 市州审核（王敏）：退回，原因：照片看不清`"""
    decision = review["decision"]
    by = f"（{review['by']}）" if review["by"] else ""
    step = "" if decision == "SENT_AGAIN" else f"{_STEPS[review['step']]}审核"
    what = _DECISIONS.get(decision) or word(f"ELIGIBILITY_{decision}")
    said = f"{beijing(review['at'])} {step}{by}：{what}"
    return f"{said}，原因：{review['reason']}" if review["reason"] else said
