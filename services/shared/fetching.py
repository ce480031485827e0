"""From where files may be fetched by their address: the hosts of LIVECUP_FETCH_HOSTS by https, and nobody else's.

Without I/O: the API refuses with it at once, the scorer again for every address that it is sent on to.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Self

import httpx

from services.shared.settings import Settings

_PORTS = {"http": 80, "https": 443}
_NAT64 = IPv6Network("64:ff9b::/96")
# `is_global` is more generous: it takes addresses that stand for IPv4 ones, local ones too.
_OPEN_IPV6 = IPv6Network("2000::/3")
_SPECIAL_IPV4 = IPv4Network("192.0.0.0/24")


@dataclass(frozen=True, slots=True)
class Allowed:
    """`hosts` are names, or `name:port` for another port than the usual one. `loopback` is for tests: from this machine
    alone, by plain http too."""

    hosts: frozenset[str]
    loopback: bool

    @classmethod
    def of(cls, settings: Settings) -> Self:
        hosts = (part.strip().lower() for part in settings.fetch_hosts.split(","))
        return cls(frozenset(host for host in hosts if host), settings.fetch_loopback)

    def refusal(self, address: str) -> str | None:
        """The code of why nothing is fetched from there; None for an address that is allowed."""
        if not self.hosts:
            return "FETCH_OFF"
        try:
            url = httpx.URL(address)
        except (httpx.InvalidURL, UnicodeError):
            return "FETCH_ADDRESS_INVALID"
        if url.scheme != "https" and not (self.loopback and url.scheme == "http"):
            return "FETCH_NOT_HTTPS"
        if url.userinfo or not url.host:
            return "FETCH_ADDRESS_INVALID"
        host, port = host_and_port(url)
        usual = {host} if port == _PORTS[url.scheme] else set()
        return None if self.hosts & {*usual, f"{host}:{port}"} else "FETCH_HOST_NOT_ALLOWED"

    def takes(self, found: str) -> bool:
        """Whether we connect to what a name was resolved to: an address of the open internet, however it is written."""
        address = _meant(ip_address(found))
        if self.loopback:
            return address.is_loopback
        usual = address in _OPEN_IPV6 if isinstance(address, IPv6Address) else address not in _SPECIAL_IPV4
        return usual and address.is_global and not address.is_multicast


def host_and_port(url: httpx.URL) -> tuple[str, int]:
    """The host as the network knows it, xn--… where it is written in Chinese."""
    return url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 one, where there is one."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
