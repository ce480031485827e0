"""`./livecup upload`: send export files, folders and zips."""

import asyncio
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from services.cli.chosen import chosen_contest
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.kinds import KINDS_KNOWN, read_kind
from services.cli.marked import fetch_marked
from services.cli.moments import moment
from services.cli.output import ContestSlug, Json, Server, emit, notes, results
from services.cli.policy import Policy, read_policy
from services.cli.transfer import BrokenOffError, Parcel, Refusal, send_all, upload_ended, wait_for
from services.cli.uploaded import as_upload, gathered, show, uploads_table
from services.cli.whose import account_in_template
from services.shared.handles import handle_key, read_account

NOT_DATA = re.compile(r"^(\.|~\$|__MACOSX$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


Paths = Annotated[list[Path] | None, typer.Argument(help="文件、文件夹或 zip；文件夹名写明账号，如 抖音-zhangsan")]
Addresses = Annotated[
    list[str] | None, typer.Option("--url", help="由服务器从这个 https 网址取文件 / have the server fetch it")
]
ExportedAt = Annotated[
    str | None, typer.Option("--exported-at", help="导出时间，如 2021-09-01T20:00；不写则以上传时间为准")
]
AccountOfAll = Annotated[str | None, typer.Option("--account", help="所属账号，如 抖音:zhangsan")]
Kind = Annotated[
    str | None, typer.Option("--kind", help=f"文件种类，不写则按表头识别 / default: by headings. {KINDS_KNOWN}")
]
Attest = Annotated[bool, typer.Option("--attest", help="承诺本平台模板里的数字属实 / vouch for our own templates")]
Marked = Annotated[
    Path | None,
    typer.Option("--marked", help="有问题的文件，标注后写到这个文件夹 / marked copies go here"),
]
PublishedAt = Annotated[
    str | None, typer.Option("--published-at", help="单个作品的文件没写发布时间时，如 2021-08-01T20:00")
]


def upload(
    paths: Paths = None,
    *,
    url: Addresses = None,
    contest: ContestSlug = None,
    exported_at: ExportedAt = None,
    account: AccountOfAll = None,
    kind: Kind = None,
    policy: Policy = "all",
    attest: Attest = False,
    published_at: PublishedAt = None,
    marked: Marked = None,
    again: Annotated[bool, typer.Option("--again", help="已上传过的也重新上传 / send all again")] = False,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """上传导出文件。已计入的跳过，中断的继续。 / Send exports; what is counted is skipped, what broke off goes on."""
    stated = partial(
        replace,
        kind=read_kind(kind) if kind is not None else None,
        exported_at=moment(exported_at),
        policy=read_policy(policy),
        attested=attest,
        published_at=moment(published_at),
    )
    parcels = [stated(parcel) for parcel in _named(paths or [], url or [], account)]
    if attest:  # as our templates ask for
        parcels = [_with_account(parcel) for parcel in parcels]
    try:
        answer = asyncio.run(_upload(server, contest, parcels, marked, again=str(uuid4()) if again else ""))
    except BrokenOffError as error:
        if error.sent and not as_json:
            results.print(uploads_table([as_upload(one) for one in error.sent]))
            results.print(f"中断：已发出 {len(error.sent)} 个，共 {len(parcels)} 个。再次运行同一命令即可继续。")
        raise
    if as_json:
        emit(answer)
    else:
        show(answer)
    if answer["refused"] or answer["not_sent"]:
        raise typer.Exit(1)


def _named(paths: list[Path], url: list[str], account: str | None) -> list[Parcel]:
    if not paths and not url:
        raise CommandError("请写明要上传的文件或文件夹，或用 --url 写明网址。 / Name files, folders or an address.")
    if not (parcels := [*parcels_of(paths, account), *fetched(url, account)]):
        raise CommandError("没有找到文件。 / No file was found.")
    if skipped := sum(bool(NOT_DATA.match(file.name)) for path in paths for file in path.rglob("*")):
        notes.print(
            f"跳过 {skipped} 个不是数据的文件（.DS_Store、~$ 开头的等）。 / Files that hold no data were skipped."
        )
    return parcels


def _with_account(parcel: Parcel) -> Parcel:
    """With the account that stands in it, where neither the command nor a folder says one."""
    if parcel.account_hint is not None or parcel.url is not None:
        return parcel
    return replace(parcel, account_hint=account_in_template(parcel.path))


def parcels_of(paths: Iterable[Path], account: str | None = None) -> Iterator[Parcel]:
    """Every file named or inside a folder named, with the account that its folder names; the folder is of its name.

    Raises CommandError when `account` says another one than a folder does.
    """
    for path in paths:
        if not path.exists():
            raise CommandError(f"没有 {path}。 / There is no such file or folder.")
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            inside = file.relative_to(path).parts if path.is_dir() else (file.name,)
            if file.is_file() and not any(NOT_DATA.match(part) for part in inside):
                above = _account_folder(file)
                folder = above.name if above else None
                if account is not None and folder is not None and not _same(account, folder):
                    raise CommandError(
                        f"--account 说是 {account}，文件夹却写着 {folder}：{file}。没有上传任何文件。"
                        " / --account and the folder's name disagree; nothing was sent."
                    )
                whose = file.absolute().relative_to(above.parent).parts if above else ()
                yield Parcel(
                    file, "/".join(whose if len(whose) > len(inside) else inside), account_hint=account or folder
                )


def fetched(addresses: Iterable[str], account: str | None = None) -> Iterator[Parcel]:
    """What the server fetches, named as the address ends."""
    for address in addresses:
        name = unquote(urlsplit(address).path).rpartition("/")[2] or "file"
        yield Parcel(Path(name), name, account_hint=account, url=address)


def _same(account: str, folder: str) -> bool:
    """Whether two names mean one account; `zhangsan` alone leaves the platform open."""
    stated, named = read_account(account), read_account(folder)
    if stated is None or named is None:
        return named is not None and handle_key(account) == handle_key(named[1])
    return stated[0] == named[0] and handle_key(stated[1]) == handle_key(named[1])


def _account_folder(file: Path) -> Path | None:
    """The nearest folder above a file that names an account."""
    return next((folder for folder in file.absolute().parents if read_account(folder.name)), None)


async def _upload(
    server: str | None, slug: str | None, parcels: list[Parcel], marked: Path | None, *, again: str
) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[shown]}"))
        with Progress(*columns, TimeRemainingColumn(), console=notes, transient=True) as progress:
            answer = await upload_all(client, contest["id"], parcels, UploadProgress(progress), again=again)
        if marked is not None:
            bad = {one["upload"]: one["file"] for one in answer["problems"]}
            answer["marked"] = [str(path) for path in await fetch_marked(client, [*bad.items()], marked)]
        return answer


class UploadProgress:
    """Two bars: bytes that went out, and files that were read, those inside archives among them."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bytes = progress.add_task("上传 / sending", total=None, shown="")
        self._files = progress.add_task("读取 / reading", total=None, shown="")
        self._sent = 0
        self._counts: dict[str, tuple[int, int]] = {}

    def expect(self, size: int) -> None:
        self._progress.update(self._bytes, total=size)

    def sent(self, count: int) -> None:
        self._sent += count
        self._progress.update(self._bytes, completed=self._sent, shown=f"{self._sent / 1e6:.1f} MB")

    def read(self, upload: dict[str, Any]) -> None:
        files = upload["files"]
        total = max(files["total"], 1)
        self._counts[upload["id"]] = (total if upload_ended(upload) else files["done"], total)
        done, of = (sum(column) for column in zip(*self._counts.values(), strict=True))
        self._progress.update(self._files, completed=done, total=of, shown=f"{done}/{of}")


async def upload_all(
    client: Client, contest_id: str, parcels: list[Parcel], progress: UploadProgress, *, again: str = ""
) -> dict[str, Any]:
    """Sends files, waits until they are read, and gathers what was refused, inside archives too.

    Raises NotSentError and BrokenOffError; answers what `gathered` does, with "not_sent": [{"file", "message"}].
    """
    progress.expect(sum(parcel.bytes_to_send for parcel in parcels))
    refused: list[Refusal] = []
    sent = await send_all(client, contest_id, parcels, progress.sent, again=again, refused=refused.append)
    progress.sent(sum(one.label.parcel.bytes_to_send for one in refused))
    ended = {one.upload["id"]: one.upload for one in sent if upload_ended(one.upload)}
    waiting = [one.upload["id"] for one in sent if one.upload["id"] not in ended]
    try:
        ended |= await wait_for(client, "Uploads", waiting, upload_ended, progress.read)
    except CommandError as error:
        raise BrokenOffError(str(error), sent) from None
    uploads = [as_upload(replace(one, upload=ended[one.upload["id"]])) for one in sent]
    not_sent = [{"file": one.name, "message": one.message} for one in refused]
    return {**await gathered(client, contest_id, uploads), "not_sent": not_sent}
