"""Who is to be verified, recording what comparing their figures found, and whether publication waits for it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from services.api.checks import check_text
from services.api.contestants.types import Contestant
from services.api.contests.settings import set_contest
from services.api.contests.types import Contest
from services.api.context import Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotFound,
    NotFoundError,
)
from services.api.idempotency.store import recall, remember
from services.api.nodes import After, First, Page, RoundId, key_of
from services.api.nodes import Connection as Pages
from services.api.rows import Row
from services.api.verification import store
from services.api.verification.types import Verification, VerificationCheck
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection
from services.shared.exact import plain
from services.shared.file_vocabulary import VerificationMethod, VerificationOutcome, VerificationState
from services.shared.identity import new_id

_LONGEST_NOTE = 2000


@strawberry.input(description="Only those that fit all that is given. (筛选)")
class VerificationFilter:
    city_id: strawberry.ID | None = strawberry.field(default=None, description="Of this city. (市州)")
    state: VerificationState | None = strawberry.field(default=None, description="In this state. (状态)")


@strawberry.input(description="What the platform shows of a metric that counted. (平台显示值)")
class SeenFigureInput:
    item: str = strawberry.field(description="Key of the item in the rules. (项目)")
    metric: str = strawberry.field(description="Key of the metric. (指标)")
    seen: Decimal = strawberry.field(description="As the platform shows it. (显示值)")


@strawberry.input(description="What comparing somebody's figures found. (记录核验结果)")
class RecordVerificationInput:
    round_id: strawberry.ID = strawberry.field(description="The round. (轮次)")
    contestant_id: strawberry.ID = strawberry.field(description="Whose figures. (选手)")
    outcome: VerificationOutcome = strawberry.field(description="Agrees or differs. (结论)")
    method: VerificationMethod = strawberry.field(description="With what they were compared. (核验方式)")
    upload_id: strawberry.ID | None = strawberry.field(default=None, description="The fresh export. (重新导出的文件)")
    figures: list[SeenFigureInput] = strawberry.field(
        default_factory=list, description="What the screen shows; needed there. (页面显示值)"
    )
    note: str = strawberry.field(description="Who was there, what was looked at, what explains it. (说明)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key records once. (幂等键)"
    )


@strawberry.input(description="Whether nothing is published while verification is open. (公示前须完成核验)")
class RequireVerificationInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    required: bool = strawberry.field(description="It is. (是否须完成)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.type(description="It is recorded. (已记录)")
class RecordVerificationPayload:
    check: VerificationCheck = strawberry.field(description="What was found. (核验结果)")


@strawberry.type(description="It holds from now on. (已设置)")
class RequireVerificationPayload:
    contest: Contest = strawberry.field(description="The contest. (赛事)")


RecordVerificationResult = Annotated[
    RecordVerificationPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("RecordVerificationResult", description="What recordVerification answers. (记录的结果)"),
]
RequireVerificationResult = Annotated[
    RequireVerificationPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("RequireVerificationResult", description="What requireVerification answers. (设置的结果)"),
]


@strawberry.type
class VerificationQuery:
    @strawberry.field(description="Whose figures are to be verified, by number, as far as visible. (核验名单)")
    async def verifications(
        self,
        info: Info,
        round_id: RoundId,
        filter: Annotated[  # noqa: A002
            VerificationFilter | None, strawberry.argument(description="Only these. (筛选)")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Pages[Verification]:
        only = filter or VerificationFilter()
        key, city = key_of(round_id, "Round"), key_of(only.city_id, "City")
        if key is None or (only.city_id and city is None):
            return Page.empty(first)
        page = Page.of(f"verifications {key} {city} {only.state}", first, after)
        found, total = await store.list_verifications(
            info.context.pool, info.context.rows("Verification"), key, page, city_id=city, state=only.state
        )
        return page.connect([(one.number, one) for one in found], total)


@strawberry.type
class VerificationMutation:
    @strawberry.mutation(description="Records what comparing somebody's figures found. (记录核验结果)")
    async def record_verification(
        self,
        info: Info,
        input: Annotated[RecordVerificationInput, strawberry.argument(description="What. (输入)")],  # noqa: A002
    ) -> RecordVerificationResult:
        context, round_id = info.context, key_of(input.round_id, "Round")
        check_text("note", input.note, _LONGEST_NOTE)
        who: Contestant = await context.acting_on("recordVerification", "Contestant", input.contestant_id)
        if round_id is None:
            raise NotFoundError
        upload_id = _fresh_export(input)
        async with context.pool.acquire() as connection, connection.transaction():
            check_id = await recall(connection, context, "recordVerification", input.idempotency_key)
            if check_id is None:
                await advance_version(connection, who.contest_id)
                required = await _required(connection, round_id, who)
                found = await _compare(connection, required, who.uuid, upload_id, input)
                check_id, user = new_id(), context.viewer.user_id
                places = who.contest_id, round_id, who.uuid, required["run_id"]
                await store.add_check(connection, check_id, places, found, user)
                await remember(connection, context, "recordVerification", input.idempotency_key, check_id)
                await context.record(connection, _entry(who, round_id, required, found))
            check = await store.find_check(connection, check_id)
        return RecordVerificationPayload(check=check)

    @strawberry.mutation(description="Sets whether publication waits for verification. (公示前须完成核验)")
    async def require_verification(
        self,
        info: Info,
        input: Annotated[RequireVerificationInput, strawberry.argument(description="Whether. (输入)")],  # noqa: A002
    ) -> RequireVerificationResult:
        done = "requireVerification", Action.REQUIRE_VERIFICATION
        contest = await set_contest(info.context, *done, input, verification_blocks_publication=input.required)
        return RequireVerificationPayload(contest=contest)


def _fresh_export(asked: RecordVerificationInput) -> UUID | None:
    """Either the screen's figures or a fresh export; raises InvalidInputError, NotFoundError."""
    if asked.method is VerificationMethod.SCREEN:
        if not asked.figures:
            raise InvalidInputError("VERIFICATION_FIGURES_NEEDED", field="figures")
        return None
    upload_id = key_of(asked.upload_id, "Upload")
    if upload_id is None:
        raise InvalidInputError("VERIFICATION_EXPORT_NEEDED", field="uploadId")
    return upload_id


async def _required(connection: Connection, round_id: UUID, who: Contestant) -> Row:
    """Raises NotFoundError, and ConflictError for somebody who is not to be verified or has no result to compare."""
    required = await store.find_required(connection, who.contest_id, round_id, who.uuid)
    if required is None:
        raise NotFoundError
    if required["state"] is None:
        raise ConflictError("VERIFICATION_NOT_REQUIRED", number=who.number)
    if required["explanation"] is None:
        raise ConflictError("VERIFICATION_WITHOUT_RESULT", number=who.number)
    return required


async def _compare(
    connection: Connection, required: Row, contestant_id: UUID, upload_id: UUID | None, asked: RecordVerificationInput
) -> store.Found:
    """What is compared is written down by us; whoever looks says what it means. What is lower needs more than a word:
    it agrees only where the note, which is always there, explains it."""
    counted = _metrics(required["explanation"])
    figures = [_figure(counted, number, one) for number, one in enumerate(asked.figures)]
    lower: Sequence[Mapping[str, Any]] = ()
    if upload_id is not None:
        if not await store.is_export_of(connection, upload_id, contestant_id):
            raise InvalidInputError("VERIFICATION_EXPORT_NEEDED", field="uploadId")
        lower = await store.lower_figures(connection, contestant_id, upload_id, required)
    return store.Found(asked.outcome, asked.method, upload_id, figures, lower, asked.note)


def _metrics(explanation: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Each metric of the adopted run by item and key."""
    return {(item["item"], one["metric"]): one for item in explanation["items"] for one in item["metrics"]}


def _figure(
    counted: Mapping[tuple[str, str], Mapping[str, Any]], number: int, seen: SeenFigureInput
) -> dict[str, str | None]:
    metric = counted.get((seen.item, seen.metric))
    if metric is None:
        raise InvalidInputError("VERIFICATION_METRIC_UNKNOWN", field=f"figures.{number}.metric", metric=seen.metric)
    keys: dict[str, str | None] = {"item": seen.item, "metric": seen.metric, "title": metric["title"]}
    return {**keys, "counted": metric["value"], "seen": plain(seen.seen)}


def _entry(who: Contestant, round_id: UUID, required: Row, found: store.Found) -> Entry:
    changes: dict[str, tuple[Value, Value]] = {
        "state": (required["state"], found.outcome),
        "method": (None, found.method),
        "round": (None, str(round_id)),
        "lower": (None, len(found.lower)),
    }
    places = who.uuid, who.contest_id, who.city.uuid, who.uuid
    return Entry(Action.RECORD_VERIFICATION, "Contestant", *places, changes=changes, reason=found.note)
