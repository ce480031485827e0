"""Uploads that are fetched: from allowed hosts alone, never from inside, within limits; then read like any other."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.scorer.context import Scorer
from services.scorer.fetch.download import download
from services.scorer.fetch.fetch_upload import fetch_upload
from services.scorer.jobs.store import Job, LostJobError
from services.scorer.uploads.arrivals import tidy
from services.scorer.uploads.refused import Refused
from services.shared.database.pool import Pool
from services.shared.fetching import Allowed
from services.shared.jobs import JobKind
from tests.factories import AContest, AnAccount, a_contest, an_account
from tests.kept import keys
from tests.scorer.doing import codes, do, row, tuples
from tests.scorer.fetch.file_server import FILE, asked, serving


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as found:
        yield found


@pytest.fixture
def fetching(scorer: Scorer, port: int) -> Scorer:
    """A scorer that may fetch from the server of this test."""
    given = {"fetch_hosts": f"127.0.0.1:{port}", "fetch_loopback": True}
    return replace(scorer, settings=scorer.settings.model_copy(update=given))


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def account(contest: AContest) -> AnAccount:
    return await an_account(contest, "zhangsan")


@pytest.mark.parametrize("path", ["works.csv?sign=secret", "moved"])
async def test_a_fetched_file_is_sealed_read_and_its_address_forgotten(
    fetching: Scorer, database: Pool, contest: AContest, account: AnAccount, port: int, path: str
) -> None:
    upload = await asked(fetching, contest, account, f"http://127.0.0.1:{port}/{path}")
    await do(fetching, upload)
    found = await row(database, "uploads", upload)
    assert (found["state"], found["size"], found["address_sealed"]) == ("QUEUED", len(FILE), None)
    await do(fetching, upload)
    assert (await row(database, "uploads", upload))["state"] == "ACCEPTED"
    assert await tuples(database, "select plays from works") == [(1,)]
    assert await keys(fetching.files) == {f"originals/{upload}"}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("away", "FETCH_HOST_NOT_ALLOWED"),
        ("round", "FETCH_REDIRECTS"),
        ("gone", "FETCH_STATUS"),
        ("packed", "FETCH_ENCODED"),
    ],
)
async def test_what_cannot_be_fetched_is_refused_with_its_reason(
    fetching: Scorer, database: Pool, contest: AContest, account: AnAccount, port: int, path: str, code: str
) -> None:
    upload = await asked(fetching, contest, account, f"http://127.0.0.1:{port}/{path}?sign=secret")
    await do(fetching, upload)
    found = await row(database, "uploads", upload)
    assert (found["state"], found["address_sealed"], found["key_sealed"]) == ("REFUSED", None, None)
    assert await codes(database, upload) == [code]
    assert "secret" not in str(await tuples(database, "select parameters from upload_problems"))
    assert await keys(fetching.files) == set()


async def test_an_attempt_that_has_lost_its_job_leaves_the_bytes_of_the_other_alone(
    fetching: Scorer, database: Pool, contest: AContest, account: AnAccount, port: int
) -> None:
    upload = await asked(fetching, contest, account, f"http://127.0.0.1:{port}/works.csv")
    job_id = await database.fetchval("select id from jobs where kind = 'FETCH_UPLOAD'")
    await do(fetching, upload)
    kept = await fetching.files.read_whole(f"originals/{upload}")
    await database.execute(
        "update uploads set bytes_at = null, sha256 = '', address_sealed = $2 where id = $1",
        *(upload, fetching.vault.seal(f"http://127.0.0.1:{port}/others.csv", upload)),
    )
    with pytest.raises(LostJobError):  # as if both had begun before either ended
        await fetch_upload(fetching, Job(job_id, 0, JobKind.FETCH_UPLOAD, upload, 1))
    assert await fetching.files.read_whole(f"originals/{upload}") == kept
    assert await keys(fetching.files, "arriving") == {f"arriving/{upload}-0"}
    await tidy(fetching, datetime.now(UTC) + timedelta(hours=1))
    assert await keys(fetching.files, "arriving") == set()


async def test_other_bytes_than_were_announced_are_not_taken(
    fetching: Scorer, database: Pool, contest: AContest, account: AnAccount, port: int
) -> None:
    upload = await asked(fetching, contest, account, f"http://127.0.0.1:{port}/works.csv", "0" * 64)
    await do(fetching, upload)
    assert await codes(database, upload) == ["UPLOAD_HASH_DIFFERS"]


async def refusal(address: str, allowed: Allowed, into: Path, most: int = 10_000) -> str:
    with pytest.raises(Refused) as caught:
        await download(address, into, allowed, most)
    return caught.value.problem.code


async def test_no_more_is_taken_than_allowed(port: int, tmp_path: Path) -> None:
    allowed = Allowed(frozenset({f"127.0.0.1:{port}"}), loopback=True)
    address = f"http://127.0.0.1:{port}/works.csv"
    assert await refusal(address, allowed, tmp_path / "x", len(FILE) - 1) == "FETCH_TOO_LARGE"
    assert (await download(address, tmp_path / "x", allowed, len(FILE))).size == len(FILE)


async def test_a_host_that_is_away_or_does_not_exist_is_named(tmp_path: Path) -> None:
    allowed = Allowed(frozenset({"127.0.0.1:9", "nowhere.invalid"}), loopback=True)
    for address in ("http://127.0.0.1:9/x", "https://nowhere.invalid/x"):
        assert await refusal(address, allowed, tmp_path / "x") == "FETCH_NOT_REACHED"


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "2130706433"]
)
async def test_an_allowed_name_does_not_open_our_own_network(port: int, tmp_path: Path, host: str) -> None:
    allowed = Allowed(frozenset({f"{host.strip('[]')}:{port}"}), loopback=False)
    assert await refusal(f"https://{host}:{port}/works.csv", allowed, tmp_path / "x") == "FETCH_HOST_PRIVATE"


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Server's and client's side of a certificate for a name and no address."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "certificate").write_bytes(certificate.public_bytes(pem))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "certificate", folder / "key")
    return server, ssl.create_default_context(cafile=str(folder / "certificate"))


async def test_the_name_must_be_certified_though_we_connect_to_the_address_that_was_checked(tmp_path: Path) -> None:
    server, client = certified(tmp_path, "localhost")
    with serving(server) as tls_port:
        allowed = Allowed(frozenset({f"localhost:{tls_port}", f"127.0.0.1:{tls_port}"}), loopback=True)
        address = f"https://localhost:{tls_port}/works.csv"
        await download(address, tmp_path / "x", allowed, 10_000, verify=client)
        assert (tmp_path / "x").read_bytes() == FILE
        with pytest.raises(Refused, match="FETCH_NOT_REACHED"):  # the certificate is for another name
            await download(address.replace("localhost", "127.0.0.1"), tmp_path / "x", allowed, 10_000, verify=client)
        with pytest.raises(Refused, match="FETCH_NOT_REACHED"):  # and by nobody whom we believe
            await download(address, tmp_path / "x", allowed, 10_000)
