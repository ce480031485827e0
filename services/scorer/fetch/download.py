"""A file from an address that somebody wrote: from an allowed host, never from our own network, within limits."""

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext

import httpx

from services.scorer.uploads.refused import Refused
from services.shared.fetching import Allowed, host_and_port

SECONDS = 600.0
_SECONDS_OF_SILENCE = 30.0
_MOST_REDIRECTS = 3
_PIECE_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What came: size in bytes and SHA-256 as hex."""

    size: int
    sha256: str


async def download(
    address: str, into: Path, allowed: Allowed, most: int, *, verify: SSLContext | bool = True
) -> Downloaded:
    """Writes at most so many bytes to a file. Raises Refused, whose words hold the host at most: the rest is a secret.

    `verify`: whom to believe who a host is; the system's authorities.
    """
    try:
        async with (
            asyncio.timeout(SECONDS),
            # No proxy and no password file of the environment has a say in where we go.
            httpx.AsyncClient(trust_env=False, timeout=_SECONDS_OF_SILENCE, verify=verify) as client,
        ):
            for _ in range(_MOST_REDIRECTS + 1):
                async with _answer(client, address, allowed) as response:
                    if not response.has_redirect_location:
                        return await _take(response, into, most)
                    address = str(httpx.URL(address).join(response.headers["location"]))
            raise Refused("FETCH_REDIRECTS")
    except TimeoutError:
        raise Refused("FETCH_TOOK_TOO_LONG", {"minutes": int(SECONDS / 60)}) from None
    except httpx.HTTPError:
        raise Refused("FETCH_NOT_REACHED", {"host": httpx.URL(address).host}) from None


@asynccontextmanager
async def _answer(client: httpx.AsyncClient, address: str, allowed: Allowed) -> AsyncIterator[httpx.Response]:
    """Asks the address that was checked, not whatever the name leads to by then."""
    refusal = allowed.refusal(address)
    url = httpx.URL(address)
    if refusal is not None:
        raise Refused(refusal, {"host": url.host})
    request = client.build_request(
        "GET",
        url.copy_with(host=await resolve(url, allowed)),
        headers={"host": url.netloc.decode("ascii"), "accept-encoding": "identity", "accept": "*/*"},
        extensions={"sni_hostname": host_and_port(url)[0]},  # whose certificate it must be
    )
    response = await client.send(request, stream=True)
    try:
        yield response
    finally:
        await response.aclose()


async def resolve(url: httpx.URL, allowed: Allowed) -> str:
    """The address to connect to; raises Refused if the name also leads to where nobody from outside should."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(*host_and_port(url), type=socket.SOCK_STREAM)
    except OSError:
        raise Refused("FETCH_NOT_REACHED", {"host": url.host}) from None
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not all(map(allowed.takes, addresses)):
        raise Refused("FETCH_HOST_PRIVATE", {"host": url.host})
    return addresses[0]


async def _take(response: httpx.Response, into: Path, most: int) -> Downloaded:
    if response.status_code != httpx.codes.OK:
        raise Refused("FETCH_STATUS", {"host": response.request.headers["host"], "status": response.status_code})
    if response.headers.get("content-encoding", "identity") != "identity":
        raise Refused("FETCH_ENCODED", {"host": response.request.headers["host"]})
    digest, size = hashlib.sha256(), 0
    with into.open("wb") as file:
        async for piece in response.aiter_raw(_PIECE_BYTES):
            size += len(piece)
            if size > most:
                raise Refused("FETCH_TOO_LARGE", {"most": most // 2**20})
            digest.update(piece)
            await asyncio.to_thread(file.write, piece)
    return Downloaded(size, digest.hexdigest())
