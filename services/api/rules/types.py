"""The scoring rules of a round, as a document."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from services.api.context import Info
from services.api.nodes import Node
from services.api.problems import InLanguage
from services.api.rows import Row
from services.shared.rules.changes import rule_changes
from services.shared.rules.check import parse_rules
from services.shared.rules.prose import prose
from services.shared.words import Language


@strawberry.type(description="Something that two versions of rules say differently. (规则差异)")
class RuleChange:
    place: str = strawberry.field(description="Where in the document, `items.SALES.weight`. (位置)")
    base: str | None = strawberry.field(description="What the base says; none: nothing. (原规则)")
    other: str | None = strawberry.field(description="What the other says; none: nothing. (新规则)")


@strawberry.type(description="One version of a round's scoring rules. (计分规则)")
class Rules(Node):
    contest_id: strawberry.Private[UUID]
    version: int = strawberry.field(description="1, 2, 3 … in the round. (版本)")
    document: str = strawberry.field(description="The rules in TOML, as the organiser wrote them. (规则文档)")
    sha256: str = strawberry.field(description="SHA-256 of the document. (文档哈希)")
    reason: str = strawberry.field(description="Why this version was made. (修改原因)")
    created_at: datetime = strawberry.field(description="When it was saved. (保存时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            version=row["version"],
            document=row["document"],
            sha256=row["sha256"],
            reason=row["reason"],
            created_at=row["created_at"],
        )

    @strawberry.field(description="The rules as prose, to read aloud and to sign. (规则说明)")
    async def prose(self, info: Info, language: InLanguage = Language.ZH) -> str:
        names = await info.context.load("Rules.names", self.contest_id)
        return prose(parse_rules(self.document), language, names)

    @strawberry.field(description="What it says differently from the version before it. (与上一版的差异)")
    async def changes(self, info: Info) -> list[RuleChange]:
        before: Rules | None = await info.context.load("Rules.before", self.uuid)
        if before is None:
            return []
        changes = rule_changes(parse_rules(before.document), parse_rules(self.document))
        return [RuleChange(place=each.place, base=each.base, other=each.other) for each in changes]
