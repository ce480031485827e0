"""From where a request comes, as far as the proxies in between are ours."""

from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from starlette.requests import HTTPConnection

from services.shared.settings import Network, Settings, read_networks

_ONE_CLIENT = 64  # bits of an IPv6 address that one client is given whole
_MOST_HOPS = 20

Address = IPv4Address | IPv6Address


def address_of(request: HTTPConnection, settings: Settings) -> str:
    """The client's address; empty when the server knows none, as on a socket in the file system.

    X-Forwarded-For counts only where a trusted proxy wrote it: read from its end, up to the first address that is no
    proxy of ours. Whatever stands before that anybody may have written.
    """
    address = _read(request.client.host) if request.client else None
    trusted = _trusted(settings.trusted_proxies)
    forwarded = ",".join(request.headers.getlist("x-forwarded-for")).split(",")[-_MOST_HOPS:]
    while address is not None and forwarded and any(address in network for network in trusted):
        before = _read(forwarded.pop())
        if before is None:
            break
        address = before
    return "" if address is None else str(address)


def client_key(address: str) -> str:
    """What is counted as one client: an IPv4 address, of IPv6 the network that one client has to itself."""
    found = _read(address)
    return str(IPv6Network((found, _ONE_CLIENT), strict=False)) if isinstance(found, IPv6Address) else str(found)


@cache
def _trusted(text: str) -> tuple[Network, ...]:
    return read_networks(text)


def _read(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
