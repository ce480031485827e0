"""One contestant as whoever changes them must know them: read after the contest has been locked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from services.api.errors import ConflictError
from services.api.rows import Row
from services.shared.handles import handle_key
from services.shared.personal_data import Vault
from services.shared.registration.rules import AccountKey, Spot
from services.shared.vocabulary import Eligibility, EntryWay, Platform, ReviewStep


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of somebody and can be mended; ID number and phone in the clear."""

    name: str
    id_number: str
    phone: str
    platform: Platform
    handle: str
    followers: int | None
    experience: str
    remark: str

    @property
    def account(self) -> AccountKey:
        """The account as accounts are found by."""
        return self.platform, handle_key(self.handle)


@dataclass(frozen=True, slots=True)
class Person:
    """`now` is PostgreSQL's time after the contest was locked."""

    id: UUID
    contest_id: UUID
    number: int
    spot: Spot
    eligibility: Eligibility
    step: ReviewStep
    gone: bool  # withdrawn, or erased
    erased: bool
    once_approved: bool
    told: Told
    now: datetime

    @classmethod
    def of(cls, row: Row, vault: Vault, now: datetime) -> Self:
        """From the columns of `contestants`, with `platform` and `handle`."""
        gone = row["withdrawn_at"] is not None or row["erased_at"] is not None
        told = Told(
            name=row["name"],
            id_number="" if row["erased_at"] else vault.open(row["id_number_sealed"], row["id"]),
            phone="" if row["erased_at"] else vault.open(row["phone_sealed"], row["id"]),
            platform=Platform(row["platform"]),
            handle=row["handle"],
            followers=row["followers_claimed"],
            experience=row["experience"],
            remark=row["remark"],
        )
        return cls(
            id=row["id"],
            contest_id=row["contest_id"],
            number=row["number"],
            spot=Spot(row["city_id"], row["division_id"], EntryWay(row["entry_way"])),
            eligibility=Eligibility(row["eligibility"]),
            step=ReviewStep(row["review_step"]),
            gone=gone,
            erased=row["erased_at"] is not None,
            once_approved=row["approved_at"] is not None,
            told=told,
            now=now,
        )

    @property
    def holds_place(self) -> bool:
        """Whether they count towards quota and cap."""
        return not self.gone and self.eligibility is not Eligibility.REJECTED

    def check_in(self) -> None:
        """Raises ConflictError for somebody who has left."""
        if self.gone:
            raise ConflictError("CONTESTANT_WITHDRAWN", number=self.number)

    def check_holds_place(self) -> None:
        """Raises ConflictError for somebody who has left or may not compete."""
        self.check_in()
        if self.eligibility is Eligibility.REJECTED:
            raise ConflictError("CONTESTANT_REJECTED", number=self.number)
