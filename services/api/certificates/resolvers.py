"""Issuing certificates, fetching them, and confirming them to everybody."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from services.api.attempts import CERTIFICATES
from services.api.certificates import store
from services.api.certificates.code import new_code, read_code
from services.api.certificates.store import Award
from services.api.certificates.types import Certificate, CertificateCheck
from services.api.context import Context, Info
from services.api.downloads.file import DownloadKind
from services.api.downloads.store import open_download
from services.api.errors import Conflict, ConflictError, NotAllowed, NotAllowedError, NotFound, NotFoundError
from services.api.nodes import After, Connection, ContestId, First, Page, key_of
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection as Database
from services.shared.jobs import JobKind, enqueue
from services.shared.messages.store import Message, tell
from services.shared.words import Language, put


@strawberry.input(description="By which publication. (签发证书)")
class IssueCertificatesInput:
    publication_id: strawberry.ID = strawberry.field(description="A final one that holds. (公布)")


@strawberry.type(description="They are there; their PDFs follow. (已签发)")
class IssueCertificatesPayload:
    issued: int = strawberry.field(description="How many are new. (新签发数)")


@strawberry.input(description="Which certificate. (取得证书)")
class FetchCertificateInput:
    id: strawberry.ID = strawberry.field(description="The certificate. (证书)")


@strawberry.type(description="Where it can be fetched. (证书下载地址)")
class FetchCertificatePayload:
    url: str = strawberry.field(description="GET it here, once, as the same user; relative to the API. (地址)")
    expires_at: datetime = strawberry.field(description="Until then. (有效期)")


IssueCertificatesResult = Annotated[
    IssueCertificatesPayload | NotFound | NotAllowed | Conflict,
    strawberry.union("IssueCertificatesResult", description="What issueCertificates answers. (签发的结果)"),
]
FetchCertificateResult = Annotated[
    FetchCertificatePayload | NotFound | NotAllowed | Conflict,
    strawberry.union("FetchCertificateResult", description="What fetchCertificate answers. (取得的结果)"),
]


@strawberry.type
class CertificateQuery:
    @strawberry.field(description="Confirms a certificate to whoever has its code. (证书查验)")
    async def certificate(
        self,
        info: Info,
        code: Annotated[str, strawberry.argument(description="As it stands on the certificate. (查验码)")],
    ) -> CertificateCheck | None:
        await info.context.count_attempt("certificate", **CERTIFICATES)
        read = read_code(code)
        return await store.check(info.context.pool, read) if read else None

    @strawberry.field(description="The certificates of a contest that the viewer may see. (证书)")
    async def certificates(
        self, info: Info, contest_id: ContestId, first: First = 50, after: After = None
    ) -> Connection[Certificate]:
        context, contest = info.context, key_of(contest_id, "Contest")
        if contest is None:
            return Page.empty(first)
        page = Page.of(f"certificates {contest}", first, after)
        found, total = await store.list_certificates(context.pool, context.rows("Certificate"), contest, page)
        return page.connect([(each.uuid, each) for each in found], total)


@strawberry.type
class CertificateMutation:
    @strawberry.mutation(
        description="Issues certificates for the awards of a final publication. Asked again, only those that are"
        " missing: by a later revision, for whom it has added. (签发证书)"
    )
    async def issue_certificates(
        self,
        info: Info,
        input: Annotated[IssueCertificatesInput, strawberry.argument(description="By which. (输入)")],  # noqa: A002
    ) -> IssueCertificatesResult:
        context, key = info.context, key_of(input.publication_id, "Publication")
        row = await store.find_published(context.pool, key) if key else None
        if key is None or row is None:
            raise NotFoundError
        if not context.may("issueCertificates").covers(row["contest_id"]):
            raise NotAllowedError
        async with context.pool.acquire() as connection, connection.transaction():
            await lock_contest(connection, row["contest_id"])
            issued = await _issue(context, connection, key)
        await context.send_jobs()
        return IssueCertificatesPayload(issued=issued)

    @strawberry.mutation(description="Answers a one-time address of a certificate; that is recorded. (取得证书)")
    async def fetch_certificate(
        self,
        info: Info,
        input: Annotated[FetchCertificateInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> FetchCertificateResult:
        context = info.context
        found: Certificate | None = await context.load("Certificate", key_of(input.id, "Certificate"))
        if found is None:
            raise NotFoundError
        places = found.contest_id, found.city_id, found.contestant_id
        if not context.may("fetchCertificate").covers(*places):
            raise NotAllowedError
        if not found.printed:
            raise ConflictError("CERTIFICATE_NOT_PRINTED")
        async with context.pool.acquire() as connection, connection.transaction():
            user = context.viewer.user_id
            url, expires_at = await open_download(connection, DownloadKind.CERTIFICATE, found.uuid, user)
            await context.record(connection, Entry(Action.FETCH_CERTIFICATE, "Certificate", found.uuid, *places))
        return FetchCertificatePayload(url=url, expires_at=expires_at)


async def _issue(context: Context, connection: Database, publication_id: UUID) -> int:
    """The contest is locked. Raises ConflictError."""
    row = await store.find_published(connection, publication_id)
    if row is None or not row["holds"]:
        raise ConflictError("CERTIFICATES_NEED_FINAL")
    awards = list(_awards(row["head"], await store.list_cities(connection, publication_id)))
    if not awards:
        raise ConflictError("CERTIFICATES_WITHOUT_AWARDS")
    issued = 0
    for award in awards:
        code = new_code()
        certificate = await store.issue(connection, row, award, code, context.viewer.user_id)
        if certificate is None:
            continue
        issued += 1
        event, said = f"certificate {certificate.id}", {"title": award.title, "code": code}
        whom: dict[str, Any] = {"contestant_id": certificate.contestant_id}
        told = "CERTIFICATE_ISSUED"
        if certificate.contestant_id is None:
            whom, told = {"city_id": certificate.city_id}, "TEAM_CERTIFICATE_ISSUED"
        await tell(connection, Message(told, row["contest_id"], event, dict[str, str | int](said), **whom))
    await enqueue(connection, JobKind.PRINT_CERTIFICATES, publication_id)
    entry = Entry(
        Action.ISSUE_CERTIFICATES,
        "Publication",
        publication_id,
        contest_id=row["contest_id"],
        changes={"certificates": (None, issued)},
    )
    await context.record(connection, entry)
    return issued


def _awards(head: Mapping[str, Any], cities: Mapping[str, UUID]) -> Iterator[Award]:
    """Every award with each of those who have it, as a revision names them."""
    for award in head["awards"]:
        for winner in award["winners"]:
            team = put("CERTIFICATE_OF_TEAM", {"city": winner["city"]}, Language.ZH)
            yield Award(award["key"], award["title"], cities[winner["city"]], winner["number"], winner["name"] or team)
