"""Contestants, with their personal data masked."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

import strawberry

from services.api.accounts.types import Account
from services.api.contests.types import City, Division
from services.api.context import Info
from services.api.nodes import After, Connection, First, Node, RoundId, key_of
from services.api.rows import Row
from services.api.scalars import Long
from services.shared.personal_data import mask_id_number, mask_phone
from services.shared.vocabulary import Eligibility, EntryWay, ReviewStep

if TYPE_CHECKING:
    from services.api.documents.types import Evidence
    from services.api.eligibility.types import EligibilityReview
    from services.api.links.types import Link
    from services.api.rankings.types import Standing
    from services.api.uploads.types import Upload


class Places:
    """Makes each city and division of a page once, however many contestants are of it."""

    def __init__(self) -> None:
        self._cities: dict[UUID, City] = {}
        self._divisions: dict[UUID, Division] = {}

    def of(self, row: Row) -> tuple[City, Division]:
        """From the columns that `city_of` and `division_of` take."""
        return self.city_of(row), self.division_of(row)

    def city_of(self, row: Row) -> City:
        """From columns `city_id, city_name, city_aliases` and `contest_id`."""
        city = self._cities.get(row["city_id"])
        if city is None:
            city = self._cities[row["city_id"]] = City(
                uuid=row["city_id"],
                contest_id=row["contest_id"],
                name=row["city_name"],
                aliases=row["city_aliases"],
            )
        return city

    def division_of(self, row: Row) -> Division:
        """From columns `division_id, division_key, …` and `contest_id`."""
        division = self._divisions.get(row["division_id"])
        if division is None:
            division = self._divisions[row["division_id"]] = Division(
                uuid=row["division_id"],
                contest_id=row["contest_id"],
                key=row["division_key"],
                name=row["division_name"],
                cap=row["division_cap"],
                entry_ways=[EntryWay(way) for way in row["division_entry_ways"]],
            )
        return division


@strawberry.type(description="One person with one account. (选手)")
class Contestant(Node):
    contest_id: strawberry.Private[UUID]
    sealed_id_number: strawberry.Private[bytes]
    sealed_phone: strawberry.Private[bytes]
    number: int = strawberry.field(description="Their number in the contest. (选手编号)")
    name: str = strawberry.field(description="Their name. (姓名)")
    city: City = strawberry.field(description="Their city. (市州)")
    division: Division = strawberry.field(description="Their division. (组别)")
    entry_way: EntryWay = strawberry.field(description="How they came in. (报名方式)")
    eligibility: Eligibility = strawberry.field(description="What the review found. (资格认定)")
    review_step: ReviewStep = strawberry.field(description="While pending: whose turn it is. (待审环节)")
    account: Account = strawberry.field(description="Their one account. (参赛账号)")
    followers_claimed: Long | None = strawberry.field(description="Followers as the roster states. (粉丝数量)")
    experience: str = strawberry.field(description="Experience as the roster states. (直播经验、荣誉等)")
    remark: str = strawberry.field(description="Remark on the roster. (备注)")
    erased_at: datetime | None = strawberry.field(
        description="When their personal data were erased at their request. (个人信息删除时间)"
    )
    approved_at: datetime | None = strawberry.field(description="When they first were approved. (首次通过时间)")
    withdrawn_at: datetime | None = strawberry.field(description="When they left the contest. (退出时间)")
    withdrawn_reason: str | None = strawberry.field(description="Why they left. (退出原因)")
    trained_on: date | None = strawberry.field(description="When they completed the training. (培训完成日期)")

    @classmethod
    def of(cls, row: Row, places: "Places") -> Self:
        """From the columns of the view `contestant_details`."""
        city, division = places.of(row)
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            sealed_id_number=row["id_number_sealed"],
            sealed_phone=row["phone_sealed"],
            number=row["number"],
            name=row["name"],
            city=city,
            division=division,
            entry_way=EntryWay(row["entry_way"]),
            eligibility=Eligibility(row["eligibility"]),
            review_step=ReviewStep(row["review_step"]),
            account=Account.of(row),
            followers_claimed=row["followers_claimed"],
            experience=row["experience"],
            remark=row["remark"],
            erased_at=row["erased_at"],
            approved_at=row["approved_at"],
            withdrawn_at=row["withdrawn_at"],
            withdrawn_reason=row["withdrawn_reason"],
            trained_on=row["trained_on"],
        )

    @strawberry.field(description="Masked; empty for whoever may not see even that. (身份证号, 脱敏)")
    def id_number(self, info: Info) -> str | None:
        if not self.sealed_id_number:
            return None
        return mask_id_number(info.context.resources.vault.open(self.sealed_id_number, self.uuid))

    @strawberry.field(description="Masked; empty for whoever may not see even that. (手机号, 脱敏)")
    def phone(self, info: Info) -> str | None:
        if not self.sealed_phone:
            return None
        return mask_phone(info.context.resources.vault.open(self.sealed_phone, self.uuid))

    @strawberry.field(description="Every decision of the review, the first one first. (审核记录)")
    async def reviews(
        self, info: Info
    ) -> list[Annotated["EligibilityReview", strawberry.lazy("services.api.eligibility.types")]] | None:
        reviews: list[EligibilityReview] = await info.context.load("Contestant.reviews", self.uuid)
        return reviews

    @strawberry.field(description="What their division asks for, and whether it is there. (资格证明)")
    async def evidence(
        self, info: Info
    ) -> list[Annotated["Evidence", strawberry.lazy("services.api.documents.types")]] | None:
        evidence: list[Evidence] = await info.context.load("Contestant.evidence", self.uuid)
        return evidence

    @strawberry.field(description="Their place in the adopted run of a round, where visible. (排名)")
    async def standing(
        self,
        info: Info,
        round_id: RoundId,
    ) -> Annotated["Standing", strawberry.lazy("services.api.rankings.types")] | None:
        key = key_of(round_id, "Round")
        standing: Standing | None = await info.context.load("Contestant.standing", (self.uuid, key)) if key else None
        return standing

    @strawberry.field(description="Their works and replays on the platform. (作品与回放链接)")
    async def links(self, info: Info) -> list[Annotated["Link", strawberry.lazy("services.api.links.types")]]:
        links: list[Link] = await info.context.load("Contestant.links", self.uuid)
        return links

    @strawberry.field(description="How many flags of theirs nobody has concluded. (待核实的数据提示)")
    async def open_flags(self, info: Info) -> int | None:
        count: int = await info.context.load("Contestant.openFlags", self.uuid)
        return count

    @strawberry.field(description="Files with this account, the newest first. (上传文件)")
    async def uploads(
        self, info: Info, first: First = 50, after: After = None
    ) -> Connection[Annotated["Upload", strawberry.lazy("services.api.uploads.types")]]:
        page: Connection[Upload] = await info.context.load(
            "Contestant.uploads", (self.contest_id, self.uuid, first, after)
        )
        return page
