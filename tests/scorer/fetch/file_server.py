"""A server on loopback that has files to fetch, and an upload that waits for one of them."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

from services.scorer.context import Scorer
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from tests.factories import AContest, AnAccount
from tests.scorer.files import works

FILE = works(("第一个", "2021-07-21 08:00:00", 1))
ANSWERS = {
    "/works.csv": (200, {}, FILE),
    "/others.csv": (200, {}, works(("别的", "2021-07-21 08:00:00", 2))),
    "/moved": (302, {"location": "/works.csv"}, b""),
    "/away": (302, {"location": "https://files.example/works.csv"}, b""),
    "/round": (302, {"location": "/round"}, b""),
    "/gone": (404, {}, b"gone"),
    "/packed": (200, {"content-encoding": "gzip"}, b"\x1f\x8b"),
}


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, headers, body = ANSWERS[self.path.partition("?")[0]]
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a server on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


async def asked(scorer: Scorer, contest: AContest, account: AnAccount, address: str, sha256: str = "") -> UUID:
    """An upload as the API leaves it when somebody gives an address."""
    upload_id = new_id()
    async with scorer.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "insert into uploads (id, contest_id, name, size, sha256, state, account_id, exported_at,"
            " exported_at_stated, address_sealed) values ($1, $2, '作品.csv', 0, $3, 'QUEUED', $4, now(), false, $5)",
            *(upload_id, contest.id, sha256, account.id, scorer.vault.seal(address, upload_id)),
        )
        await enqueue(connection, JobKind.FETCH_UPLOAD, upload_id)
    return upload_id
