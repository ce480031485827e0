"""What the mutations of juries take, and what must be true of it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import strawberry

from services.api.errors import InvalidInputError
from services.shared.exact import plain
from services.shared.rules.jury import Criterion, Panel


@strawberry.input(description="A judge of a panel. (评委席)")
class SeatInput:
    judge_id: strawberry.ID = strawberry.field(description="A user who is a judge of the contest. (评委)")
    city_id: strawberry.ID | None = strawberry.field(
        default=None, description="Where they come from: there they step aside. (所在市州)"
    )


@strawberry.input(description="Who sits on a panel. (安排评委)")
class SeatJuryInput:
    round_id: strawberry.ID = strawberry.field(description="The round. (轮次)")
    panel: str = strawberry.field(description="Key of the panel in the rules. (评委组代号)")
    judges: list[SeatInput] = strawberry.field(description="All of them. (评委)")
    closes_at: datetime | None = strawberry.field(
        default=strawberry.UNSET,
        description="Judges give no mark from then on; null: until it is closed; left out: as it was. (评分截止时间)",
    )
    reason: str = strawberry.field(default="", description="Why. (原因)")


@strawberry.input(description="A judge steps aside. (回避)")
class RecuseInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    judge_id: strawberry.ID | None = strawberry.field(
        default=None, description="Who; none: the viewer. Organisers may name another. (评委)"
    )
    city_id: strawberry.ID | None = strawberry.field(default=None, description="From all of a city … (市州)")
    contestant_id: strawberry.ID | None = strawberry.field(default=None, description="… or from one. (选手)")
    reason: str = strawberry.field(description="Why: family, pupil, employer; kept. (理由)")


@strawberry.input(description="Points for one criterion. (单项评分)")
class CriterionPointsInput:
    criterion: str = strawberry.field(description="Its key. (代号)")
    points: Decimal = strawberry.field(description="So many. (分数)")


@strawberry.input(description="What the viewer, a judge, gives. (评分)")
class GiveMarkInput:
    panel_id: strawberry.ID = strawberry.field(description="The panel. (评委组)")
    contestant_id: strawberry.ID = strawberry.field(description="Whom. (选手)")
    criteria: list[CriterionPointsInput] = strawberry.field(description="Each criterion once. (单项评分)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key gives it once. (幂等键)"
    )


@strawberry.input(description="A judge's paper sheet, or a correction. (录入评分)")
class TypeMarkInput:
    panel_id: strawberry.ID = strawberry.field(description="The panel. (评委组)")
    contestant_id: strawberry.ID = strawberry.field(description="Whom. (选手)")
    judge_id: strawberry.ID = strawberry.field(description="Whose mark it is. (评委)")
    criteria: list[CriterionPointsInput] = strawberry.field(
        description="Each criterion once; none at all: the judge's mark is struck out. (单项评分)"
    )
    reason: str = strawberry.field(description="Paper sheet, or what is corrected and why; kept. (原因)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key types it once. (幂等键)"
    )


@strawberry.input(description="A typed mark that is right. (确认录入的评分)")
class ConfirmMarkInput:
    panel_id: strawberry.ID = strawberry.field(description="The panel. (评委组)")
    contestant_id: strawberry.ID = strawberry.field(description="Whom. (选手)")
    judge_id: strawberry.ID = strawberry.field(description="Whose mark it is. (评委)")
    points: Decimal | None = strawberry.field(
        default=None,
        description="The sum on the sheet; none: it is struck out. Refused where something else was typed. (合计)",
    )


@strawberry.input(description="A typed mark that is wrong. (退回录入的评分)")
class DeclineMarkInput:
    panel_id: strawberry.ID = strawberry.field(description="The panel. (评委组)")
    contestant_id: strawberry.ID = strawberry.field(description="Whom. (选手)")
    judge_id: strawberry.ID = strawberry.field(description="Whose mark it is. (评委)")
    reason: str = strawberry.field(description="What is wrong; kept. (原因)")


@strawberry.input(description="A panel whose marking is over. (截止评分)")
class CloseMarkingInput:
    panel_id: strawberry.ID = strawberry.field(description="The panel. (评委组)")
    reason: str = strawberry.field(default="", description="Why now. (原因)")


def check_criteria(panel: Panel, given: Sequence[CriterionPointsInput]) -> dict[str, Decimal]:
    """The points by criterion, in the rules' order; raises InvalidInputError unless each is there once and fits."""
    points = {one.criterion: one.points for one in given}
    keys = [criterion.key for criterion in panel.criteria]
    if sorted(points) != sorted(keys) or len(points) < len(given):
        raise InvalidInputError("MARK_CRITERIA", field="criteria", known="、".join(keys))
    for criterion in panel.criteria:
        _check_range(criterion, points[criterion.key], panel.decimals)
    return {key: points[key] for key in keys}


def _check_range(criterion: Criterion, points: Decimal, decimals: int) -> None:
    if not criterion.at_least <= points <= criterion.at_most:
        bounds = {"least": plain(criterion.at_least), "most": plain(criterion.at_most)}
        raise InvalidInputError("MARK_OUT_OF_RANGE", field="criteria", title=criterion.title, **bounds)
    if points != round(points, decimals):
        raise InvalidInputError("MARK_DECIMALS", field="criteria", title=criterion.title, places=decimals)
