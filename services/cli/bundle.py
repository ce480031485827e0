"""Checks an exported scoring run: on any machine, without a server, a network or a database of ours."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from services.cli.changed_rows import as_json as as_object
from services.cli.changed_rows import said
from services.cli.errors import CommandError
from services.cli.output import emit, results, short

if TYPE_CHECKING:
    from services.scorer.bundles.verify_bundle import BundleVerdict


def verify_bundle(file: Path, exports: Path | None, key: str | None, *, as_json: bool) -> None:
    """Says whether the bundle holds; raises CommandError where it does not, or is none."""
    found = asyncio.run(_verify(file, exports))
    head, verdict = found.head, found.verdict
    if key is not None and key.lower() != found.public_key:
        raise CommandError("签名用的是另一把密钥，不是所给的公钥。 / It is signed with another key.")
    if as_json:
        emit(
            {
                "contest": head.contest,
                "round": head.round,
                "run": head.run,
                "holds": found.holds,
                "digest": head.digest,
                "erased": list(head.erased),
                "markedDigest": head.marked_digest,
                "publicKey": found.public_key,
                "computedDigest": verdict.computed_digest,
                "firstDifference": str(verdict.first_difference) if verdict.first_difference else None,
                "broken": found.broken,
                "changes": [as_object(one) for one in found.changes],
            }
        )
    elif found.holds:
        results.print(
            f"一致：{head.contest} {head.round} 第 {head.run} 次核算，摘要 {short(head.digest)}。 / It holds."
        )
        if head.erased:
            results.print(_of_erased(found), markup=False, soft_wrap=True)
        for one in found.changes:
            results.print(said(one), markup=False, soft_wrap=True)
    if not found.holds:
        raise CommandError(_said(found))


def _of_erased(found: "BundleVerdict") -> str:
    who = "、".join(str(number) for number in found.head.erased)
    return (
        f"选手 {who} 的个人信息已按要求删除，账号以标记代替，成绩不变。所以公布的摘要不能由本包重算，由平台的签名证明；"
        f"公钥 {found.public_key}。 / Their accounts are marks: the published digest rests on the signature."
    )


def _said(found: "BundleVerdict") -> str:
    verdict = found.verdict
    text = f"不一致！包内的摘要 {found.head.told_digest}，重新核算的摘要 {verdict.computed_digest}。"
    if verdict.first_difference is not None:
        text += f"第一处不同：选手 {verdict.first_difference}。"
    if found.broken is not None:
        text += f"与数据不符的部分：{found.broken}。"
    text += "".join(f"\n  {said(one)}" for one in found.changes)
    return f"{text} / It does not hold: what is computed from its rows is not what it says."


async def _verify(file: Path, exports: Path | None) -> "BundleVerdict":
    from services.scorer.bundles import verify_bundle as checking  # noqa: PLC0415  polars takes long to load
    from services.scorer.bundles.bundle import BrokenBundleError  # noqa: PLC0415

    try:
        return await checking.verify_bundle(file, exports)
    except FileNotFoundError:
        raise CommandError(f"没有文件 {file}。 / There is no such file.") from None
    except BrokenBundleError as error:
        raise CommandError(f"{file} 不是完整的数据包：{error.place}。 / It is no complete bundle.") from None
