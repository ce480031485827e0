"""Problems of files as people read them: where, and what is wrong."""

from collections.abc import Iterable
from typing import Any

from rich.table import Table
from rich.text import Text

_MARKS = {"ERROR": Text("✗", "red"), "WARNING": Text("!", "yellow")}


def place(problem: dict[str, Any]) -> str:
    """`Sheet1 第 12 行 播放量`, as much of it as is known."""
    line = f"第 {problem['line']} 行" if problem["line"] else ""
    return " ".join(part for part in (problem["sheet"], line, problem["column"]) if part) or "-"


def problem_table(problems: Iterable[tuple[str, str, dict[str, Any]]]) -> Table:
    """A line per problem: file, place, sentence."""
    table = Table("", "文件 / file", "位置 / place")
    table.add_column("问题 / problem", overflow="fold")
    for name, where, problem in problems:
        table.add_row(_MARKS.get(problem["severity"], Text("")), name, where, Text(problem["message"]))
    return table
