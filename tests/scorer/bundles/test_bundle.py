"""A run in a bundle: taken out of one database, computed again in another; whatever is changed in it is found."""

import hashlib
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from services.scorer.bundles.bundle import BrokenBundleError
from services.scorer.bundles.verify_bundle import BundleVerdict, verify_bundle
from services.scorer.bundles.write_bundle import ChangedResultError, write_bundle
from services.scorer.context import Scorer
from services.scorer.rereading.compare import Fault
from services.scorer.rereading.reread import kept_original
from services.shared.database.pool import Pool, connect
from services.shared.identity import new_id
from services.shared.storage import FileStore
from tests.conftest import Servers
from tests.factories import AContest, a_contest, a_run, an_account, an_upload
from tests.scorer.doing import do
from tests.scorer.files import orders, works

ANN = works(("片一", "2021-07-21 08:00:00", 1000), ("片二", "2021-07-22 08:00:00", 250))
BOB = works(("片", "2021-07-21 08:00:00", 500))
SHOP = orders(("1", "2021-07-23 08:00:00", "99.90", "-", "1001"), ("2", "2021-07-23 09:00:00", "10", "-", "7"))

Check = Callable[..., Awaitable[BundleVerdict]]


@pytest.fixture
async def elsewhere(servers: Servers) -> AsyncIterator[Check]:
    """Checks bundles, each in an empty database of its own."""
    owner = await connect(servers.database_url)
    made: list[str] = []

    async def check(path: Path, exports: Path | None = None) -> BundleVerdict:
        made.append(f"livecup_bundle_{new_id().hex}")
        await owner.execute(f"create database {made[-1]}")
        return await verify_bundle(path, exports, servers.database(made[-1]))

    yield check
    for name in made:
        await owner.execute(f"drop database {name} with (force)")
    await owner.close()


async def a_scored_contest(scorer: Scorer, database: Pool, files: FileStore) -> tuple[AContest, UUID]:
    """Two people with works, one of whom sells."""
    contest = await a_contest(database)
    ann, bob = await an_account(contest, "ann", uid="1001"), await an_account(contest, "bob")
    await do(scorer, await an_upload(contest, files, "ann.csv", ANN, account=ann))
    await do(scorer, await an_upload(contest, files, "bob.csv", BOB, account=bob))
    await do(scorer, await an_upload(contest, files, "shop.csv", SHOP))
    run_id = await a_run(contest)
    await do(scorer, run_id)
    return contest, run_id


def changed(path: Path, name: str, change: Callable[[str], str]) -> Path:
    """A copy of the bundle with one part of it changed, or without it."""
    copy = path.with_name(f"changed-{name.replace('/', '-')}.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            new.writestr(member, change(content.decode()) if member == name else content)
    return copy


async def test_a_bundle_is_computed_again_without_our_database_and_names_what_was_changed(
    scorer: Scorer, database: Pool, files: FileStore, elsewhere: Check, tmp_path: Path
) -> None:
    _, run_id = await a_scored_contest(scorer, database, files)
    path = tmp_path / "run.zip"
    head = await write_bundle(database, run_id, path, scorer.vault)
    assert (head.round, head.run, head.run_id) == ("qualifier", 1, run_id)
    assert (await elsewhere(path)).holds
    again = tmp_path / "again.zip"
    await write_bundle(database, run_id, again, scorer.vault)
    assert again.read_bytes() == path.read_bytes()

    faked = await elsewhere(changed(path, "tables/works.csv", lambda text: text.replace(",1000,", ",1001,")))
    assert (faked.holds, faked.broken) == (False, "result.txt")
    result = await elsewhere(changed(path, "result.txt", lambda text: text.replace("99.90", "99.99")))
    assert (result.holds, result.verdict.holds, result.broken) == (False, True, "result.txt")
    rules = await elsewhere(changed(path, "rules.toml", lambda text: text.replace("60", "61")))
    assert (rules.holds, rules.broken) == (False, "rules.toml")
    with pytest.raises(BrokenBundleError, match=r"bundle\.json"):
        await elsewhere(changed(path, "bundle.json", lambda _: "{}"))

    await database.execute("update works set plays = plays + 1")
    with pytest.raises(ChangedResultError):
        await write_bundle(database, run_id, path, scorer.vault)


async def test_a_bundle_holds_the_text_of_each_file_by_the_digest_that_the_result_names(
    scorer: Scorer, database: Pool, files: FileStore, elsewhere: Check, tmp_path: Path
) -> None:
    _, run_id = await a_scored_contest(scorer, database, files)
    path = tmp_path / "run.zip"
    await write_bundle(database, run_id, path, scorer.vault, partial(kept_original, scorer))
    with zipfile.ZipFile(path) as bundle:
        result = bundle.read("result.txt").decode().splitlines()
        texts = {name: bundle.read(name) for name in bundle.namelist() if name.startswith("uploads/")}
    named = [line.removeprefix("upload ") for line in result if line.startswith("upload ")]
    assert sorted(texts) == [f"uploads/{digest}.csv" for digest in named]
    assert sorted(hashlib.sha256(text).hexdigest() for text in texts.values()) == named
    assert any(b'"2021-07-21T00:00:00Z"' in text and b",1000," in text for text in texts.values())
    assert (await elsewhere(path)).holds
    name = min(texts)
    other = await elsewhere(changed(path, name, lambda text: text + "x"))
    assert (other.holds, other.broken) == (False, name)


async def test_no_name_or_number_of_a_person_is_in_a_bundle(
    scorer: Scorer, database: Pool, files: FileStore, tmp_path: Path
) -> None:
    _, run_id = await a_scored_contest(scorer, database, files)
    await database.execute("update contestants set name = '袁月月'")
    await write_bundle(database, run_id, tmp_path / "run.zip", scorer.vault)
    with zipfile.ZipFile(tmp_path / "run.zip") as bundle:
        texts = {name: bundle.read(name).decode(errors="replace") for name in bundle.namelist()}
    assert [name for name, text in texts.items() if "袁月月" in text or "shop.csv" in text] == []
    heading = texts["tables/contestants.csv"].splitlines()[0]
    assert heading == "id,contest_id,city_id,division_id,number,entry_way,eligibility,approved_at"


async def test_a_bundle_is_compared_with_the_files_of_the_platforms_line_by_line(
    scorer: Scorer, database: Pool, files: FileStore, elsewhere: Check, tmp_path: Path
) -> None:
    _, run_id = await a_scored_contest(scorer, database, files)
    path, exports = tmp_path / "run.zip", tmp_path / "exports"
    await write_bundle(database, run_id, path, scorer.vault)
    exports.mkdir()
    (exports / "whatever.csv").write_bytes(ANN)
    with zipfile.ZipFile(exports / "all.zip", "w") as archive:
        archive.writestr("抖音-bob/作品.csv", BOB)
        archive.writestr("shop.csv", SHOP)
    checked = await elsewhere(path, exports)
    assert (checked.holds, checked.changes) == (True, [])
    (exports / "whatever.csv").unlink()
    assert [one.fault for one in (await elsewhere(path, exports)).changes] == [Fault.ABSENT]
    faked = changed(path, "tables/works.csv", lambda text: text.replace(",500,", ",900,"))
    (one, *_) = (await elsewhere(faked, exports)).changes
    found = (one.table, one.fault, one.contestant, one.line, one.column, one.stored, one.expected)
    assert found == ("works", Fault.CHANGED, "2", 2, "plays", "900", "500")
