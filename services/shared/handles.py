"""Accounts as people write them: `抖音：zhangsan`, a folder `快手-lisi`, a handle with spaces or full-width letters."""

import re
import unicodedata

from services.shared.vocabulary import Platform

_PLATFORMS = {
    "抖音": Platform.DOUYIN,
    "douyin": Platform.DOUYIN,
    "快手": Platform.KUAISHOU,
    "kuaishou": Platform.KUAISHOU,
}
# A handle is letters, digits, dot, underscore and hyphen: Chinese words after the platform are a nickname or a remark.
_HANDLE = r"@?(?P<handle>[a-z0-9_.][a-z0-9_.\- ]{0,63})"
_ACCOUNT = re.compile(rf"(?P<platform>{'|'.join(_PLATFORMS)})(?:平台|账号|号)?\s*[-_:—–]?\s*{_HANDLE}", re.IGNORECASE)


def handle_key(handle: str) -> str:
    """The handle as accounts are found by: NFKC, case folded, without white space and without a leading `@`."""
    folded = unicodedata.normalize("NFKC", handle).casefold()
    return "".join(folded.split()).removeprefix("@")


def read_platform(text: str) -> Platform | None:
    """The platform of that name, Chinese or English."""
    return _PLATFORMS.get(unicodedata.normalize("NFKC", text).strip().lower())


def read_account(text: str) -> tuple[Platform, str] | None:
    """Platform and handle of `抖音-zhangsan`, `抖音：zhangsan`, `快手 lisi`, `抖音号：@zhangsan`; else None."""
    found = _ACCOUNT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    return _PLATFORMS[found["platform"].lower()], found["handle"].rstrip()
