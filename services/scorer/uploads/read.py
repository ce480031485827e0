"""From uploads to files that have been read: bytes → rows in a child process → rows with their contestants."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path

from services.scorer.context import Scorer
from services.scorer.uploads import store
from services.scorer.uploads.accept import ReadFile
from services.scorer.uploads.children import ParserPool
from services.scorer.uploads.original import opened
from services.scorer.uploads.owners import Account, Ownership, named_accounts, own
from services.scorer.uploads.parse import ParsedFile
from services.scorer.uploads.refused import Refused
from services.scorer.uploads.upload import Outcome, Upload
from services.scorer.uploads.windows import Times, count_outside
from services.shared.beijing import said
from services.shared.database.pool import Pool
from services.shared.file_vocabulary import Source, UploadKind
from services.shared.formats.store import find_own
from services.shared.problems import Parameters, Problem
from services.shared.vocabulary import Severity


async def parse(scorer: Scorer, upload: Upload, clear: Path | None = None) -> ParsedFile:
    """The file as rows, read where it lies in clear already or else from its sealed original. Whatever it does to the
    child that reads it, this answers."""
    place: AbstractAsyncContextManager[Path] = nullcontext(clear) if clear else opened(scorer, upload.id)
    try:
        async with place as path:
            return await parse_at(path, upload, scorer.pool, scorer.parsers)
    except Refused as refused:
        return ParsedFile(problems=[refused.problem])


async def parse_at(path: Path, upload: Upload, pool: Pool, parsers: ParserPool) -> ParsedFile:
    """The rows of the file that lies there in clear, with the formats it was read with."""
    own = await find_own(pool, upload.contest_id, upload.format_version)
    return await parsers.parse(
        path,
        upload.name,
        upload.exported_at,
        upload.kind_stated,
        own.text,
        policy=upload.policy,
        published_at=upload.published_at,
    )


async def attribute(scorer: Scorer, parsed: Sequence[tuple[Upload, ParsedFile]], times: Times) -> list[ReadFile]:
    """Gives the rows of one contest's files to their contestants, with one look at the accounts."""
    accounts = await find_accounts(scorer.pool, parsed)
    return [judge(upload, file, accounts, times) for upload, file in parsed]


async def find_accounts(pool: Pool, parsed: Sequence[tuple[Upload, ParsedFile]]) -> list[Account]:
    """The accounts that files of one contest name, or that are stated for them."""
    stated, handle_keys, uids = set(), set(), set()
    for upload, file in parsed:
        if upload.account_id is not None:
            stated.add(upload.account_id)
        if file.frame is not None:
            named = named_accounts(file.frame)
            handle_keys |= named.handle_keys
            uids |= named.uids
    return await store.find_accounts(pool, parsed[0][0].contest_id, stated, handle_keys, uids)


def judge(upload: Upload, parsed: ParsedFile, accounts: Sequence[Account], times: Times) -> ReadFile:
    """One parsed file with its rows' contestants, or refused."""
    problems = list(parsed.problems)
    if upload.from_the_future:
        problems.append(Problem("EXPORTED_IN_FUTURE"))
    attested = parsed.kind is None or not parsed.kind.is_template or upload.attested
    if not attested:
        problems.append(Problem("TEMPLATE_NOT_ATTESTED"))
    if upload.from_the_future or not attested or parsed.frame is None or parsed.format is None:
        return _refused(upload, parsed, problems)
    source = parsed.format.source
    stated = next((account for account in accounts if account.id == upload.account_id), None)
    ownership = Ownership(accounts, stated, parsed.format, upload.ownerless_to_stated)
    owned = own(parsed.frame, ownership)
    problems += owned.problems
    if owned.refused:
        return _refused(upload, parsed, problems)
    if not times.take_export(upload.exported_at):
        told: Parameters = {"exported_at": said(upload.exported_at)}
        problems.append(Problem("EXPORTED_OUTSIDE_SPANS", told, severity=Severity.WARNING))
    outcome = Outcome(
        parsed.format.kind,
        parsed.content_digest,
        parsed.period,
        # A line of account days holds many figures, and each is counted: as new, as replacing an earlier one, or not.
        parsed.frame.height + parsed.refused_rows if source is Source.ACCOUNT_DAYS else parsed.rows,
        parsed.unknown_columns,
        problems,
        format_key=_own_key(parsed),
        outside=count_outside(owned.frame, source, parsed.period, times.windows),
        unclaimed=owned.unclaimed,
        refused=parsed.refused_rows,
        measures=parsed.measures if parsed.rows == 0 else (),
    )
    return ReadFile(upload, outcome, source, owned)


def _refused(upload: Upload, parsed: ParsedFile, problems: Sequence[Problem]) -> ReadFile:
    rows, unknown, key = parsed.rows, parsed.unknown_columns, _own_key(parsed)
    said = parsed.kind, parsed.content_digest, parsed.period, rows, unknown, problems, key
    return ReadFile(upload, Outcome(*said, None if upload.from_the_future else parsed.waiting))


def _own_key(parsed: ParsedFile) -> str | None:
    return parsed.format.name if parsed.format and parsed.format.kind is UploadKind.OWN else None
