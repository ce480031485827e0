"""What is taken out of a contest after somebody was erased: their figures are computed again, their name and account
are nowhere, and the digest that cannot be computed any more is signed."""

import zipfile
from pathlib import Path
from uuid import UUID

import pytest

from services.scorer.archives.verify_archive import verify_archive
from services.scorer.bundles.write_bundle import write_bundle
from services.scorer.context import Scorer
from services.scorer.rereading.reread import kept_original
from services.shared.database.pool import Pool
from services.shared.storage import FileStore
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, a_contest, a_person, a_run, an_account, an_upload
from tests.scorer.archives.test_archive import an_archive, made
from tests.scorer.bundles.test_bundle import Check, changed
from tests.scorer.bundles.test_bundle import elsewhere as elsewhere  # noqa: PLC0414  a fixture of theirs
from tests.scorer.conftest import files as files  # noqa: PLC0414  likewise
from tests.scorer.conftest import scorer as scorer  # noqa: PLC0414  likewise
from tests.scorer.doing import do
from tests.scorer.files import orders, works

ERASE = """mutation ($input: EraseContestantInput!) { eraseContestant(input: $input) { __typename } }"""
HANDLE = "zhangsanfeng"
SHOP = orders(("1", "2021-07-23 08:00:00", "99.90", "-", "1001"), ("2", "2021-07-23 09:00:00", "99.90", "-", "1002"))


@pytest.fixture
async def scored(scorer: Scorer, database: Pool, files: FileStore) -> tuple[AContest, UUID, UUID]:
    """A contest of two equals, its adopted run, and the one of the two whose account comes last: under a mark first."""
    contest = await a_contest(database)
    gone = await an_account(contest, HANDLE, uid="1001")
    stays = await an_account(contest, "wang", uid="1002")
    await database.execute("update contestants set name = '张三丰' where id = $1", gone.contestant_id)
    for account in (gone, stays):
        sent = works(("片", "2021-07-21 08:00:00", 9))
        await do(scorer, await an_upload(contest, files, f"{account.handle}.csv", sent, account=account))
    await do(scorer, await an_upload(contest, files, "shop.csv", SHOP))
    run_id = await a_run(contest)
    await do(scorer, run_id)
    await database.execute("update rounds set adopted_run_id = $2 where id = $1", contest.round_id, run_id)
    return contest, run_id, gone.contestant_id


async def erase(ask: Ask, contest: AContest, who: UUID) -> None:
    organiser = await a_person(contest.pool, Role.ORGANISER, contest)
    given = {"contestantId": gid("Contestant", who), "reason": "本人要求"}
    assert (await ask(ERASE, organiser, input=given))["eraseContestant"]["__typename"] == "EraseContestantPayload"


async def test_a_bundle_names_nobody_who_was_erased_and_their_figures_are_computed_again(
    ask: Ask, scorer: Scorer, scored: tuple[AContest, UUID, UUID], elsewhere: Check, tmp_path: Path
) -> None:
    contest, run_id, who = scored

    async def taken(name: str) -> Path:
        await write_bundle(
            contest.pool, run_id, tmp_path / name, scorer.vault, lambda file: kept_original(scorer, file)
        )
        return tmp_path / name

    before = await elsewhere(await taken("before.zip"))
    assert (before.holds, before.head.erased, before.head.marked_digest) == (True, (), None)
    await erase(ask, contest, who)
    path = await taken("after.zip")
    with zipfile.ZipFile(path) as bundle:
        contents = {name: bundle.read(name) for name in bundle.namelist()}
    said = [name for name, each in contents.items() if HANDLE.encode() in each or "张三丰".encode() in each]
    assert said == []
    texts = [name for name in contents if name.startswith("uploads/")]
    assert len(texts) == 1  # wang's: the shop's file speaks of the other one too
    number = await contest.pool.fetchval("select number from contestants where id = $1", who)
    mark = await contest.pool.fetchval("select handle_key from approvals where contestant_id = $1", who)
    line = next(each for each in contents["result.txt"].decode().splitlines() if mark in each)
    assert "99.90" in line

    after = await elsewhere(path)
    assert after.holds
    assert after.head.erased == (number,)
    assert after.head.digest == before.head.digest != after.head.marked_digest == after.verdict.computed_digest
    faked = await elsewhere(changed(path, "tables/orders.csv", lambda text: text.replace("99.90", "99.99")))
    assert (faked.holds, faked.broken) == (False, "result.txt")
    head = await elsewhere(changed(path, "bundle.json", lambda text: text.replace('"run": 1', '"run": 2')))
    assert (head.holds, head.broken) == (False, "bundle.sig")


async def test_an_archive_names_nobody_who_was_erased_and_holds(
    ask: Ask, scorer: Scorer, scored: tuple[AContest, UUID, UUID], elsewhere: Check, tmp_path: Path
) -> None:
    contest, _, who = scored
    await erase(ask, contest, who)
    path = tmp_path / "archive.zip"
    path.write_bytes(await made(scorer, await an_archive(contest)))
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    assert [name for name, each in contents.items() if HANDLE.encode() in each or "张三丰".encode() in each] == []
    verdict = await verify_archive(path, recompute=elsewhere)
    assert (verdict.findings, verdict.runs) == ([], 1)
