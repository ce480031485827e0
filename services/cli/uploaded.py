"""What became of files that were sent: counted, skipped or refused; what is wrong, and what to do about it."""

from collections.abc import AsyncIterator
from typing import Any

from rich.table import Table

from services.cli.client import Client
from services.cli.output import results, word
from services.cli.problems import folded, option_lines, problem_table, problems_of, summarise, summary_lines
from services.cli.table import Column, table
from services.cli.transfer import BAD, Sent, each, refusal_lines

_UNSCORED = "EXPORTED_OUTSIDE_SPANS"  # said of a file that counts
_MOST_SAID = 200  # problems in a table
_COLUMNS = (
    Column("文件", "file"),
    Column("种类", "kind", spare=1),
    Column("结果", "state"),
    Column("行", "rows", number=True),
    Column("新增", "new", number=True),
    Column("更新", "replaced", number=True),
    Column("未变", "unchanged", number=True, spare=1),
    Column("拒收", "refused", number=True),
    Column("窗口外", "outside", number=True, spare=3),
    Column("未认领", "unclaimed", number=True),
)
_COUNTS = ("read", "new", "replaced", "unchanged", "refused", "outside", "unclaimed")
_ROSTER_HINT = "推荐表请用 ./livecup roster 导入，不用 upload。 / Rosters are imported: ./livecup roster"


def as_upload(sent: Sent) -> dict[str, Any]:
    """UploadState under the name it was sent by; `before`: it had ended before this command."""
    return {**sent.upload, "name": sent.parcel.name, "before": sent.before}


async def gathered(client: Client, contest_id: str, uploads: list[dict[str, Any]]) -> dict[str, Any]:
    """What became of uploads that have ended, of archives with their members.

    Answers {"loaded", "duplicate", "refused", "unscored", "rows", "uploads": [UploadState…],
    "problems": [{"file", "upload", …ProblemText}], "warnings": [{"code", "files", "lines", "message"}]}; the counts are
    of files that hold data, an archive's members each by itself. "unscored": files that count and yet score nothing.
    """
    counts = [counted(one) for one in uploads]
    found = await each(uploads, lambda upload: _problems(client, contest_id, upload))
    problems = [
        (state in BAD or problem["severity"] == "ERROR", problem) for of_upload in found for state, problem in of_upload
    ]
    return {
        "loaded": sum(loaded for loaded, _, _ in counts),
        "duplicate": sum(duplicate for _, duplicate, _ in counts),
        "refused": sum(refused for _, _, refused in counts),
        "unscored": len({one["upload"] for of_refused, one in problems if not of_refused and one["code"] == _UNSCORED}),
        "rows": sum(one["rows"]["read"] for one in uploads),
        "uploads": uploads,
        "problems": [problem for of_refused, problem in problems if of_refused],
        "warnings": summarise(problem for of_refused, problem in problems if not of_refused),
    }


def counted(upload: dict[str, Any]) -> tuple[int, int, int]:
    """Files that count, that were skipped as they count already, and that were refused; an archive's each by itself."""
    files = upload["files"]
    if upload["state"] in BAD:
        return 0, 0, max(1, files["refused"])
    loaded, duplicate = (files["accepted"], files["duplicate"]) if files["total"] else (1, 0)
    if upload["before"] or upload["state"] != "ACCEPTED":
        return 0, loaded + duplicate, files["refused"]
    return loaded, duplicate, files["refused"]


async def _problems(client: Client, contest_id: str, upload: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Why files were refused, and what is to be known of files that count, each with the state of its file.

    Of an archive those of its members.
    """
    found: list[tuple[str, dict[str, Any]]] = []
    files = upload["files"]
    if upload["state"] in BAD or (upload["state"] == "ACCEPTED" and not files["total"]):
        own = await problems_of(client, upload["id"])
        whose = {"file": upload["name"], "upload": upload["id"]}
        found += [(upload["state"], {**whose, **one}) for one in own]
    states = [*sorted(BAD)] if files["refused"] else []
    states += ["ACCEPTED"] if files["accepted"] else []
    for state in states:
        async for child in _children(client, contest_id, upload["id"], state):
            whose = {"file": f"{upload['name']}: {child['name']}", "upload": child["id"]}
            listed = child["problems"]
            more = len(listed["nodes"]) < listed["totalCount"]
            own = await problems_of(client, child["id"]) if more else listed["nodes"]
            found += [(state, {**whose, **one}) for one in own]
    return found


def _children(client: Client, contest_id: str, upload_id: str, state: str) -> AsyncIterator[dict[str, Any]]:
    chosen = {"parentId": upload_id, "state": state}
    return client.pages("ChildUploads", "uploads", contestId=contest_id, filter=chosen)


def uploads_table(uploads: list[dict[str, Any]]) -> Table:
    """A line per file that was sent."""
    rows = []
    for one in uploads:
        counts = (str(one["rows"][key]) for key in _COUNTS)
        rows.append((one["name"], word(one["kind"]), state_of(one), *counts))
    return table(_COLUMNS, rows)


def state_of(upload: dict[str, Any]) -> str:
    """What became of a file in a word: an archive with refused members counts in part."""
    files = upload["files"]
    said = word(upload["state"])
    if upload["state"] == "ACCEPTED" and files["refused"]:
        said = "部分计入" if files["accepted"] or files["duplicate"] else word("REFUSED")
    elif upload["state"] == "ACCEPTED" and files["duplicate"] and not files["accepted"]:
        said = word("DUPLICATE")
    return f"{said}（此前已上传）" if upload["before"] else said


def show(answer: dict[str, Any]) -> None:
    """The table, why files were refused, what was left out and what to do, and the sum."""
    results.print(uploads_table(answer["uploads"]))
    problems = answer["problems"]
    said = folded((one["file"], one) for one in problems)
    if said:
        results.print(problem_table(said[:_MOST_SAID]))
    if len(said) > _MOST_SAID:
        results.print(f"另有 {len(said) - _MOST_SAID} 处问题，见 --json。 / More: --json")
    for line in (*option_lines(problems), *summary_lines(answer["warnings"])):
        results.print(line, soft_wrap=True)
    if any("推荐表" in one["file"] for one in problems):
        results.print(_ROSTER_HINT, soft_wrap=True)
    for path in answer.get("marked", ()):
        results.print(f"标注副本：{path}", markup=False, soft_wrap=True)
    for line in refusal_lines((one["file"], one["message"]) for one in answer["not_sent"]):
        results.print(f"没有上传：{line}", markup=False, soft_wrap=True)
    unscored = f"其中 {answer['unscored']} 个文件不计分，原因见上。" if answer["unscored"] else ""
    not_sent = f"没有上传 {len(answer['not_sent'])} 个，改正后再运行同一命令即可。" if answer["not_sent"] else ""
    sums = f"计入 {answer['loaded']} 个文件，重复跳过 {answer['duplicate']} 个，未计入 {answer['refused']} 个。"
    results.print(f"{sums}{unscored}{not_sent}", soft_wrap=True)
