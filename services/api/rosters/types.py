"""Imports of recommendation tables."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from services.api.contests.types import City, Division
from services.api.context import Info
from services.api.nodes import Node
from services.api.problems import Problem
from services.api.rows import Row
from services.api.uploads.types import Upload
from services.shared.vocabulary import ImportPolicy, RosterImportState


@strawberry.type(description="What became of a roster's lines. (行数统计)")
class LineCounts:
    read: int = strawberry.field(description="Lines with a person. (读取)")
    new: int = strawberry.field(description="People not known before. (新增)")
    updated: int = strawberry.field(description="Known people with something changed. (更新)")
    unchanged: int = strawberry.field(description="Known people as before. (未变)")
    refused: int = strawberry.field(description="Refused, each with a problem. (拒收)")
    duplicate: int = strawberry.field(description="Of the refused: the person or account is entered already. (重复)")
    over_quota: int = strawberry.field(description="Of the refused: no place is left. (超出名额)")


@strawberry.type(description="What a line changes about a known person. (更新内容)")
class RosterChange:
    line: int = strawberry.field(description="Line of the table. (行号)")
    number: int = strawberry.field(description="Number of the contestant. (选手编号)")
    fields: list[str] = strawberry.field(
        description="What changes: name, phone, account, followers, experience, remark. (变更项)"
    )


@strawberry.type(description="One reading of a recommendation table. (推荐表导入)")
class RosterImport(Node):
    upload_id: strawberry.Private[UUID]
    city_id: strawberry.Private[UUID | None]
    division_id: strawberry.Private[UUID | None]
    state: RosterImportState = strawberry.field(description="How far it has come. (状态)")
    dry_run: bool = strawberry.field(description="True: only tried, nothing is kept. (是否试运行)")
    policy: ImportPolicy = strawberry.field(description="What one refused line means for the others. (导入方式)")
    lines: LineCounts = strawberry.field(description="What became of its lines. (行数统计)")
    problems: list[Problem] = strawberry.field(description="What is wrong, line by line. (问题)")
    changes: list[RosterChange] = strawberry.field(description="Known people it changes, line by line. (更新明细)")
    created_at: datetime = strawberry.field(description="When it was asked for. (创建时间)")
    ended_at: datetime | None = strawberry.field(description="When it ended. (完成时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            upload_id=row["upload_id"],
            city_id=row["city_id"],
            division_id=row["division_id"],
            state=RosterImportState(row["state"]),
            dry_run=row["dry_run"],
            lines=LineCounts(
                read=row["lines_read"],
                new=row["lines_new"],
                updated=row["lines_updated"],
                unchanged=row["lines_unchanged"],
                refused=row["lines_refused"],
                duplicate=row["lines_duplicate"],
                over_quota=row["lines_over_quota"],
            ),
            policy=ImportPolicy(row["policy"]),
            changes=[RosterChange(**change) for change in row["changes"]],
            problems=[Problem.of(problem) for problem in row["problems"]],
            created_at=row["created_at"],
            ended_at=row["ended_at"],
        )

    @strawberry.field(description="The city that the table is of, once read. (市州)")
    async def city(self, info: Info) -> City | None:
        city: City | None = await info.context.load("City", self.city_id)
        return city

    @strawberry.field(description="The division that the table is of, once read. (组别)")
    async def division(self, info: Info) -> Division | None:
        division: Division | None = await info.context.load("Division", self.division_id)
        return division

    @strawberry.field(description="The file. (上传文件)")
    async def upload(self, info: Info) -> Upload | None:
        upload: Upload | None = await info.context.load("Upload", self.upload_id)
        return upload
