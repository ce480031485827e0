"""Which addresses a link may have: pages of the platforms, and nothing that leads anywhere else.

We never open them ourselves; whoever looks at the works does, so an address is shown as it is and names its host.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from services.api.checks import check_unique
from services.api.errors import InvalidInputError

# Douyin's and Kuaishou's. Each stands for itself and the names below it: `v.douyin.com` is what sharing copies.
USUAL_HOSTS = ("douyin.com", "iesdouyin.com", "kuaishou.com", "gifshow.com", "chenzhongtech.com", "kwai.com")
MOST_HOSTS = 50
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_LONGEST_HOST = 253
_LONGEST = 1000


def check_hosts(field: str, hosts: Sequence[str]) -> None:
    """Raises InvalidInputError for what is no name of a host in the open internet."""
    if not 0 < len(hosts) <= MOST_HOSTS:
        raise InvalidInputError("NUMBER_OUT_OF_RANGE", field=field, least=1, most=MOST_HOSTS)
    for place, host in enumerate(hosts):
        if len(host) > _LONGEST_HOST or not _HOST.fullmatch(host):
            raise InvalidInputError("LINK_HOST_INVALID", field=f"{field}.{place}")
    check_unique(field, hosts)


def check_address(field: str, text: str, hosts: Sequence[str]) -> str:
    """The address without what surrounds it; raises InvalidInputError."""
    url = text.strip()
    if len(url) > _LONGEST:
        raise InvalidInputError("TEXT_TOO_LONG", field=field, most=_LONGEST)
    if not url.isascii() or not url.isprintable() or any(mark in url for mark in " \\\"'<>`"):
        raise InvalidInputError("LINK_INVALID", field=field)
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").removesuffix("."), parts.port
    except ValueError:
        raise InvalidInputError("LINK_INVALID", field=field) from None
    if parts.scheme != "https" or not host or parts.username is not None or port not in (None, 443):
        raise InvalidInputError("LINK_INVALID", field=field)
    if not any(host == name or host.endswith(f".{name}") for name in hosts):
        raise InvalidInputError("LINK_HOST", field=field, host=host, hosts="、".join(hosts))
    return url
