"""Who has completed the online training."""

from datetime import date
from typing import Annotated, Any

import strawberry

from services.api.contestants import store
from services.api.contestants.types import Contestant
from services.api.context import Info
from services.api.errors import InvalidInput, InvalidInputError, NotAllowed, NotAllowedError, NotFound, NotFoundError
from services.api.nodes import MOST, key_of
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.beijing import BEIJING
from services.shared.contests.store import lock_contest
from services.shared.registration import store as registration


@strawberry.input(description="Who has completed the online training. (登记培训)")
class RecordTrainingInput:
    contestant_ids: list[strawberry.ID] = strawberry.field(description="At most 200, of one contest. (选手)")
    trained_on: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="When; not in the future; null takes back what was recorded by mistake. (完成日期)",
    )


@strawberry.type(description="It is recorded. (已登记)")
class RecordTrainingPayload:
    contestants: list[Contestant] = strawberry.field(description="They, in the order of the input. (选手)")


RecordTrainingResult = Annotated[
    RecordTrainingPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("RecordTrainingResult", description="What recordTraining answers. (登记培训的结果)"),
]


@strawberry.type
class TrainingMutation:
    @strawberry.mutation(description="Records who has completed the online training. (登记培训)")
    async def record_training(
        self,
        info: Info,
        input: Annotated[RecordTrainingInput, strawberry.argument(description="Who, and when. (输入)")],  # noqa: A002
    ) -> RecordTrainingResult:
        context, scope = info.context, info.context.rows("Contestant")
        if not 0 < len(input.contestant_ids) <= MOST:
            raise InvalidInputError("LIST_TOO_LONG", field="contestantIds", most=MOST)
        if input.trained_on is strawberry.UNSET:
            raise InvalidInputError("TEXT_EMPTY", field="trainedOn")
        ids = [key for text in input.contestant_ids if (key := key_of(text, "Contestant"))]
        async with context.pool.acquire() as connection, connection.transaction():
            contests = await store.find_contests_of(connection, scope, ids)
            if len(contests) > 1:
                raise InvalidInputError("CONTESTANTS_OF_SEVERAL", field="contestantIds")
            now = await lock_contest(connection, contests[0]) if contests else None
            if now is None:
                raise NotFoundError
            if not context.may("recordTraining").covers(contests[0]):
                raise NotAllowedError
            if input.trained_on is not None and input.trained_on > now.astimezone(BEIJING).date():
                raise InvalidInputError("TRAINED_IN_FUTURE", field="trainedOn")
            trained = await store.record_training(connection, scope, ids, input.trained_on)
            if len(trained) != len(set(input.contestant_ids)):
                raise NotFoundError
            await registration.people_changed(connection, contests[0])
            entries = [_trained(one, input.trained_on) for one in trained if one.trained_on != input.trained_on]
            if entries:
                await context.record(connection, *entries)
            else:
                context.nothing_to_record()
        found = [await context.load("Contestant", key) for key in dict.fromkeys(ids)]
        return RecordTrainingPayload(contestants=found)


def _trained(one: store.Trained, on: date | None) -> Entry:
    days = one.trained_on, on
    changes: dict[str, Any] = {"trained_on": tuple(day and day.isoformat() for day in days)}
    return Entry.of_contestant(Action.RECORD_TRAINING, one.id, one.contest_id, one.city_id, changes)
