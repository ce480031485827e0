"""Which addresses a link may have: pages of the platforms, and nothing that leads anywhere else.

We never open them ourselves; whoever looks at the works does, so an address is shown as it is and names its host.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from services.api.errors import InvalidInputError
from services.shared.vocabulary import Platform

# Each stands for itself and the names below it: `v.douyin.com` is what the app's share button copies.
HOSTS: Mapping[Platform, Sequence[str]] = {
    Platform.DOUYIN: ("douyin.com", "iesdouyin.com"),
    Platform.KUAISHOU: ("kuaishou.com", "gifshow.com", "chenzhongtech.com", "kwai.com"),
}
_LONGEST = 1000


def check_address(field: str, text: str) -> str:
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
    allowed = [name for names in HOSTS.values() for name in names]
    if not any(host == name or host.endswith(f".{name}") for name in allowed):
        raise InvalidInputError(
            "LINK_HOST", field=field, host=host, hosts="https://v.douyin.com, https://v.kuaishou.com"
        )
    return url
