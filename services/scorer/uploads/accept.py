"""What becomes of files that have been read, in the one transaction that makes it so.

The contest's row is locked first, so sequence numbers follow commits, and two copies of a file cannot both count.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import polars as pl

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.unclaimed import store as unclaimed_uids
from services.scorer.uploads import store
from services.scorer.uploads.facts import Facts, copy_facts
from services.scorer.uploads.order_lines import Line, OrderLines, problems_of
from services.scorer.uploads.owners import Owned, rows_of
from services.scorer.uploads.upload import Compared, Outcome, Upload
from services.scorer.uploads.wait import let_wait, tell_read
from services.shared.audit.actions import Action
from services.shared.audit.store import HIDDEN, SCORER, Entry, Value, record
from services.shared.database.pool import Connection
from services.shared.file_vocabulary import Source, UploadState
from services.shared.flags.store import look_at
from services.shared.jobs import JobKind, enqueue
from services.shared.problems import Problem
from services.shared.vocabulary import ImportPolicy, Severity

Content = tuple[UUID | None, str]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as read, before anybody else knows of it. `owned` and `source` are none for a refused one."""

    upload: Upload
    outcome: Outcome
    source: Source | None = None
    owned: Owned | None = None

    @property
    def content(self) -> Content:
        """What an earlier file may have brought already: the stated account with the content."""
        return self.upload.account_id, self.outcome.content_digest or ""

    @property
    def order_rows(self) -> pl.DataFrame | None:
        """The rows of an order file."""
        return self.owned.frame if self.owned is not None and self.source is Source.ORDERS else None

    def refused(self, problems: Sequence[Problem]) -> "ReadFile":
        """The same file, of which nothing counts."""
        return replace(self, outcome=replace(self.outcome, problems=problems), source=None, owned=None)

    def without(self, others: list[Line]) -> "ReadFile":
        """The same file where lines of it count for somebody else: as its policy says without them, or refused."""
        lines = [line.order_line for line in others]
        if not lines or self.owned is None:
            return self
        frame = self.owned.frame.filter(~pl.col("order_line").is_in(lines))
        if self.upload.policy is ImportPolicy.ALL_OR_NOTHING or frame.is_empty():
            return self.refused(problems_of(others, Severity.ERROR))
        contestants = {**dict.fromkeys(self.owned.contestants, 0), **rows_of(frame)}
        problems = [*self.outcome.problems, *problems_of(others, Severity.WARNING)]
        outcome = replace(self.outcome, problems=problems, refused=self.outcome.refused + len(lines))
        return replace(self, outcome=outcome, owned=replace(self.owned, frame=frame, contestants=contestants))


async def settle(connection: Connection, contest_id: UUID, files: Sequence[ReadFile]) -> dict[UUID, UploadState]:
    """Accepts, refuses or sets aside each file, in the given order.

    A file of an archive that was queued again by itself may be read by two jobs: what the first found holds.
    """
    last = await store.lock_sequence(connection, contest_id)
    digests = [file.content[1] for file in files if file.owned is not None]
    counted = await store.counted_contents(connection, contest_id, digests) if digests else {}
    sold = {file.upload.id: rows for file in files if (rows := file.order_rows) is not None}
    lines = await OrderLines.look_up(connection, contest_id, sold)
    states = await store.settled(connection, {file.upload.id: file.upload.format_version for file in files})
    problems: dict[UUID, Sequence[Problem]] = {}
    accepted: list[tuple[ReadFile, Facts]] = []
    for read in (file for file in files if file.upload.id not in states):
        first = _counted_as(read, counted)
        others = lines.of_others(read.upload.id) if first is None else []
        file = read.without(others)
        if first is not None:
            await store.mark_duplicate(connection, file.upload.id, file.outcome, first)
            states[file.upload.id] = UploadState.DUPLICATE
        elif file.outcome.waiting is not None:
            await let_wait(connection, contest_id, file.upload.id, file.outcome.waiting)
            states[file.upload.id] = UploadState.WAITING
        elif file.owned is None or file.source is None:
            await store.refuse(connection, file.upload.id, file.outcome)
            states[file.upload.id] = UploadState.REFUSED
        else:
            counted.setdefault(file.content, {})[file.upload.exported_at] = file.upload.id
            lines.count(file.upload.id)
            accepted.append((file, _facts(file, file.source, file.owned, last + len(accepted) + 1)))
            states[file.upload.id] = UploadState.ACCEPTED
        problems[file.upload.id] = file.outcome.problems
    await _count(connection, contest_id, accepted, last)
    await store.save_problems(connection, problems)
    await _look_again(connection, contest_id, [file for file, _ in accepted])
    await store.advance_contest(connection, contest_id, last + len(accepted))
    return states


def _counted_as(file: ReadFile, counted: Mapping[Content, Mapping[datetime, UUID]]) -> UUID | None:
    """The upload that counts in place of this one. Equal figures exported at another time are a version of their own:
    which one is the latest must not depend on which came first. Where nobody said when, the content alone decides.
    """
    versions = counted.get(file.content, {}) if file.owned is not None else {}
    if file.upload.exported_at_stated:
        return versions.get(file.upload.exported_at)
    return next(iter(versions.values()), None)


async def _look_again(connection: Connection, contest_id: UUID, accepted: Sequence[ReadFile]) -> None:
    """Has the lines of strangers claimed whose uid was bound, or who came with a roster, after the look at the accounts
    and before the contest was locked."""
    strangers = {file.upload.id: file.owned.strangers for file in accepted if file.owned is not None}
    handle_keys = {key for named in strangers.values() for key in named.handle_keys}
    uids = {uid for named in strangers.values() for uid in named.uids}
    if not handle_keys and not uids:
        return
    accounts = await store.find_accounts(connection, contest_id, [], handle_keys, uids)
    for upload_id, named in strangers.items():
        if any(account.handle_key in named.handle_keys or account.uid in named.uids for account in accounts):
            await enqueue(connection, JobKind.CLAIM_LINES, upload_id)


def _facts(file: ReadFile, source: Source, owned: Owned, sequence: int) -> Facts:
    who, at = owned.contestants, file.upload.exported_at
    return Facts(file.upload.id, source, owned.frame, who, at, sequence, file.outcome.measures)


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
    await unclaimed_uids.save(
        connection, contest_id, {file.upload.id: file.owned.uids for file, _ in accepted if file.owned}
    )
    await record(connection, SCORER, *(_accepted(contest_id, file, facts) for file, facts in accepted))


def _accepted(contest_id: UUID, file: ReadFile, facts: Facts) -> Entry:
    changes: dict[str, tuple[Value, Value]] = {"sequence": (None, facts.sequence), "name": (None, HIDDEN)}
    whose = next(iter(facts.contestants)) if len(facts.contestants) == 1 else None
    return Entry(Action.UPLOAD_ACCEPTED, "Upload", facts.upload_id, contest_id, contestant_id=whose, changes=changes)


async def write_consequences(
    connection: Connection, contest_id: UUID, batch: Sequence[Facts], last: int
) -> dict[UUID, Compared]:
    """Coverage, base sums and a look for flags after facts were written; answers what was new in each upload."""
    compared: dict[UUID, Compared] = {}
    for source in Source:
        compared |= await _compare(connection, source, [facts for facts in batch if facts.source is source], last)
    await store.save_coverage(connection, contest_id, batch)
    sellers = {contestant for facts in batch if facts.source is Source.ORDERS for contestant in facts.contestants}
    if sellers:
        await store.sum_order_days(connection, contest_id, sellers, batch[-1].sequence)
    await look_at(connection, contest_id, (contestant for facts in batch for contestant in facts.contestants))
    return compared


async def _compare(connection: Connection, source: Source, batch: Sequence[Facts], last: int) -> dict[UUID, Compared]:
    """Only contestants of whom something was told before, or twice in this batch, need a look at single rows."""
    times = Counter(contestant for facts in batch for contestant in facts.contestants)
    known = await store.told_before(connection, times, source, last) if times else set()
    known |= {contestant for contestant, files in times.items() if files > 1}
    looked_at = await store.compare(connection, source, known, [f.upload_id for f in batch], last) if known else {}
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
    """Settles files in one transaction that ends with `conclude`, the fence."""
    async with scorer.pool.acquire() as connection, connection.transaction():
        states = await settle(connection, contest_id, files)
        await tell_read(connection, [(each.upload, states[each.upload.id]) for each in files if each.upload.waited])
        await conclude(connection)
        fault(before)
    fault(after)
    return states
