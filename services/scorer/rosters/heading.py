"""The upper part of a recommendation table: the lines above it and its row of headings."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.shared.formats.section import normalise

# Column → the beginnings of the headings it goes by; what follows in brackets is advice to the person who fills it in.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("序号",),
    "city": ("所在市", "所属市", "市(州)", "市州"),
    "name": ("姓名",),
    "id_number": ("身份证",),
    "phone": ("手机", "联系电话"),
    "account": ("参赛直播平台", "参赛平台", "直播平台及账号"),
    "followers": ("粉丝",),
    "experience": ("直播经验",),
    "remark": ("备注",),
}
_NEEDED = {"name": "姓名", "id_number": "身份证号", "phone": "手机号", "account": "参赛直播平台及账号"}
_LABELS = re.compile(r"(推荐单位|联系人|参赛组别|联系电话)(?:\([^)]*\))?\s*:?\s*")


@dataclass(frozen=True, slots=True)
class Heading:
    """Head row `row` holds the headings; `columns` and `names` give a column's place and its heading in the file."""

    row: int
    width: int
    columns: Mapping[str, int]
    names: Mapping[str, str]
    city: str
    division: str
    contact: str


def find_heading(head: Sequence[Sequence[str | None]]) -> Heading | list[str]:
    """The heading of the first table in the rows; or the needed headings that the most similar row lacks."""
    lacking = [*_NEEDED.values()]
    for row, cells in enumerate(head):
        columns = _columns(cells)
        missing = [title for to, title in _NEEDED.items() if to not in columns]
        if not missing:
            above = _labelled(head[:row])
            names = {to: (cells[index] or "").strip() for to, index in columns.items()}
            city, division, contact = (above.get(label, "") for label in ("推荐单位", "参赛组别", "联系人"))
            return Heading(row, len(cells), columns, names, city, division, contact)
        lacking = min(lacking, missing, key=len)
    return lacking


def _columns(cells: Sequence[str | None]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(cells):
        heading = normalise(cell)
        for to, beginnings in _COLUMNS.items():
            if heading.startswith(beginnings):
                columns.setdefault(to, index)
    return columns


def _labelled(rows: Sequence[Sequence[str | None]]) -> dict[str, str]:
    """What stands after each label: in the same cell, or else in the next one that is filled."""
    found: dict[str, str] = {}
    for row in rows:
        waiting: str | None = None
        for cell in row:
            text = unicodedata.normalize("NFKC", cell or "").strip()
            parts = _LABELS.split(text)
            if text and waiting and parts[0].strip():
                found.setdefault(waiting, parts[0].strip())
            for label, value in zip(parts[1::2], parts[2::2], strict=True):
                if value.strip(" :;,，；"):
                    found.setdefault(label, value.strip(" :;,，；"))
            if text:
                waiting = parts[-2] if len(parts) > 1 and not parts[-1].strip() else None
    return found
