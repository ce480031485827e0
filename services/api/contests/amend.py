"""What an organiser changes of a contest that is under way: places, a division's cap and evidence, the consent."""

import hashlib
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_lines, check_not_negative, check_reason, check_text, check_unique
from services.api.contests import store
from services.api.contests.inputs import (
    LONGEST_CONSENT,
    EvidenceInput,
    QuotaInput,
    check_evidence,
    demanded,
)
from services.api.contests.types import Contest, Division
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotFound,
)
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value
from services.shared.database.pool import Connection
from services.shared.identity import new_id
from services.shared.messages.store import Message, tell

Changes = Mapping[str, tuple[Value, Value]]


@strawberry.input(description="Places to set; what is left out stays. (调整名额)")
class UpdateQuotasInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    quotas: list[QuotaInput] = strawberry.field(description="How many places from now on. (名额)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.input(description="What to change of a division; what is left out stays. (修改组别)")
class UpdateDivisionInput:
    id: strawberry.ID = strawberry.field(description="The division. (组别)")
    cap: int | None = strawberry.field(
        default=strawberry.UNSET, description="How many it takes at most; null: as many as come. (人数上限)"
    )
    evidence: list[EvidenceInput] | None = strawberry.field(
        default=strawberry.UNSET, description="All that it asks for from now on, in order. (资格证明)"
    )
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.input(description="What whoever registers from now on agrees to. (更新报名须知)")
class UpdateConsentInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    version: str = strawberry.field(description="Which wording it is; another one than now. (版本)")
    text: str = strawberry.field(description="The wording. (全文)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.type(description="The places hold from now on. (已调整)")
class UpdateQuotasPayload:
    contest: Contest = strawberry.field(description="The contest. (赛事)")


@strawberry.type(description="The division is changed. (已修改)")
class UpdateDivisionPayload:
    division: Division = strawberry.field(description="The division. (组别)")


@strawberry.type(description="The wording holds from now on. (已更新)")
class UpdateConsentPayload:
    contest: Contest = strawberry.field(description="The contest. (赛事)")


UpdateQuotasResult = Annotated[
    UpdateQuotasPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("UpdateQuotasResult", description="What updateQuotas answers. (调整名额的结果)"),
]
UpdateDivisionResult = Annotated[
    UpdateDivisionPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("UpdateDivisionResult", description="What updateDivision answers. (修改组别的结果)"),
]
UpdateConsentResult = Annotated[
    UpdateConsentPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("UpdateConsentResult", description="What updateConsent answers. (更新报名须知的结果)"),
]


@strawberry.type
class AmendmentMutation:
    @strawberry.mutation(description="Changes how many a city may recommend for divisions. (调整名额)")
    async def update_quotas(
        self,
        info: Info,
        input: Annotated[UpdateQuotasInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> UpdateQuotasResult:
        context = info.context
        check_reason(input.reason)
        for place, quota in enumerate(input.quotas):
            check_not_negative(f"quotas.{place}.places", quota.places)
        check_unique("quotas", (f"{quota.city} {quota.division}" for quota in input.quotas))
        contest_id = await context.acting_in("updateQuotas", input.contest_id)
        async with context.changing(contest_id) as connection:
            await _set_quotas(context, connection, contest_id, input)
        return UpdateQuotasPayload(contest=await context.load("Contest", contest_id))

    @strawberry.mutation(description="Changes a division's cap, or the evidence it asks for. (修改组别)")
    async def update_division(
        self,
        info: Info,
        input: Annotated[UpdateDivisionInput, strawberry.argument(description="What, and why. (输入)")],  # noqa: A002
    ) -> UpdateDivisionResult:
        context = info.context
        check_reason(input.reason)
        if input.cap is strawberry.UNSET and not isinstance(input.evidence, list):
            raise InvalidInputError("DIVISION_UNCHANGED", field="cap")
        check_not_negative("cap", input.cap or None)
        check_evidence("evidence", input.evidence or [])
        division: Division = await context.acting_on("updateDivision", "Division", input.id)
        async with context.changing(division.contest_id) as connection:
            await _change_division(context, connection, (division.contest_id, division.uuid), input)
        return UpdateDivisionPayload(division=await context.load("Division", division.uuid))

    @strawberry.mutation(description="Publishes what whoever registers agrees to, or another text. (更新报名须知)")
    async def update_consent(
        self,
        info: Info,
        input: Annotated[UpdateConsentInput, strawberry.argument(description="What, and why. (输入)")],  # noqa: A002
    ) -> UpdateConsentResult:
        context = info.context
        check_reason(input.reason)
        check_text("version", input.version)
        check_lines("text", input.text, LONGEST_CONSENT)
        contest_id = await context.acting_in("updateConsent", input.contest_id)
        async with context.changing(contest_id) as connection:
            version, text = await store.read_consent(connection, contest_id)
            if version == input.version:
                raise InvalidInputError("CONSENT_VERSION_USED", field="version", version=version)
            await store.write_consent(connection, contest_id, input.version, input.text)
            changes = {"version": (version or None, input.version), "sha256": (_digest(text), _digest(input.text))}
            entry = Entry(
                Action.UPDATE_CONSENT, "Contest", contest_id, contest_id, changes=changes, reason=input.reason
            )
            await context.record(connection, entry)
        return UpdateConsentPayload(contest=await context.load("Contest", contest_id))


async def _set_quotas(context: Context, connection: Connection, contest_id: UUID, asked: UpdateQuotasInput) -> None:
    known = {(row["city"], row["division"]): row for row in await store.find_places(connection, contest_id)}
    cities = {city for city, _ in known}
    entries, messages = [], []
    for place, quota in enumerate(asked.quotas):
        row = known.get((quota.city, quota.division))
        if row is None and quota.city not in cities:
            raise InvalidInputError("CITY_UNKNOWN", field=f"quotas.{place}.city", city=quota.city)
        if row is None:
            raise InvalidInputError("DIVISION_UNKNOWN", field=f"quotas.{place}.division", division=quota.division)
        named: dict[str, str | int] = {"city": quota.city, "division": row["name"], "places": quota.places}
        if quota.places < row["held"]:
            raise ConflictError("QUOTA_BELOW_HELD", **named, held=row["held"])
        if quota.places == row["places"]:
            continue
        city = row["city_id"]
        changes: Changes = {"places": (row["places"], quota.places), "division": (quota.division, quota.division)}
        await store.set_quota(connection, contest_id, city, row["division_id"], quota.places)
        entry = Entry(Action.UPDATE_QUOTAS, "City", city, contest_id, city, changes=changes, reason=asked.reason)
        entries.append(entry)
        del named["city"]
        messages.append(Message("QUOTA_CHANGED", contest_id, f"quota {new_id()}", named, city_id=city))
    if not entries:
        raise InvalidInputError("QUOTAS_UNCHANGED", field="quotas")
    await context.record(connection, *entries)
    await tell(connection, *messages)


async def _change_division(
    context: Context, connection: Connection, division: tuple[UUID, UUID], asked: UpdateDivisionInput
) -> None:
    contest_id, division_id = division
    row = await store.read_division(connection, division_id)
    cap = row["cap"] if asked.cap is strawberry.UNSET else asked.cap
    evidence = demanded(asked.evidence) if isinstance(asked.evidence, list) else row["evidence"]
    if cap != row["cap"] and cap is not None and cap < row["held"]:
        raise ConflictError("CAP_BELOW_HELD", cap=cap, held=row["held"])
    await store.write_division(connection, division_id, cap, evidence)
    changes = {"cap": (row["cap"], cap), "evidence": (_named(row["evidence"]), _named(evidence))}
    changed = {name: both for name, both in changes.items() if both[0] != both[1]}
    entry = Entry(Action.UPDATE_DIVISION, "Division", division_id, contest_id, changes=changed, reason=asked.reason)
    await context.record(connection, entry)


def _named(evidence: list[dict[str, str | bool]]) -> list[str]:
    return [f"{piece['key']} {piece['title']} {piece['kind']} {piece['required']}" for piece in evidence]


def _digest(text: str) -> str | None:
    return hashlib.sha256(text.encode()).hexdigest() if text else None
