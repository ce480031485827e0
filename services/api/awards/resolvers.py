"""Who gets which award, and deciding ties."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.access import Scope
from services.api.awards.types import Award
from services.api.checks import check_reason
from services.api.context import Info
from services.api.errors import Conflict, ConflictError, InvalidInput, NotAllowed, NotFound, NotFoundError
from services.api.nodes import RoundId, key_of, keys_of
from services.api.rankings.resolvers import RunId
from services.api.rankings.store import ShownRun, find_shown_run
from services.api.scoring_runs.store import find_round_of_run
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.awards.settle import Prize, Settled
from services.shared.awards.store import Decision, add_decision, find_awards
from services.shared.contests.store import advance_version


@strawberry.input(description="Which of those tied for an award get it. (并列奖项的决定)")
class DecideAwardInput:
    run_id: strawberry.ID = strawberry.field(description="The run. (成绩核算)")
    award: str = strawberry.field(description="The award's key in the rules. (奖项代号)")
    contestant_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Who gets it, of the contestants who are tied. (获奖选手)"
    )
    city_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Or whose teams, of the teams that are tied. (获奖参赛队的市州)"
    )
    reason: str = strawberry.field(description="Why. (原因)")


@strawberry.type(description="Decided. (已决定)")
class DecideAwardPayload:
    awards: list[Award] = strawberry.field(description="All awards of the run as they are now. (奖项)")


DecideAwardResult = Annotated[
    DecideAwardPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("DecideAwardResult", description="What decideAward answers. (并列奖项决定的结果)"),
]


@strawberry.type
class AwardQuery:
    @strawberry.field(description="The awards of a run in the rules' order, as far as visible. (奖项)")
    async def awards(self, info: Info, round_id: RoundId, run_id: RunId = None) -> list[Award]:
        context = info.context
        run = await find_shown_run(context, round_id, run_id)
        if run is None:
            return []
        async with context.pool.acquire() as connection:
            settled = await find_awards(connection, run.id)
        visible = (_visible(one, run, context.rows("Standing")) for one in settled)
        return [Award.of(one, run.id) for one in visible if one.winners or one.tied]


def _visible(settled: Settled, run: ShownRun, scope: Scope) -> Settled:
    """With those alone whom the viewer may see."""

    def mine(prizes: Sequence[Prize]) -> list[Prize]:
        return [one for one in prizes if scope.covers(run.contest_id, one.city_id, one.contestant_id)]

    return settled._replace(winners=mine(settled.winners), tied=mine(settled.tied))


@strawberry.type
class AwardMutation:
    @strawberry.mutation(description="Decides which of those tied for an award get it. (决定并列奖项)")
    async def decide_award(
        self,
        info: Info,
        input: Annotated[DecideAwardInput, strawberry.argument(description="Who, and why. (输入)")],  # noqa: A002
    ) -> DecideAwardResult:
        context = info.context
        scope, key = context.may("decideAward"), key_of(input.run_id, "ScoringRun")
        check_reason(input.reason)
        winners = [
            *keys_of(input.contestant_ids, "Contestant", field="contestantIds"),
            *keys_of(input.city_ids, "City", field="cityIds"),
        ]
        async with context.pool.acquire() as connection, connection.transaction():
            place = await find_round_of_run(connection, scope, key) if key else None
            if key is None or place is None:
                raise NotFoundError
            contest_id: UUID = place["contest_id"]
            await advance_version(connection, contest_id)
            award = next((one for one in await find_awards(connection, key) if one.award == input.award), None)
            if award is None:
                raise NotFoundError
            if not award.tied:
                raise ConflictError("AWARD_NOT_TIED", title=award.title)
            if len(set(winners)) != award.seats or not set(winners) <= {one.winner for one in award.tied}:
                raise ConflictError("AWARD_WINNERS", title=award.title, seats=award.seats, tied=len(award.tied))
            decision = Decision(key, input.award, winners, input.reason, context.viewer.user_id)
            await add_decision(connection, decision)
            changes = {input.award: (None, [str(one) for one in winners])}
            decided = Entry(Action.DECIDE_AWARD, "ScoringRun", key, contest_id, changes=changes, reason=input.reason)
            await context.record(connection, decided)
            settled = await find_awards(connection, key)
        return DecideAwardPayload(awards=[Award.of(one, key) for one in settled])
