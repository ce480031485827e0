"""Uploads as people name them: by a number short enough to type, the end of the id that the API knows them by."""

import re
from base64 import b64decode
from collections.abc import Sequence

from services.cli.chosen import chosen_contest
from services.cli.client import Client
from services.cli.errors import CommandError

_DIGITS = 8
_NUMBER = re.compile(rf"[0-9a-f]{{4,{_DIGITS}}}", re.IGNORECASE)


def upload_number(upload_id: str) -> str:
    """`3f0a91c2`"""
    return b64decode(upload_id).decode()[-_DIGITS:]


async def chosen_uploads(client: Client, slug: str | None, named: Sequence[str]) -> list[str]:
    """The ids of uploads named by number, by the end of it where that is enough, or by id; raises CommandError."""
    if not any(_NUMBER.fullmatch(one) for one in named):
        return list(named)
    contest = await chosen_contest(client, slug)
    ids = [one["id"] async for one in client.pages("UploadIds", "uploads", contestId=contest["id"], filter={})]
    return [_one(ids, one) if _NUMBER.fullmatch(one) else one for one in named]


def _one(ids: Sequence[str], number: str) -> str:
    found = [one for one in ids if upload_number(one).endswith(number.lower())]
    if not found:
        raise CommandError(
            f"没有编号为 {number} 的上传文件，或您无权查看。 / There is no such upload that you may see."
        )
    if len(found) > 1:
        many = "、".join(map(upload_number, found))
        raise CommandError(f"编号 {number} 有 {len(found)} 个文件：{many}，请写全。 / Several uploads end so.")
    return found[0]
