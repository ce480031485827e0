"""Rows that were changed behind the application's back, in words."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.scorer.rereading.find_changes import ChangedInput

_FAULTS = {
    "CHANGED": "被改动",
    "ADDED": "多出：没有依据",
    "REMOVED": "被删除",
    "UNREADABLE": "文件内容与计入时不同",
    "ABSENT": "没有原始文件，无法核对",
}
_TABLES = {
    "works": "作品",
    "account_days": "账号每日数据",
    "live_sessions": "直播场次",
    "orders": "订单",
    "penalties": "扣罚",
    "jury_marks": "评分",
    "uploads": "文件",
}


def said(one: "ChangedInput") -> str:
    """`作品被改动：选手 12，抖音-zhangsan/作品列表.xlsx，表 Sheet1，第 3 行，plays：库中 9999，应为 250`"""
    parts = [f"选手 {one.contestant}"] if one.contestant else []
    parts += [one.file] if one.file else []
    parts += [f"表 {one.sheet}"] if one.sheet else []
    parts += [f"第 {one.line} 行"] if one.line else []
    text = f"{_TABLES[one.table]}{_FAULTS[one.fault]}：{'，'.join(parts)}"
    if one.stored or one.expected:
        text += f"{'，' + one.column if one.column else ''}：库中 {one.stored or '无'}，应为 {one.expected or '无'}"
    return text


def as_json(one: "ChangedInput") -> dict[str, Any]:
    return {
        "table": one.table,
        "fault": one.fault,
        "contestant": one.contestant,
        "file": one.file,
        "sheet": one.sheet or None,
        "line": one.line or None,
        "column": one.column or None,
        "stored": one.stored or None,
        "expected": one.expected or None,
    }
