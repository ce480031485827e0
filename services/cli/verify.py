"""`./livecup verify`: compute a stored result once more from the facts, and say whether anything was changed."""

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote
from uuid import UUID

import asyncpg
import typer

from services.cli.changed_rows import as_json as as_object
from services.cli.changed_rows import said
from services.cli.chosen import chosen_contest, chosen_round, chosen_run
from services.cli.client import signed_in
from services.cli.errors import CommandError, cause
from services.cli.output import ContestSlug, Json, RoundKey, emit, results, short
from services.cli.verify_file import verify_file
from services.shared.database.embedded import APPLICATION, DATABASE, EmbeddedServers, EmbeddedServersError
from services.shared.database.pool import Pool, open_pool
from services.shared.personal_data import open_vault
from services.shared.settings import Settings

if TYPE_CHECKING:
    from services.scorer.publications.verify import Tampered
    from services.scorer.rereading.find_changes import ChangedInput
    from services.scorer.scoring_runs.verify import Verdict


@dataclass(frozen=True, slots=True)
class Verified:
    """A run's id as clients know it, and what was found."""

    run_id: str
    verdict: "Verdict"
    tampered: "list[Tampered]"
    changes: "list[ChangedInput]"

    @property
    def holds(self) -> bool:
        return self.verdict.holds and not self.tampered and not any(one.fault != "ABSENT" for one in self.changes)


def verify(
    run: Annotated[
        str | None,
        typer.Argument(help="第几次核算，或导出、归档的 .zip；默认已采用的 / a run, a bundle or an archive"),
    ] = None,
    *,
    files: Annotated[
        bool, typer.Option("--files", help="再读一遍保存的原始文件，逐行核对 / read every kept file again, row by row")
    ] = False,
    exports: Annotated[
        Path | None,
        typer.Option("--exports", help="数据包：用此文件夹中的导出文件逐行核对 / a bundle: compare with these files"),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", help="另行公布的公钥 / of a file: the key as announced elsewhere"),
    ] = None,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    as_json: Json = False,
) -> None:
    """重新核算并逐行比对，检查成绩是否被改动。 / Compute a run again and compare every stored row."""
    if run is not None and run.lower().endswith(".zip"):
        verify_file(Path(run), exports, key, as_json=as_json)
        return
    found = asyncio.run(_verify(run, contest, round_key, files=files))
    if as_json:
        emit(_found(found))
    elif found.holds:
        results.print(f"一致，成绩没有被改动，摘要 {short(found.verdict.stored_digest)}。 / It holds.")
        for one in found.changes:
            results.print(said(one), markup=False, soft_wrap=True)
    if not found.holds:
        raise CommandError(_difference(found))


def _found(found: Verified) -> dict[str, Any]:
    verdict = found.verdict
    return {
        "run": found.run_id,
        "holds": found.holds,
        "storedDigest": verdict.stored_digest,
        "computedDigest": verdict.computed_digest,
        "firstDifference": str(verdict.first_difference) if verdict.first_difference else None,
        "table": verdict.table,
        "tamperedPublications": [{"revision": one.revision, "what": one.what} for one in found.tampered],
        "changes": [as_object(one) for one in found.changes],
    }


def _difference(found: Verified) -> str:
    verdict = found.verdict
    rows = "".join(f"\n  {said(one)}" for one in found.changes)
    if verdict.holds and not found.tampered:
        return f"成绩一致，但依据的数据被改动：{rows}\n / The result holds, but rows it was computed from were changed."
    if verdict.holds:
        revisions = "、".join(f"第 {one.revision} 版（{one.what}）" for one in found.tampered)
        return f"成绩一致，但公布的内容与签名不符：{revisions}。{rows} / What is published is not what was signed."
    place = f"第一处不同：{verdict.table} {verdict.first_difference}。" if verdict.first_difference else ""
    return (
        f"不一致！保存的摘要 {verdict.stored_digest}，重新核算的摘要 {verdict.computed_digest}。{place}{rows}"
        " / It does not hold: what is stored is not what is computed again."
    )


async def _verify(run: str | None, slug: str | None, key: str | None, *, files: bool) -> Verified:
    from services.scorer.publications import verify as publications  # noqa: PLC0415  as the next
    from services.scorer.rereading.find_changes import find_changes, originals  # noqa: PLC0415  as the next
    from services.scorer.scoring_runs import verify as recomputing  # noqa: PLC0415  polars takes long to load

    run_id = await run_id_of(run, slug, key)
    uuid = run_uuid(run_id)
    settings = Settings.read()
    vault = open_vault(settings)
    async with open_database(settings) as pool:
        try:
            verdict = await recomputing.verify(pool, uuid, vault)
        except recomputing.NotScoredError:
            raise no_scored_run(run_id) from None
        tampered = await publications.verify_publications(pool, uuid, vault)
        if verdict.holds and not files:
            return Verified(run_id, verdict, tampered, [])
        async with originals(settings, pool) as read:
            return Verified(run_id, verdict, tampered, await find_changes(pool, uuid, read))


def no_scored_run(run_id: str) -> CommandError:
    return CommandError(f"没有已完成的核算 {run_id}。 / There is no scored run of that id.")


async def run_id_of(run: str | None, slug: str | None, key: str | None) -> str:
    """The id of a run that is named by it or by its number; without either of the adopted one."""
    return run if run is not None and not run.isdecimal() else await _known(run, slug, key)


async def _known(number: str | None, slug: str | None, key: str | None) -> str:
    """The id of the round's run of that number, or of the adopted one, as the API tells it."""
    async with signed_in() as client:
        chosen = chosen_round(await chosen_contest(client, slug), key)
        if number is not None:
            return await chosen_run(client, chosen["id"], number)
    if chosen["adoptedRun"] is None:
        raise CommandError("这一轮还没有采用成绩（或您无权查看）。 / The round has no adopted run.")
    run_id: str = chosen["adoptedRun"]["id"]
    return run_id


def run_uuid(run_id: str) -> UUID:
    """The key of a run from the id that clients see, or from the bare key."""
    try:
        return key_of(run_id, "ScoringRun")
    except ValueError:
        raise CommandError(f"不是核算编号：{run_id}。 / Not the id of a run.") from None


def key_of(node_id: str, kind: str) -> UUID:
    """The key of a row from the id that clients see, or from the bare key; raises ValueError."""
    try:
        named, _, key = base64.b64decode(node_id, validate=True).decode().partition(":")
        if named == kind:
            return UUID(key)
    except (ValueError, binascii.Error):
        pass
    return UUID(node_id)


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Pool]:
    """The database of these settings: the given one, the one that `up` is running, or the embedded one for a moment."""
    servers = None
    url = settings.database_url
    if not url:
        servers, url = _embedded(settings.home)
    try:
        pool = await open_pool(url)
        try:
            yield pool
        finally:
            await pool.close()
    except (OSError, asyncpg.PostgresConnectionError) as error:
        raise CommandError(f"连不上数据库（{cause(error)}）。 / The database does not answer.") from None
    finally:
        if servers is not None:
            servers.stop()


def _embedded(home: Path) -> tuple[EmbeddedServers | None, str]:
    if not (home / "postgres").exists():
        raise CommandError(f"{home} 里没有数据。 / There are no data in that folder.")
    servers = EmbeddedServers(home)
    try:
        return servers, servers.start().database_url
    except EmbeddedServersError:
        note = home / "sockets"  # somebody else runs them: they say where they listen
        sockets = note.read_text().strip() if note.exists() else ""
        return None, f"postgresql://{APPLICATION}@/{DATABASE}?host={quote(sockets, safe='/')}"
