"""What the mutations of penalties take, and what must be true of it."""

from decimal import Decimal

import strawberry

from services.api.checks import check_reason
from services.api.errors import ConflictError, InvalidInputError
from services.shared.exact import plain
from services.shared.rules.check import parse_rules
from services.shared.vocabulary import PenaltyKind, PenaltyState

MOST_DOCUMENTS = 20
_MOST_POINTS = 10**9
_MOST_DECIMALS = 8  # as many as rules may keep


@strawberry.input(description="Only those that fit all that is given. (筛选)")
class PenaltyFilter:
    round_id: strawberry.ID | None = strawberry.field(default=None, description="Of this round. (轮次)")
    city_id: strawberry.ID | None = strawberry.field(default=None, description="Of people of this city. (市州)")
    contestant_id: strawberry.ID | None = strawberry.field(default=None, description="Of this contestant. (选手)")
    state: PenaltyState | None = strawberry.field(default=None, description="In this state. (状态)")


@strawberry.input(description="A penalty on somebody's result. (提出扣罚)")
class ApplyPenaltyInput:
    contestant_id: strawberry.ID = strawberry.field(description="Whose result. (选手)")
    round_id: strawberry.ID = strawberry.field(description="Of which round. (轮次)")
    kind: PenaltyKind = strawberry.field(description="What it does. (扣罚方式)")
    item: str | None = strawberry.field(
        default=None, description="Key of an item in the rules; none: the whole result. (项目)"
    )
    points: Decimal | None = strawberry.field(default=None, description="Of SUBTRACT: so many. (扣分)")
    reason: str = strawberry.field(description="Why; whom it concerns reads it. (理由)")
    document_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Papers that show it, sent with the purpose PENALTY. (依据材料)"
    )
    upload_id: strawberry.ID | None = strawberry.field(default=None, description="A file that shows it. (依据文件)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key makes one penalty. (幂等键)"
    )


@strawberry.input(description="A penalty that is to be in force. (确认扣罚)")
class ConfirmPenaltyInput:
    id: strawberry.ID = strawberry.field(description="The penalty. (扣罚)")


@strawberry.input(description="A penalty to take back or to decline. (撤销扣罚)")
class RevokePenaltyInput:
    id: strawberry.ID = strawberry.field(description="The penalty. (扣罚)")
    reason: str = strawberry.field(description="Why; kept. (理由)")


@strawberry.input(description="A penalty that is to be taken back. (同意撤销扣罚)")
class ConfirmRevocationInput:
    id: strawberry.ID = strawberry.field(description="The penalty. (扣罚)")


@strawberry.input(description="A penalty that is to stay in force. (不同意撤销扣罚)")
class DeclineRevocationInput:
    id: strawberry.ID = strawberry.field(description="The penalty. (扣罚)")
    reason: str = strawberry.field(description="Why; kept. (理由)")


@strawberry.input(description="Whether a penalty needs two people. (扣罚须两人)")
class RequirePenaltyConfirmationInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    required: bool = strawberry.field(description="It does. (是否须两人)")
    reason: str = strawberry.field(description="Why; kept. (理由)")


def check_penalty(asked: ApplyPenaltyInput) -> None:
    """Raises InvalidInputError for the first thing that is wrong."""
    check_reason(asked.reason)
    subtracts, points = asked.kind is PenaltyKind.SUBTRACT, asked.points
    if subtracts != (points is not None):
        raise InvalidInputError("PENALTY_POINTS", field="points")
    if points is not None and (not 0 < points < _MOST_POINTS or points != round(points, _MOST_DECIMALS)):
        raise InvalidInputError("PENALTY_POINTS_RANGE", field="points", places=_MOST_DECIMALS)
    if asked.kind is PenaltyKind.DISQUALIFY and asked.item is not None:
        raise InvalidInputError("PENALTY_OF_THE_WHOLE", field="item")


def check_item(document: str | None, item: str | None, points: Decimal | None) -> None:
    """Whether the round's rules have such an item, with so many points; raises InvalidInputError, ConflictError."""
    if document is None:
        raise ConflictError("ROUND_WITHOUT_RULES")
    rules = parse_rules(document)
    if item is not None and item not in rules.items:
        known = "、".join(rules.items)
        raise InvalidInputError("PENALTY_ITEM_UNKNOWN", field="item", item=item[:40], known=known)
    full = rules.full if item is None else rules.items[item].weight
    if points is not None and points > full:
        raise InvalidInputError("PENALTY_ABOVE_FULL", field="points", full=plain(full))
