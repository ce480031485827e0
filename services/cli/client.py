"""The API as the command line sees it: named operations over HTTP, and files put where the API says."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx

from services.cli.asked import OPERATIONS
from services.cli.credentials import kept
from services.cli.errors import CommandError, cause
from services.shared.settings import Settings

CHUNK = 1 << 18
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class RefusedError(CommandError):
    """The API said no, with its own code and sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class UnreachableError(CommandError):
    """Nobody answers, or what was answered broke off."""


class Client:
    """One person's connection to one server; an async context manager."""

    def __init__(
        self, server: str, token: str | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.server = server.rstrip("/")
        if not self.server.startswith(("http://", "https://")):
            raise CommandError(f"地址要以 http:// 或 https:// 开头。 / An address begins with http(s)://, not {server}")
        local = urlsplit(self.server).hostname in _LOOPBACK
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=httpx.Timeout(60, connect=5),
            limits=httpx.Limits(max_connections=8),
            transport=transport,
            trust_env=not local,  # a proxy of the environment does not reach this machine
            verify=self.server.startswith("https://"),  # reading certificates takes long, and http shows none
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def query(self, name: str, /, **variables: Any) -> dict[str, Any]:
        """The data of a named operation; raises CommandError, RefusedError when the API itself refuses."""
        response = await self._send(self._asking(name, variables))
        return _data(self.server, response, response.content)

    async def follow(self, name: str, /, **variables: Any) -> AsyncIterator[dict[str, Any]]:
        """The data of each event of a named subscription, until the connection ends; raises as `query` does."""
        request = self._asking(name, variables)
        request.headers["Accept"] = "text/event-stream"
        response = await self._send(request, stream=True)
        try:
            if not response.headers.get("content-type", "").startswith("text/event-stream"):
                _data(self.server, response, await response.aread())
            async for line in response.aiter_lines():
                if said := line.removeprefix("data:").strip() if line.startswith("data:") else "":
                    yield _data(self.server, response, said)
        except httpx.TransportError as error:
            raise self._unreachable(error) from None
        finally:
            await response.aclose()

    def _asking(self, name: str, variables: dict[str, Any]) -> httpx.Request:
        body = {"query": OPERATIONS.text(name), "operationName": name, "variables": variables}
        return self._http.build_request("POST", f"{self.server}/graphql", json=body)

    async def mutate(self, name: str, /, **given: Any) -> dict[str, Any]:
        """What a mutation answers when it did its work; its expected failures raise RefusedError."""
        ((_, result),) = (await self.query(name, input=given)).items()
        if "code" in result and "message" in result:
            raise RefusedError(result["code"], _with_details(result))
        answer: dict[str, Any] = result
        return answer

    async def pages(self, name: str, field: str, /, **variables: Any) -> AsyncIterator[dict[str, Any]]:
        """All nodes of a list, page after page."""
        after = None
        while True:
            page = (await self.query(name, **variables, after=after))[field]
            for node in page["nodes"]:
                yield node
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    async def put(self, url: str, token: str | None, path: Path, sent: Callable[[int], None]) -> None:
        """Streams a file's bytes to where createUpload said, with its token unless the address is permission enough;
        `sent` hears of each piece's length."""
        headers = {
            **({"Authorization": f"Bearer {token}"} if token else {}),
            "Content-Length": str(await asyncio.to_thread(_size, path)),
            "Content-Type": "application/octet-stream",
        }
        # Without a token it is a bucket's address, and whose session this is is none of its business.
        async with httpx.AsyncClient() if token is None else nullcontext(self._http) as http:
            where, body = urljoin(f"{self.server}/", url), _pieces(path, sent)
            request = http.build_request("PUT", where, headers=headers, content=body, timeout=600)
            response = await self._send(request, http)
        if response.status_code >= httpx.codes.BAD_REQUEST:
            raise RefusedError(f"HTTP_{response.status_code}", _said(response))

    async def fetch(self, url: str) -> bytes:
        """The bytes of a one-time address."""
        response = await self._send(self._http.build_request("GET", urljoin(f"{self.server}/", url)))
        if response.status_code >= httpx.codes.BAD_REQUEST:
            raise RefusedError(f"HTTP_{response.status_code}", _said(response))
        return response.content

    async def save(self, url: str, path: Path, got: Callable[[int], None]) -> None:
        """Writes what is at a one-time address to a file, which appears whole or not at all; `got` hears the length of
        each piece."""
        part = path.with_name(f"{path.name}.part")
        request = self._http.build_request("GET", urljoin(f"{self.server}/", url))
        try:
            response = await self._http.send(request, stream=True)
            if response.status_code >= httpx.codes.BAD_REQUEST:
                await response.aread()
                raise RefusedError(f"HTTP_{response.status_code}", _said(response))
            with part.open("wb") as file:
                async for piece in response.aiter_bytes(CHUNK):
                    await asyncio.to_thread(file.write, piece)
                    got(len(piece))
            await response.aclose()
            part.replace(path)
        except httpx.TransportError as error:
            raise CommandError(f"下载中断（{_reason(error)}），请重试。 / It broke off; try again.") from None
        except OSError as error:
            raise CommandError(f"写不了 {path}：{cause(error)}") from None
        finally:
            part.unlink(missing_ok=True)

    async def _send(
        self, request: httpx.Request, http: httpx.AsyncClient | None = None, *, stream: bool = False
    ) -> httpx.Response:
        try:
            return await (http or self._http).send(request, stream=stream)
        except httpx.TransportError as error:
            raise self._unreachable(error) from None

    def _unreachable(self, error: httpx.TransportError) -> UnreachableError:
        return UnreachableError(
            f"连不上 {self.server}（{_reason(error)}），服务启动了吗？ / No answer; is `./livecup up` running?"
        )


def signed_in(server: str | None = None) -> Client:
    """A client with the kept token; raises CommandError when nobody is signed in, or only on another server."""
    credentials = kept(Settings.read().home)
    if server is not None and server.rstrip("/") != credentials.server:
        raise CommandError(f"没有登录 {server}。 / Not signed in there: run ./livecup sign-in --server {server}")
    return Client(credentials.server, credentials.token)


async def _pieces(path: Path, sent: Callable[[int], None]) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece
            sent(len(piece))


def _size(path: Path) -> int:
    return path.stat().st_size


def _data(server: str, response: httpx.Response, text: str | bytes) -> dict[str, Any]:
    """What the API answered to an operation, or one event of it."""
    try:
        answer = json.loads(text)
    except ValueError:
        raise _strange(server, response) from None
    if not isinstance(answer, dict) or not (answer.get("errors") or answer.get("data")):
        raise _strange(server, response)
    if answer.get("errors"):
        first = answer["errors"][0]
        raise RefusedError((first.get("extensions") or {}).get("code", "ERROR"), first["message"])
    data: dict[str, Any] = answer["data"]
    return data


def _with_details(refusal: dict[str, Any]) -> str:
    """The sentence, and below it the lines of a rules document that are wrong."""
    problems = [f"\n  {one['line'] or '-'}: {one['message']}" for one in refusal.get("problems", ())]
    return f"{refusal['message']}{''.join(problems)}"


def _said(response: httpx.Response) -> str:
    try:
        return str(response.json()["message"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {response.status_code}: {response.text[:200]}"


def _strange(server: str, response: httpx.Response) -> CommandError:
    return CommandError(f"{server} 不像是 Livecup。 / This does not answer like Livecup (HTTP {response.status_code}).")


_REASONS: tuple[tuple[type[httpx.TransportError], str], ...] = (
    (httpx.ConnectTimeout, "连接超时"),
    (httpx.ConnectError, "没有接受连接"),
    (httpx.TimeoutException, "等不到回答"),
    (httpx.ProxyError, "代理不通"),
    (httpx.NetworkError, "连接中断"),
    (httpx.ProtocolError, "连接中断"),
)


def _reason(error: httpx.TransportError) -> str:
    """`连接超时 / timed out`"""
    known = next((said for kind, said in _REASONS if isinstance(error, kind)), "网络错误")
    return f"{known} / {str(error) or type(error).__name__}"
