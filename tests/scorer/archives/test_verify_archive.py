"""An archive checked on another machine: whatever is changed in it is named, also where a forger signs it anew."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.scorer.archives.verify_archive import (
    ArchiveVerdict,
    BrokenArchiveError,
    Fault,
    is_archive,
    verify_archive,
)
from services.scorer.audit.seal import seal
from services.scorer.context import Scorer
from services.shared.archives.format import pem_of, sums
from services.shared.audit.actions import Action
from services.shared.audit.store import SCORER, Entry, record
from services.shared.database.pool import Connection, Pool
from services.shared.publications.store import signing_key
from services.shared.storage import FileStore
from tests.factories import a_contest, a_publication
from tests.scorer.archives.test_archive import a_contest_with_results, an_archive, made, unpacked
from tests.scorer.bundles.test_bundle import Check
from tests.scorer.bundles.test_bundle import elsewhere as elsewhere  # noqa: PLC0414  a fixture of theirs
from tests.scorer.doing import do

RUN, REVISION, RECORD = "runs/qualifier-2.zip", "publications/1/snapshot.json", "audit.jsonl"
PROOF = {"index.json", "SHA256SUMS", "SHA256SUMS.sig", "public-key.pem"}


@pytest.fixture
async def contents(scorer: Scorer, database: Pool, files: FileStore) -> dict[str, bytes]:
    """The files of an archive with a run, a revision and a record in which another contest's entry stands between."""
    contest, other = await a_contest_with_results(scorer, database, files), await a_contest(database)
    run_id = await database.fetchval("select adopted_run_id from rounds where id = $1", contest.round_id)
    revision = await a_publication(contest, run_id)
    await do(scorer, revision)
    async with database.acquire() as connection:
        await approve(connection, scorer, revision)
        for of in (contest, other, contest, contest):
            await record(connection, SCORER, Entry(Action.UPDATE_QUOTAS, "Contest", of.id, of.id))
    await seal(database)
    return unpacked(await made(scorer, await an_archive(contest)))


async def approve(connection: Connection, scorer: Scorer, revision: UUID) -> None:
    key = await signing_key(connection, scorer.vault)
    ((digest, canonical),) = await connection.fetch(
        "select digest, canonical from publication_snapshots where publication_id = $1", revision
    )
    await connection.execute(
        "insert into publication_signatures (publication_id, digest, signature, signing_key_id)"
        " values ($1, $2, $3, $4)",
        *(revision, digest, key.sign(canonical), key.id),
    )
    await connection.execute("update publications set state = 'APPROVED' where id = $1", revision)


def packed(contents: Mapping[str, bytes], folder: Path) -> Path:
    path = folder / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def signed_anew(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """What a forger makes of changed files: sums, index and signature of their own."""
    key, files = Ed25519PrivateKey.generate(), {name: each for name, each in contents.items() if name not in PROOF}
    listed = [{"path": name, "sha256": hashlib.sha256(each).hexdigest()} for name, each in files.items()]
    files["index.json"] = json.dumps({**json.loads(contents["index.json"]), "files": listed}).encode()
    files["public-key.pem"] = pem_of(key.public_key().public_bytes_raw())
    text = sums((name, hashlib.sha256(each).hexdigest()) for name, each in files.items())
    return {**files, "SHA256SUMS": text, "SHA256SUMS.sig": key.sign(text)}


def found(verdict: ArchiveVerdict) -> set[tuple[str, Fault]]:
    assert verdict.holds == (not verdict.findings)
    return {(one.path, one.fault) for one in verdict.findings}


async def test_an_archive_holds_and_every_part_that_is_changed_is_named(
    contents: dict[str, bytes], elsewhere: Check, tmp_path: Path
) -> None:
    path = packed(contents, tmp_path)
    assert is_archive(path)
    verdict = await verify_archive(path, recompute=elsewhere)
    assert (found(verdict), verdict.runs, verdict.head["slug"] != "") == (set(), 1, True)
    assert {RUN, REVISION, RECORD} <= contents.keys()

    parts = contents.keys() - PROOF
    all_changed = {name: each + b"\n" if name in parts else each for name, each in contents.items()}
    named = found(await verify_archive(packed(all_changed, tmp_path), recompute=elsewhere))
    assert {(name, Fault.CHANGED) for name in parts} | {(REVISION, Fault.UNSIGNED)} <= named

    for name in sorted(parts):
        without = {each: content for each, content in contents.items() if each != name}
        named = found(await verify_archive(packed(without, tmp_path), recompute=_not_again))
        assert (name, Fault.MISSING) in named


async def _not_again(_: Path) -> NoReturn:
    raise OSError("what runs give is looked at elsewhere")


async def test_what_proves_an_archive_is_checked_itself(
    contents: dict[str, bytes], elsewhere: Check, tmp_path: Path
) -> None:
    async def named(**changed: bytes) -> set[tuple[str, Fault]]:
        names = {"signature": "SHA256SUMS.sig", "key": "public-key.pem", "listed": "SHA256SUMS", "index": "index.json"}
        new = contents | {names.get(name, name): each for name, each in changed.items()}
        return found(await verify_archive(packed(new, tmp_path), recompute=elsewhere))

    assert await named(signature=bytes(64)) == {("SHA256SUMS.sig", Fault.UNSIGNED)}
    other = pem_of(Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    assert {("public-key.pem", Fault.CHANGED), (REVISION, Fault.UNSIGNED)} <= await named(key=other)
    listed = contents["SHA256SUMS"].replace(contents["SHA256SUMS"][:8], b"00000000", 1)
    first = contents["SHA256SUMS"].decode().splitlines()[0][66:]
    assert {("SHA256SUMS.sig", Fault.UNSIGNED), (first, Fault.CHANGED)} <= await named(listed=listed)
    index = contents["index.json"].replace(b'"path": "formulas.md"', b'"path": "formulae.md"')
    assert {("index.json", Fault.CHANGED), ("index.json", Fault.INDEX)} <= await named(index=index)
    assert await named(**{"added.txt": b"?"}) == {("added.txt", Fault.EXTRA)}
    twice = packed({"formulas.md": b"what another program shows"}, tmp_path)
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        for name, content in contents.items():
            archive.writestr(name, content)
    assert found(await verify_archive(twice, recompute=elsewhere)) == {("formulas.md", Fault.EXTRA)}
    with pytest.raises(BrokenArchiveError, match=r"public-key\.pem"):
        await verify_archive(packed({"index.json": contents["index.json"]}, tmp_path), recompute=elsewhere)
    (tmp_path / "none.zip").write_bytes(b"no zip")
    assert not is_archive(tmp_path / "none.zip")


def in_the_run(change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        new = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(new, "w") as bundle:
            for name in old.namelist():
                text = old.read(name)
                bundle.writestr(name, change(text.decode()) if name == "tables/works.csv" else text)
        return new.getvalue()

    return changed


async def test_a_forger_who_signs_anew_is_found_by_what_they_changed(
    contents: dict[str, bytes], elsewhere: Check, tmp_path: Path
) -> None:
    public = (await verify_archive(packed(contents, tmp_path), recompute=elsewhere)).public_key
    cases: list[tuple[str, Callable[[bytes], bytes], Fault]] = [
        (RUN, in_the_run(lambda text: text.replace(",9,", ",90,")), Fault.RESULT),
        (RECORD, lambda text: text.replace(b"UPDATE_QUOTAS", b"UPDATE_ROUND", 1), Fault.CHAIN),
        (REVISION, lambda text: text.replace(b"ann", b"bob"), Fault.UNSIGNED),
    ]
    for name, change, fault in cases:
        forged = signed_anew({**contents, name: change(contents[name])})
        named = found(await verify_archive(packed(forged, tmp_path), public, recompute=elsewhere))
        assert {(name, fault), ("public-key.pem", Fault.KEY)} <= named
        assert not any(path in {"SHA256SUMS", "SHA256SUMS.sig"} for path, _ in named)


async def test_a_revision_without_its_run_is_unproven(
    contents: dict[str, bytes], elsewhere: Check, tmp_path: Path
) -> None:
    without = {name: each for name, each in contents.items() if name != RUN}
    verdict = await verify_archive(packed(without, tmp_path), recompute=elsewhere)
    assert found(verdict) == {(RUN, Fault.MISSING), (REVISION, Fault.UNPROVEN)}
