"""Changing a round's rules."""

from typing import Annotated
from uuid import UUID

import strawberry
from asyncpg import Record

from services.api.checks import check_reason
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidRules,
    NotAllowed,
    NotFound,
    NotFoundError,
    RulesRefusedError,
)
from services.api.idempotency.store import recall, remember
from services.api.nodes import key_of
from services.api.rules import store
from services.api.rules.types import Rules
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.database.pool import Connection
from services.shared.messages.store import tell_organisers
from services.shared.rules.check import InvalidRules as InvalidDocumentError
from services.shared.rules.check import RoundSetting, parse_rules


@strawberry.input(description="A new version of a round's rules. (修改计分规则)")
class UpdateRulesInput:
    round_id: strawberry.ID = strawberry.field(description="The round. (轮次)")
    document: str = strawberry.field(description="The whole document, in TOML. (规则文档)")
    reason: str = strawberry.field(description="Why. (原因)")
    after_opening: bool = strawberry.field(
        default=False,
        description="Said outright when the round has opened: its rules are locked, and a new version is an exception"
        " that everybody can see with its reason. (开赛后修改)",
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key changes nothing. (幂等键)"
    )


@strawberry.type(description="The rules were saved. (已保存)")
class UpdateRulesPayload:
    rules: Rules = strawberry.field(description="The new version. (新版本)")


UpdateRulesResult = Annotated[
    UpdateRulesPayload | InvalidRules | NotFound | NotAllowed | InvalidInput | Conflict,
    strawberry.union("UpdateRulesResult", description="What updateRules answers. (修改规则的结果)"),
]


def check_document(document: str, setting: RoundSetting) -> None:
    """Raises RulesRefusedError with everything that is wrong with a document for that round."""
    try:
        parse_rules(document, setting)
    except InvalidDocumentError as error:
        raise RulesRefusedError(error.problems) from None


@strawberry.type
class RulesMutation:
    @strawberry.mutation(
        description="Saves a new version of a round's rules; after its opening only if that is said. (修改计分规则)"
    )
    async def update_rules(
        self,
        info: Info,
        input: Annotated[UpdateRulesInput, strawberry.argument(description="What to save. (输入)")],  # noqa: A002
    ) -> UpdateRulesResult:
        context = info.context
        scope = context.may("updateRules")
        round_id = key_of(input.round_id, "Round")
        async with context.pool.acquire() as connection, connection.transaction():
            known = await recall(connection, context, "updateRules", input.idempotency_key)
            if known is None:
                row = await store.lock_round(connection, scope, round_id) if round_id else None
                if row is None:
                    raise NotFoundError
                known = await _save(connection, context, row, input)
                await remember(connection, context, "updateRules", input.idempotency_key, known)
        return UpdateRulesPayload(rules=await context.load("Rules", known))


async def _save(connection: Connection, context: Context, round_: Record, given: UpdateRulesInput) -> UUID:
    """Adds the next version of a locked round's rules; one after the opening is told to all who organise."""
    last, late = round_["version"], round_["has_opened"] and round_["version"] is not None
    if late and not given.after_opening:
        raise ConflictError("RULES_LOCKED")
    if late:
        check_reason(given.reason)
    check_document(given.document, store.setting_of(round_))
    contest_id, version = round_["contest_id"], (last or 0) + 1
    user = context.viewer.user_id
    known = await store.add_rules(
        connection,
        contest_id,
        round_["id"],
        version=version,
        document=given.document,
        reason=given.reason,
        user=user,
    )
    changes = {"version": (last, version)}
    entry = Entry(Action.UPDATE_RULES, "Rules", known, contest_id, changes=changes, reason=given.reason)
    await context.record(connection, entry)
    if late:
        told = {"round": round_["title"], "version": version}
        await tell_organisers(connection, "RULES_CHANGED_AFTER_OPENING", contest_id, f"rules {known}", told)
    return known
