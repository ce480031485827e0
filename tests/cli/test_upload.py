"""Files on their way: whose they are, what is sent again, what is left alone."""

import asyncio
import dataclasses
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from services.cli.client import Client
from services.cli.errors import CommandError
from services.cli.main import app
from services.cli.transfer import (
    BrokenOffError,
    NotSentError,
    Parcel,
    Refusal,
    refusal_lines,
    send,
    send_all,
    upload_ended,
    wait_for,
)
from services.cli.upload import fetched, parcels_of


class FakeApi:
    """Answers the operations of an upload as the API does; keeps what was put."""

    def __init__(self) -> None:
        self.uploads: dict[str, dict[str, Any]] = {}
        self.bytes: dict[str, bytes] = {}
        self.put_status = 200
        self.asked = 0
        self.unknown_account: str | None = None
        self.bucket: str | None = None  # its own address for the bytes
        self.fetched: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            if self.put_status == 200:
                self.bytes[request.url.path] = request.content
            return httpx.Response(self.put_status, json={"code": "BROKEN", "message": "断了"})
        body = json.loads(request.content)
        answer = getattr(self, body["operationName"])(body["variables"])
        return httpx.Response(200, json={"data": answer})

    def CreateUpload(self, variables: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        given = variables["input"]
        if self.unknown_account and given["accountHint"] == self.unknown_account:
            return {"createUpload": {"code": "ACCOUNT_UNKNOWN", "message": "找不到这个参赛账号。"}}
        state = "QUEUED" if "url" in given else "CREATED"
        new = {"id": given["idempotencyKey"], "state": state, "sha256": given["sha256"], "files": {"total": 0}}
        upload = self.uploads.setdefault(given["idempotencyKey"], new)
        if "url" in given:
            self.fetched.append(given["url"])
            return {"createUpload": {"upload": upload, "putUrl": None, "putToken": None}}
        url = self.bucket or f"/uploads/{len(self.uploads)}/bytes"
        return {"createUpload": {"upload": upload, "putUrl": url, "putToken": None if self.bucket else "token"}}

    def CompleteUpload(self, variables: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        upload = self.uploads[variables["input"]["uploadId"]]
        upload["state"] = "QUEUED"
        return {"completeUpload": {"upload": dict(upload)}}

    def Uploads(self, variables: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        """The first question finds everything still queued."""
        self.asked += 1
        for name in variables["ids"] if self.asked > 1 else ():
            self.uploads[name]["state"] = "ACCEPTED"
        return {"nodes": [self.uploads[name] for name in variables["ids"]]}


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def client(api: FakeApi) -> Client:
    return Client("http://livecup.test", "token", httpx.MockTransport(api))


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    path = tmp_path / "作品列表导出.xlsx"
    path.write_bytes(b"content")
    return Parcel(path, path.name, exported_at="2021-09-01T20:00:00+08:00")


async def test_a_file_is_created_put_completed_and_waited_for(client: Client, api: FakeApi, parcel: Parcel) -> None:
    counted: list[int] = []
    sent = await send(client, "contest", parcel, counted.append)
    assert api.bytes == {"/uploads/1/bytes": b"content"}
    assert counted == [7]
    assert sent.upload["sha256"] == hashlib.sha256(b"content").hexdigest()
    heard: list[str] = []
    ended = await wait_for(client, "Uploads", [sent.upload["id"]], upload_ended, lambda one: heard.append(one["state"]))
    assert heard == ["QUEUED", "ACCEPTED"]
    assert ended[sent.upload["id"]]["state"] == "ACCEPTED"


async def test_a_file_that_was_interrupted_goes_on_and_one_that_is_counted_is_left_alone(
    client: Client, api: FakeApi, parcel: Parcel
) -> None:
    api.put_status = 503
    with pytest.raises(BrokenOffError, match="断了"):
        await send(client, "contest", parcel, lambda _: None)
    api.put_status = 200
    (resumed,) = await send_all(client, "contest", [parcel], lambda _: None)
    assert not resumed.before
    assert len(api.uploads) == 1
    api.uploads[resumed.upload["id"]]["state"] = "ACCEPTED"
    api.bytes.clear()
    (left,) = await send_all(client, "contest", [parcel], lambda _: None)
    assert left.before
    assert api.bytes == {}


async def test_when_one_file_is_not_accepted_nothing_is_sent(client: Client, api: FakeApi, parcel: Parcel) -> None:
    api.unknown_account = "抖音-nobody"
    stranger = dataclasses.replace(parcel, name="抖音-nobody/直播间列表.xlsx", account_hint="抖音-nobody")
    with pytest.raises(
        NotSentError, match=r"抖音-nobody：找不到这个参赛账号。（1 个文件：抖音-nobody/直播间列表\.xlsx）"
    ):
        await send_all(client, "contest", [parcel, stranger], lambda _: None)
    assert api.bytes == {}


async def test_where_the_rest_is_wanted_a_wrong_folder_is_left_out_and_named(
    client: Client, api: FakeApi, parcel: Parcel
) -> None:
    api.unknown_account = "抖音-nobody"
    wrong = [
        dataclasses.replace(parcel, name=f"抖音-nobody/{number}.xlsx", account_hint="抖音-nobody", published_at=number)
        for number in ("1", "2", "3", "4")
    ]
    refused: list[Refusal] = []
    sent = await send_all(client, "contest", [wrong[0], parcel, *wrong[1:]], lambda _: None, refused=refused.append)
    assert [one.parcel for one in sent] == [parcel]
    assert list(api.bytes.values()) == [b"content"]
    assert [one.name for one in refused] == [one.name for one in wrong]
    assert list(refusal_lines((one.name, one.message) for one in refused)) == [
        "抖音-nobody：找不到这个参赛账号。（4 个文件：抖音-nobody/1.xlsx、抖音-nobody/2.xlsx、抖音-nobody/3.xlsx…）"
    ]


async def test_where_no_file_is_accepted_that_is_an_error(client: Client, api: FakeApi, parcel: Parcel) -> None:
    api.unknown_account = "抖音-nobody"
    stranger, refused = dataclasses.replace(parcel, account_hint="抖音-nobody"), list[Refusal]()
    with pytest.raises(NotSentError):
        await send_all(client, "contest", [stranger], lambda _: None, refused=refused.append)
    assert refused == []


@pytest.mark.parametrize(("refused", "not_sent", "status"), [(0, [], 0), (1, [], 1), (0, ["抖音-nobody"], 1)])
def test_the_command_ends_well_only_where_all_was_sent_and_counts(
    refused: int, not_sent: list[str], status: int, parcel: Parcel, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_out = [{"file": f"{name}/作品列表.xlsx", "message": f"{name}：找不到这个参赛账号。"} for name in not_sent]
    counts = {"loaded": 1, "duplicate": 0, "refused": refused, "unscored": 0, "rows": 2}
    answer = {**counts, "uploads": [], "problems": [], "warnings": [], "not_sent": left_out}

    async def answered(*_: object, **__: object) -> dict[str, Any]:
        return answer

    monkeypatch.setattr("services.cli.upload._upload", answered)
    ended = CliRunner().invoke(app, ["upload", str(parcel.path)])
    assert ended.exit_code == status
    assert ("没有上传：抖音-nobody：找不到这个参赛账号。" in ended.output) == bool(not_sent)


async def test_what_went_out_before_it_broke_off_is_told(client: Client, api: FakeApi, parcel: Parcel) -> None:
    sent = await send(client, "contest", parcel, lambda _: None)
    api.put_status = 503
    with pytest.raises(BrokenOffError) as broken:
        await send_all(client, "contest", [parcel, dataclasses.replace(parcel, exported_at=None)], lambda _: None)
    assert [one.upload["id"] for one in broken.value.sent] == [sent.upload["id"]]


async def test_the_same_file_in_two_folders_goes_out_once(client: Client, api: FakeApi, parcel: Parcel) -> None:
    copy = dataclasses.replace(parcel, name="周一/作品列表导出.xlsx")
    sent = await send_all(client, "contest", [parcel, copy], lambda _: None)
    assert len(api.uploads) == 1
    assert [one.parcel.name for one in sent] == [parcel.name, copy.name]


async def test_another_export_time_is_another_upload_and_so_is_sending_again(
    client: Client, api: FakeApi, parcel: Parcel
) -> None:
    await send(client, "contest", parcel, lambda _: None)
    await send(client, "contest", Parcel(parcel.path, parcel.name), lambda _: None)
    await send(client, "contest", parcel, lambda _: None, again="once more")
    assert len(api.uploads) == 3


async def test_a_renamed_file_is_another_upload_and_one_in_another_folder_is_not(
    client: Client, api: FakeApi, parcel: Parcel
) -> None:
    await send(client, "contest", parcel, lambda _: None)
    moved = dataclasses.replace(parcel, name="抖音-zhangsan/作品列表导出.xlsx")
    await send(client, "contest", moved, lambda _: None)
    assert len(api.uploads) == 1
    renamed = dataclasses.replace(parcel, name="作品列表导出 发布时间2021-08-05 09.11.20.xlsx")
    await send(client, "contest", renamed, lambda _: None)
    assert len(api.uploads) == 2


async def test_a_bucket_gets_the_bytes_and_no_token_of_ours(client: Client, api: FakeApi, parcel: Parcel) -> None:
    heard: list[tuple[str, str | None, bytes]] = []

    class Bucket(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append((self.path, self.headers["authorization"], body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Bucket) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        api.bucket = f"http://127.0.0.1:{server.server_port}/bucket/uploads/1?X-Amz-Signature=x"
        sent = await send(client, "contest", parcel, lambda _: None)
        server.shutdown()
        thread.join()
    assert heard == [("/bucket/uploads/1?X-Amz-Signature=x", None, b"content")]
    assert sent.upload["state"] == "QUEUED"


async def test_what_the_server_fetches_is_not_sent(client: Client, api: FakeApi) -> None:
    (parcel,) = fetched(["https://files.example/2021/%E4%BD%9C%E5%93%81.csv?sign=secret"], "抖音:zhangsan")
    assert (parcel.name, parcel.account_hint, parcel.bytes_to_send) == ("作品.csv", "抖音:zhangsan", 0)
    sent = await send(client, "contest", parcel, lambda _: None)
    assert (sent.upload["state"], api.fetched, api.bytes) == ("QUEUED", [parcel.url], {})


async def test_one_file_that_cannot_be_read_ends_the_rest(client: Client, parcel: Parcel, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"gone\.csv"):
        await send_all(client, "contest", [Parcel(tmp_path / "gone.csv", "gone.csv"), parcel], lambda _: None)
    assert asyncio.all_tasks() == {asyncio.current_task()}


def test_folders_name_accounts_and_hold_things_that_are_no_data(tmp_path: Path) -> None:
    for name in (
        "抖音-zhangsan/作品列表导出.xlsx",
        "快手-lisi/周一/订单.xlsx",
        "直播间列表.xlsx",
        "~$直播间列表.xlsx",
        ".DS_Store",
    ):
        path = tmp_path / "导出" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    found = {parcel.name: parcel.account_hint for parcel in parcels_of([tmp_path / "导出"])}
    assert found == {
        "快手-lisi/周一/订单.xlsx": "快手-lisi",
        "抖音-zhangsan/作品列表导出.xlsx": "抖音-zhangsan",
        "直播间列表.xlsx": None,
    }
    (alone,) = parcels_of([tmp_path / "导出" / "抖音-zhangsan" / "作品列表导出.xlsx"])
    assert (alone.name, alone.account_hint) == ("抖音-zhangsan/作品列表导出.xlsx", "抖音-zhangsan")
    (stated,) = parcels_of([tmp_path / "导出" / "直播间列表.xlsx"], account="抖音:wangwu")
    assert stated.account_hint == "抖音:wangwu"


def test_an_account_that_disagrees_with_a_folder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "抖音-zhangsan" / "作品列表导出.xlsx"
    file.parent.mkdir()
    file.write_bytes(b"x")
    for same in ("抖音:zhangsan", "zhangsan", "抖音 ZhangSan"):
        assert [parcel.account_hint for parcel in parcels_of([file], account=same)] == [same]
    for other in ("抖音:lisi", "快手:zhangsan", "lisi"):
        with pytest.raises(CommandError, match="抖音-zhangsan"):
            list(parcels_of([tmp_path], account=other))
