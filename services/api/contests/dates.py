"""The dates of a contest that are announced later on: until when teams are confirmed, when evidence is deleted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.contests import store
from services.api.contests.types import Contest
from services.api.context import Info
from services.api.errors import InvalidInput, InvalidInputError, NotAllowed, NotFound
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, stored
from services.shared.beijing import said
from services.shared.database.pool import Connection
from services.shared.identity import new_id
from services.shared.messages.store import tell_cities
from services.shared.problems import Parameters

_TOLD = {  # by which date, and whether it is known
    ("teams_until", True): "TEAMS_UNTIL_SET",
    ("teams_until", False): "TEAMS_UNTIL_TO_BE_ANNOUNCED",
    ("evidence_until", True): "EVIDENCE_UNTIL_SET",
    ("evidence_until", False): "EVIDENCE_UNTIL_TO_BE_ANNOUNCED",
}


@strawberry.input(description="Dates to set; what is left out stays, null is to be announced. (赛事日期)")
class UpdateContestDatesInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    teams_until: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Teams are confirmed before then. (参赛队确认截止)"
    )
    evidence_until: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Papers about people are deleted then; in the future. (材料删除时间)"
    )
    reason: str = strawberry.field(description="Why. (原因)")


@strawberry.type(description="The dates hold. (已修改)")
class UpdateContestDatesPayload:
    contest: Contest = strawberry.field(description="The contest. (赛事)")


UpdateContestDatesResult = Annotated[
    UpdateContestDatesPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("UpdateContestDatesResult", description="What updateContestDates answers. (修改日期的结果)"),
]


@strawberry.type
class ContestDatesMutation:
    @strawberry.mutation(description="Sets or moves dates of a contest. (修改赛事日期)")
    async def update_contest_dates(
        self,
        info: Info,
        input: Annotated[  # noqa: A002
            UpdateContestDatesInput, strawberry.argument(description="Which, and why. (输入)")
        ],
    ) -> UpdateContestDatesResult:
        context = info.context
        check_reason(input.reason)
        given = {"teams_until": input.teams_until, "evidence_until": input.evidence_until}
        dates = {name: value for name, value in given.items() if value is not strawberry.UNSET}
        if not dates:
            raise InvalidInputError("DATES_UNCHANGED", field="teamsUntil")
        contest_id = await context.acting_in("updateContestDates", input.contest_id)
        async with context.changing(contest_id) as connection:
            row = await store.read_dates(connection, contest_id)
            if (due := dates.get("evidence_until")) is not None and due <= row["now"]:
                raise InvalidInputError("EVIDENCE_UNTIL_PAST", field="evidenceUntil")
            wanted = {name: dates.get(name, row[name]) for name in given}
            await store.write_dates(connection, contest_id, wanted["teams_until"], wanted["evidence_until"])
            changes = {name: (stored(row[name]), stored(value)) for name, value in dates.items()}
            done, places = Action.UPDATE_CONTEST_DATES, (contest_id, contest_id)
            await context.record(connection, Entry(done, "Contest", *places, changes=changes, reason=input.reason))
            await _tell(connection, contest_id, {name: value for name, value in dates.items() if value != row[name]})
        return UpdateContestDatesPayload(contest=await context.load("Contest", contest_id))


async def _tell(connection: Connection, contest_id: UUID, dates: Mapping[str, datetime | None]) -> None:
    for name, value in dates.items():
        told: Parameters = {"until": said(value)} if value else {}
        await tell_cities(connection, contest_id, _TOLD[name, value is not None], f"{name} {new_id()}", told)
