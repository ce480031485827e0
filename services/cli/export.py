"""`./livecup export`: a run with everything it was computed from, to be checked on any machine."""

import asyncio
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.errors import CommandError, cause
from services.cli.output import ContestSlug, Json, RoundKey, WithOriginals, emit, results
from services.cli.passphrase import keep_passphrase
from services.cli.verify import no_scored_run, open_database, run_id_of, run_uuid
from services.shared.settings import Settings

if TYPE_CHECKING:
    from services.scorer.bundles.bundle import Head


def export(
    file: Annotated[Path, typer.Argument(help="写到哪里，.zip / where to")],
    *,
    run: Annotated[str | None, typer.Option("--run", help="第几次核算；默认已采用的 / default: adopted")] = None,
    with_originals: WithOriginals = False,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    as_json: Json = False,
) -> None:
    """在服务器上导出一次核算的全部依据，可在任何机器上校验。 / On the server: a run, to be verified anywhere."""
    head = asyncio.run(_export(file, run, (contest, round_key), with_originals=with_originals))
    if as_json:
        emit({"file": str(file), "contest": head.contest, "round": head.round, "run": head.run, "digest": head.digest})
        return
    results.print(f"已导出第 {head.run} 次核算到 {file}，摘要：", markup=False)
    results.print(head.digest, soft_wrap=True)
    results.print(f"校验：./livecup verify {file}", markup=False, soft_wrap=True)


async def _export(file: Path, run: str | None, place: tuple[str | None, str | None], *, with_originals: bool) -> "Head":
    from services.scorer.bundles.originals import Locking  # noqa: PLC0415  as above
    from services.scorer.bundles.write_bundle import ChangedResultError, write_bundle  # noqa: PLC0415  polars is slow
    from services.scorer.rereading.find_changes import a_scorer  # noqa: PLC0415
    from services.scorer.rereading.reread import kept_original  # noqa: PLC0415
    from services.scorer.scoring_runs.verify import NotScoredError  # noqa: PLC0415
    from services.scorer.uploads.original import opened  # noqa: PLC0415

    run_id = await run_id_of(run, *place)
    uuid, settings = run_uuid(run_id), Settings.read()
    async with open_database(settings) as pool, a_scorer(settings, pool) as scorer:
        try:
            locking = Locking(partial(opened, scorer), token_hex(32)) if with_originals else None
            head = await write_bundle(pool, uuid, file, scorer.vault, partial(kept_original, scorer), locking)
            if locking is not None:
                keep_passphrase(file, locking.passphrase)
            return head
        except NotScoredError:
            raise no_scored_run(run_id) from None
        except ChangedResultError:
            raise CommandError(
                "成绩与数据不一致，不能导出；请先运行 ./livecup verify 查明。"
                " / The result is not what its figures give; see `verify` first."
            ) from None
        except OSError as error:
            raise CommandError(f"写不了 {file}：{cause(error)}") from None
