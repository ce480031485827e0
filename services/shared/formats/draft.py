"""A format proposed from a file that waits: its headings as columns, what is known of them filled in."""

import json
import re
from collections.abc import Sequence

from services.shared.formats.catalogue import Format, Formats
from services.shared.formats.fields import fields_of
from services.shared.formats.section import Column, normalise
from services.shared.formats.waiting import SeenColumn, Waiting


def draft(waiting: Waiting, formats: Formats) -> str:
    """TOML for an organiser to edit. Columns that nobody knows stand in comments, to be completed or left out."""
    like = formats.find(waiting.looks_like) or formats.nearest([waiting.headings]).format
    known = {name: column for column in reversed(_columns(like, formats)) for name in column.names}
    fields = fields_of(like.source, days_of_one_work=like.days_of_one_work)
    lines, taken = [], set()
    for seen in waiting.columns:
        column = known.get(normalise(seen.heading))
        if normalise(seen.heading) in formats.personal:
            continue
        if column and column.to in fields and column.to not in taken:
            taken.add(column.to)
            lines.append(_line(seen, column))
        else:
            lines.append(_comment(seen))
    platform = f"platform = {_quoted(like.platform)}" if like.platform else '# platform = "DOUYIN"  # 或 KUAISHOU'
    left = ", ".join(field for field in fields if field not in taken)
    personal = ", ".join(seen.heading for seen in waiting.columns if normalise(seen.heading) in formats.personal)
    return "\n".join(
        [
            "# 每个要读取的列一行；井号开头的是不认识的列，补上 to 和 style 后去掉井号，用不着的删除或写进 known。",
            f"# 还没有对应的字段（to）：{left}",
            f"source = {_quoted(like.source)}",
            platform,
            *[f"{name} = true" for name in ("to_the_minute", "days_of_one_work") if getattr(like, name)],
            'known = ""  # 平台会写、但用不着的列，逗号分隔',
            f"personal = {_quoted(personal)}  # 个人信息列，读取时丢弃",
            "columns = [",
            *lines,
            "]",
            "",
        ]
    )


def _columns(like: Format, formats: Formats) -> Sequence[Column]:
    """Those of the format that the file looks like, then the others' of the same source."""
    others = [column for each in formats.taken if each.source is like.source for column in each.columns]
    return [*like.columns, *others]


def _line(seen: SeenColumn, column: Column) -> str:
    parts = [f"heading = {_quoted(seen.heading)}", f"to = {_quoted(column.to)}", f"style = {_quoted(column.style)}"]
    parts += [f"{name} = true" for name in ("needed", "filled") if getattr(column, name)]
    if column.words:
        words = ", ".join(f"{_quoted(text)} = {_quoted(state)}" for text, state in column.words.items())
        parts.append(f"words = {{ {words} }}")
    parts += [f"{name} = {_quoted(said)}" for name in ("other", "missing") if (said := getattr(column, name))]
    if column.none:
        parts.append(f"none = [{', '.join(map(_quoted, column.none))}]")
    return f"    {{ {', '.join(parts)} }},"


def _comment(seen: SeenColumn) -> str:
    return f'    # {{ heading = {_quoted(seen.heading)}, to = "", style = {_quoted(seen.style)} }},'


def _quoted(text: str) -> str:
    """A TOML string: JSON's, which differs in one character."""
    return re.sub("\x7f", r"\\u007f", json.dumps(text, ensure_ascii=False))
