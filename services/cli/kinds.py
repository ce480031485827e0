"""The kinds of files as people name them: by code, or in Chinese as the exports are called."""

import re
import unicodedata

from services.cli.errors import CommandError
from services.cli.output import word
from services.shared.file_vocabulary import UploadKind

# A recommendation table is imported, not uploaded: ./livecup roster.
_KINDS = [kind for kind in UploadKind if kind not in (UploadKind.ROSTER, UploadKind.GIVEN_LIST)]
KINDS_KNOWN = "、".join(f"{word(kind)} {kind}" for kind in _KINDS)


def read_kind(text: str) -> str:
    """The code of a kind; raises CommandError that names all kinds."""
    wanted = _key(text)
    if wanted in _names(UploadKind.ROSTER):
        raise CommandError("推荐表请用 ./livecup roster 导入。 / Rosters are imported: ./livecup roster")
    for kind in _KINDS:
        if wanted in _names(kind):
            return kind.value
    known = "".join(f"\n  {kind}  {word(kind)}" for kind in _KINDS)
    raise CommandError(f"没有文件种类“{text}”，可写代码或名称： / There is no such kind of file; there are:{known}")


def _names(kind: UploadKind) -> set[str]:
    """`DOUYIN_WORKS`, `抖音《作品列表》`, `抖音作品列表`, `作品列表`, however they are written."""
    name = _key(word(kind))
    return {_key(kind), name, name.removeprefix("抖音"), name.removeprefix("本平台")}


def _key(text: str) -> str:
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text)).casefold()
