"""Checks what was taken away, a run or a whole archive: on any machine, without a server or a database of ours."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from services.cli.bundle import verify_bundle
from services.cli.errors import CommandError
from services.cli.output import emit, results

if TYPE_CHECKING:
    from services.scorer.archives.verify_archive import ArchiveVerdict, Finding

_FAULTS = {
    "CHANGED": "内容被改动",
    "MISSING": "缺失",
    "EXTRA": "多出的文件",
    "INDEX": "目录与摘要清单不一致",
    "KEY": "不是所给的公钥",
    "UNSIGNED": "签名不符",
    "CHAIN": "操作记录与封存时不同，第一处在",
    "RESULT": "重新核算的结果不同",
    "UNPROVEN": "公布的成绩在归档中没有对应的核算，摘要",
}


def verify_file(file: Path, exports: Path | None, key: str | None, *, as_json: bool) -> None:
    """Says whether a bundle or an archive holds; raises CommandError where it does not, or is neither."""
    from services.scorer.archives.verify_archive import BrokenArchiveError, is_archive  # noqa: PLC0415  polars is slow

    if not is_archive(file):
        verify_bundle(file, exports, key, as_json=as_json)
        return
    try:
        verdict = asyncio.run(_verify(file, key))
    except BrokenArchiveError as error:
        raise CommandError(f"{file} 不是完整的归档：{error.place}。 / It is no complete archive.") from None
    if as_json:
        emit(_as_json(verdict))
    elif verdict.holds:
        results.print(
            f"一致：{verdict.head['title']}的归档与签名相符，{verdict.runs} 次核算重新计算相符。 / It holds.",
            soft_wrap=True,
        )
        if key is None:  # whoever changes it can sign it with a key of their own
            results.print(
                "请核对签名的公钥是否为主办方另行公布的，或用 --key 给出。 / Compare the key.", soft_wrap=True
            )
        results.print(verdict.public_key, soft_wrap=True)
    if not verdict.holds:
        parts = "".join(f"\n  {_said(one)}" for one in verdict.findings)
        raise CommandError(f"不一致！{parts}\n / It does not hold: these parts are not what was archived.")


def _said(one: "Finding") -> str:
    """`tables/penalties.csv：内容被改动`"""
    return f"{one.path}：{_FAULTS[one.fault]}{f' {one.place}' if one.place else ''}"


def _as_json(verdict: "ArchiveVerdict") -> dict[str, object]:
    findings = [{"path": one.path, "fault": one.fault, "place": one.place or None} for one in verdict.findings]
    head = {name: verdict.head[name] for name in ("slug", "title", "made_at", "audit_head")}
    return {**head, "holds": verdict.holds, "publicKey": verdict.public_key, "runs": verdict.runs, "findings": findings}


async def _verify(file: Path, key: str | None) -> "ArchiveVerdict":
    from services.scorer.archives.verify_archive import verify_archive  # noqa: PLC0415  as above

    return await verify_archive(file, key)
