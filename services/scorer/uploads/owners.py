"""Whose rows are these: each row of a parsed file gets its contestant, or a reason why it has none.

An account is named by the row itself (a handle, or the platform's uid of an order line) or by the uploader or folder
(the stated account). A file stated to be one account's that speaks of another's is refused as a whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import polars as pl

from services.scorer.uploads.canonical import OWNER
from services.shared.file_vocabulary import Source, UploadKind
from services.shared.formats.catalogue import Format
from services.shared.handles import handle_key
from services.shared.problems import Problem
from services.shared.vocabulary import Platform, Severity

MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the contest, with its contestant."""

    id: UUID
    contestant_id: UUID
    platform: Platform
    handle_key: str
    uid: str | None


class UnclaimedUid(NamedTuple):
    """A platform number that is bound to no account, with the order lines of one file that wait for it."""

    platform: str | None  # none: the file does not say
    uid: str
    lines: int
    paid: Decimal  # of the lines that were paid, refunded ones too


@dataclass(frozen=True, slots=True)
class Owned:
    """The rows that belong to somebody, with the column contestant_id (text); not to be stored when a problem is an
    error. `contestants`: everybody the file speaks of, with their number of rows; `unclaimed`: how many rows have
    nobody, `strangers`: whom those name, and `uids`: of orders what waits for each number among them.
    """

    frame: pl.DataFrame
    contestants: dict[UUID, int]
    unclaimed: int
    strangers: "Named"
    problems: list[Problem]
    uids: Sequence[UnclaimedUid] = ()

    @property
    def refused(self) -> bool:
        """Whether the file as a whole is refused."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


class _Names(NamedTuple):
    """What a row says of its owner."""

    platform: str | None
    handle: str | None
    uid: str | None


class Named(NamedTuple):
    """What a file names, to look accounts up by."""

    handle_keys: set[str]
    uids: set[str]


def named_accounts(frame: pl.DataFrame) -> Named:
    """Every handle and uid that occurs in a frame."""
    return _named(_distinct(frame))


def _named(found: Iterable[_Names]) -> Named:
    named = Named(set(), set())
    for names in found:
        if names.handle is not None:
            named.handle_keys.add(handle_key(names.handle))
        if names.uid is not None:
            named.uids.add(names.uid)
    return named


@dataclass(frozen=True, slots=True)
class Ownership:
    """The accounts a file may speak of, and what holds for rows that name none."""

    accounts: Sequence[Account]
    stated: Account | None
    format: Format
    ownerless_to_stated: bool  # the contest's ownerless_orders: Douyin order lines of nobody go to the stated account

    def owner(self, names: _Names, others_are_named: bool) -> Account | str:
        """The account of a row, or the code of the reason why it has none.

        `others_are_named`: other rows of the file say whose they are, so a row that does not is a shop's own sale.
        """
        if names.handle is not None:
            found = self._find(names, handle_key(names.handle))
            return self._expected(found) if found else ("WRONG_ACCOUNT" if self.stated else "UNKNOWN_ACCOUNT")
        if names.uid is not None:
            bound = next((a for a in self.accounts if a.uid == names.uid and self.same_platform(a, names)), None)
            return self._expected(bound, "WRONG_CREATOR_ID") if bound else "UNCLAIMED_LINES"
        if self.format.kind is UploadKind.DOUYIN_ORDERS and not (self.ownerless_to_stated and self.stated):
            return "OWNERLESS_LINES"
        if self.stated is None:
            return "OWNERLESS_LINES" if self.format.source is Source.ORDERS and others_are_named else "ACCOUNT_NEEDED"
        return self.stated if self.same_platform(self.stated, names) else "WRONG_PLATFORM"

    def _find(self, names: _Names, key: str) -> Account | None:
        return next((a for a in self.accounts if a.handle_key == key and self.same_platform(a, names)), None)

    def _expected(self, account: Account, otherwise: str = "WRONG_ACCOUNT") -> Account | str:
        return account if self.stated is None or account.id == self.stated.id else otherwise

    def same_platform(self, account: Account, names: _Names) -> bool:
        """Whether the row, or else the kind of file, or else the stated account, leaves room for this account."""
        platform = names.platform or self.format.platform or (self.stated and self.stated.platform)
        return platform is None or account.platform == platform


def own(frame: pl.DataFrame, ownership: Ownership) -> Owned:
    """Gives every row its contestant. Rows of nobody are left out, counted and told of, one problem for each name."""
    if frame.is_empty():
        return _own_empty(frame, ownership)
    distinct = _distinct(frame)
    some_named = any(names.handle or names.uid for names in distinct)
    owners = {names: ownership.owner(names, some_named) for names in distinct}
    first = owners[distinct[0]]
    if isinstance(first, Account) and len(owners) == 1:  # as in most files
        whole = frame.select(pl.all().exclude(OWNER), contestant_id=pl.lit(str(first.contestant_id)))
        return Owned(whole, {first.contestant_id: frame.height}, 0, _named(()), [])
    marked = _mark(frame, owners)
    of_nobody = marked["contestant_id"].is_null()
    unowned = marked.filter(of_nobody)
    problems = _problems(unowned, owners) if unowned.height else []
    if unowned.height == marked.height and not any(p.severity is Severity.ERROR for p in problems):
        problems += _nobody(ownership, unowned)
    owned = marked.select(name for name in marked.columns if name not in OWNER)
    owned = owned.filter(~of_nobody) if unowned.height else owned
    counts = rows_of(owned)
    if ownership.stated is not None:
        counts.setdefault(ownership.stated.contestant_id, 0)
    strangers = _named(names for names, owner in owners.items() if not isinstance(owner, Account))
    uids = _unclaimed(unowned, ownership) if ownership.format.source is Source.ORDERS else []
    return Owned(owned, counts, unowned.height, strangers, problems, uids)


def _unclaimed(unowned: pl.DataFrame, ownership: Ownership) -> list[UnclaimedUid]:
    """What waits for the numbers that rows without an owner name."""
    named = unowned.filter(pl.col("uid").is_not_null() & pl.col("handle").is_null())
    if named.is_empty():
        return []
    of_file = ownership.format.platform or (ownership.stated and ownership.stated.platform)
    platform = pl.coalesce("platform", pl.lit(of_file, pl.String))
    paid = pl.col("amount").filter(pl.col("paid_at").is_not_null()).sum()
    groups = named.group_by(platform.alias("platform"), "uid", maintain_order=True).agg(pl.len(), paid)
    return [UnclaimedUid(*row) for row in groups.iter_rows()]


def rows_of(frame: pl.DataFrame) -> dict[UUID, int]:
    """How many rows of an owned frame each contestant has."""
    if frame["contestant_id"].n_unique() == 1:
        return {UUID(frame["contestant_id"][0]): frame.height}
    return {UUID(name): rows for name, rows in frame.group_by("contestant_id").len().sort("contestant_id").iter_rows()}


def _own_empty(frame: pl.DataFrame, ownership: Ownership) -> Owned:
    """A file without rows still speaks of the stated account: it says zero."""
    stated, nobody = ownership.stated, _named(())
    frame = frame.with_columns(contestant_id=pl.lit(None, pl.String)).drop(OWNER, strict=False)
    if stated is None:
        return Owned(frame, {}, 0, nobody, [Problem("ACCOUNT_NEEDED", {"count": 0})])
    if not ownership.same_platform(stated, _Names(None, None, None)):
        return Owned(frame, {}, 0, nobody, [Problem("WRONG_PLATFORM")])
    return Owned(frame, {stated.contestant_id: 0}, 0, nobody, [])


def _distinct(frame: pl.DataFrame) -> list[_Names]:
    """The different owners' names in a frame, in order of first appearance."""
    present = [name for name in OWNER if name in frame.columns]
    names = frame.select(present)
    names = names.head(1) if all(name.n_unique() == 1 for name in names) else names.unique(maintain_order=True)
    rows: Iterable[dict[str, str | None]] = names.iter_rows(named=True)
    return [_Names(row.get("platform"), row.get("handle"), row.get("uid")) for row in rows]


def _mark(frame: pl.DataFrame, owners: dict[_Names, Account | str]) -> pl.DataFrame:
    """Adds contestant_id, null where the owner is a reason."""
    if len(owners) == 1:
        (owner,) = owners.values()
        contestant = str(owner.contestant_id) if isinstance(owner, Account) else None
        return frame.with_columns(contestant_id=pl.lit(contestant, pl.String))
    present = [name for name in OWNER if name in frame.columns]
    table = pl.DataFrame(
        [(*names, str(owner.contestant_id) if isinstance(owner, Account) else None) for names, owner in owners.items()],
        schema=dict.fromkeys((*OWNER, "contestant_id"), pl.String),
        orient="row",
    )
    return frame.join(
        table.select(*present, "contestant_id"), on=present, how="left", nulls_equal=True, maintain_order="left"
    )


def _problems(unowned: pl.DataFrame, owners: dict[_Names, Account | str]) -> list[Problem]:
    """One problem for each name without an owner: at its first line, with the number of lines; errors first."""
    present = [name for name in OWNER if name in unowned.columns]
    groups = unowned.group_by(present, maintain_order=True).agg(
        pl.len().alias("count"), pl.col("sheet").first(), pl.col("line").first()
    )
    found: list[Problem] = []
    for row in groups.iter_rows(named=True):
        names = _Names(row.get("platform"), row.get("handle"), row.get("uid"))
        code = str(owners[names])  # a reason: owned rows are not here
        parameters: dict[str, str | int] = {"count": row["count"]}
        if names.handle or names.uid:
            parameters["account"] = names.handle or names.uid or ""
        warns = code in ("UNCLAIMED_LINES", "OWNERLESS_LINES", "UNKNOWN_ACCOUNT")
        severity = Severity.WARNING if warns else Severity.ERROR
        found.append(Problem(code, parameters, sheet=row["sheet"], line=row["line"], severity=severity))
    found.sort(key=lambda problem: problem.severity)
    left_out = found[MOST_PROBLEMS:]
    more = [Problem("MORE_PROBLEMS", {"count": len(left_out)}, severity=Severity.WARNING)] if left_out else []
    return found[:MOST_PROBLEMS] + more


def _nobody(ownership: Ownership, unowned: pl.DataFrame) -> list[Problem]:
    """A file whose every row names somebody we do not know is most likely the wrong file; orders wait to be claimed."""
    if ownership.format.source is Source.ORDERS:
        return []
    return [Problem("NO_ACCOUNT_KNOWN", {"count": unowned.height})]
