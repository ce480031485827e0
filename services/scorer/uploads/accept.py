"""What becomes of files that have been read, in the one transaction that makes it so.

The contest's row is locked first, so sequence numbers follow commits, and two copies of a file cannot both count.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.uploads import store
from services.scorer.uploads.facts import Facts, copy_facts
from services.scorer.uploads.owners import Owned
from services.scorer.uploads.store import Compared, Outcome, Upload
from services.shared.database.pool import Connection
from services.shared.problems import Problem
from services.shared.vocabulary import Source, UploadState


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as read, before anybody else knows of it. `owned` and `source` are none for a refused one."""

    upload: Upload
    outcome: Outcome
    source: Source | None = None
    owned: Owned | None = None

    @property
    def content(self) -> tuple[UUID | None, str]:
        """What may count only once: the account with the content."""
        return self.upload.account_id or self.outcome.account_id, self.outcome.content_digest or ""

    def refused(self, problems: Sequence[Problem]) -> "ReadFile":
        """The same file, of which nothing counts."""
        return replace(self, outcome=replace(self.outcome, problems=problems), source=None, owned=None)


class OthersLinesError(Exception):
    """Some files hold order lines that count for another contestant: the transaction must be rolled back and tried
    again with those files refused."""

    def __init__(self, problems: Mapping[UUID, list[Problem]]) -> None:
        super().__init__(f"{len(problems)} files")
        self.problems = problems


async def settle(connection: Connection, contest_id: UUID, files: Sequence[ReadFile]) -> dict[UUID, UploadState]:
    """Accepts, refuses or sets aside each file, in the given order. Raises OthersLinesError."""
    last = await store.lock_contest(connection, contest_id)
    digests = [file.content[1] for file in files if file.owned is not None]
    counted = await store.counted_contents(connection, contest_id, digests) if digests else {}
    states: dict[UUID, UploadState] = {}
    accepted: list[tuple[ReadFile, Facts]] = []
    for file in files:
        if file.owned is None or file.source is None:
            await store.refuse(connection, file.upload.id, file.outcome)
            states[file.upload.id] = UploadState.REFUSED
        elif file.content in counted:
            await store.mark_duplicate(connection, file.upload.id, file.outcome, counted[file.content])
            states[file.upload.id] = UploadState.DUPLICATE
        else:
            counted[file.content] = file.upload.id
            accepted.append((file, _facts(file, file.source, file.owned, last + len(accepted) + 1)))
            states[file.upload.id] = UploadState.ACCEPTED
    await _count(connection, contest_id, accepted, last)
    await store.save_problems(connection, {file.upload.id: file.outcome.problems for file in files})
    await store.advance_contest(connection, contest_id, last + len(accepted))
    return states


def _facts(file: ReadFile, source: Source, owned: Owned, sequence: int) -> Facts:
    return Facts(file.upload.id, source, owned.frame, owned.contestants, file.upload.exported_at, sequence)


async def _count(
    connection: Connection, contest_id: UUID, accepted: Sequence[tuple[ReadFile, Facts]], last: int
) -> None:
    batch = [facts for _, facts in accepted]
    await copy_facts(connection, batch)
    fault(FaultPoint.INGEST_COPIED)
    compared = await write_consequences(connection, contest_id, batch, last)
    fault(FaultPoint.INGEST_SUMMED)
    await store.accept(
        connection,
        ((facts.upload_id, file.outcome, facts.sequence, compared[facts.upload_id]) for file, facts in accepted),
    )


async def write_consequences(
    connection: Connection, contest_id: UUID, batch: Sequence[Facts], last: int
) -> dict[UUID, Compared]:
    """Coverage and base sums after facts were written; answers what was new in each upload. Raises OthersLinesError."""
    await _check_lines(connection, contest_id, batch)
    compared: dict[UUID, Compared] = {}
    for source in Source:
        compared |= await _compare(connection, source, [facts for facts in batch if facts.source is source], last)
    await store.save_coverage(connection, contest_id, batch)
    sellers = {contestant for facts in batch if facts.source is Source.ORDERS for contestant in facts.contestants}
    if sellers:
        await store.sum_order_days(connection, contest_id, sellers, batch[-1].sequence)
    return compared


async def _check_lines(connection: Connection, contest_id: UUID, batch: Sequence[Facts]) -> None:
    orders = [facts for facts in batch if facts.source is Source.ORDERS and facts.frame.height]
    if not orders:
        return
    contestants = {contestant for facts in orders for contestant in facts.contestants}
    problems: dict[UUID, list[Problem]] = {}
    for row in await store.lines_of_others(connection, contest_id, contestants, [facts.upload_id for facts in orders]):
        found = problems.setdefault(row["upload_id"], [])
        found.append(Problem("ORDER_COUNTED_ELSEWHERE", {"order": row["order_line"]}, row["sheet"], row["line"]))
    if problems:
        raise OthersLinesError(problems)


async def _compare(connection: Connection, source: Source, batch: Sequence[Facts], last: int) -> dict[UUID, Compared]:
    """Only contestants of whom something was told before, or twice in this batch, need a look at single rows."""
    times = Counter(contestant for facts in batch for contestant in facts.contestants)
    known = await store.told_before(connection, times, source, last) if times else set()
    known |= {contestant for contestant, files in times.items() if files > 1}
    looked_at = await store.compare(connection, source, known, [f.upload_id for f in batch]) if known else {}
    compared = {}
    for facts in batch:
        unheard = sum(rows for contestant, rows in facts.contestants.items() if contestant not in known)
        added, replaced = looked_at.get(facts.upload_id, (0, 0))
        compared[facts.upload_id] = Compared(added + unheard, replaced)
    return compared


async def commit(
    scorer: Scorer,
    contest_id: UUID,
    files: Sequence[ReadFile],
    conclude: Callable[[Connection], Awaitable[None]],
    *,
    before: FaultPoint,
    after: FaultPoint,
) -> dict[UUID, UploadState]:
    """Settles files in one transaction that ends with `conclude`, the fence. A file with order lines that count for
    somebody else is refused, and the rest settled without it."""
    while True:
        try:
            async with scorer.pool.acquire() as connection, connection.transaction():
                states = await settle(connection, contest_id, files)
                await conclude(connection)
                fault(before)
            fault(after)
        except OthersLinesError as error:
            files = [
                file.refused(error.problems[file.upload.id]) if file.upload.id in error.problems else file
                for file in files
            ]
        else:
            return states
