"""Changing a round's rules."""

from typing import Annotated

import strawberry

from services.api.checks import check_reason
from services.api.context import Info
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
        description="Saves a new version of a round's rules; once the round has opened only where that is said outright. (修改计分规则)"
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
                late = row["has_opened"] and row["version"] is not None
                if late and not input.after_opening:
                    raise ConflictError("RULES_LOCKED")
                if late:
                    check_reason(input.reason)
                check_document(input.document, store.setting_of(row))
                known = await store.add_rules(
                    connection,
                    row["contest_id"],
                    row["id"],
                    version=(row["version"] or 0) + 1,
                    document=input.document,
                    reason=input.reason,
                    user=context.viewer.user_id,
                )
                await remember(connection, context, "updateRules", input.idempotency_key, known)
                version = {"version": (row["version"], (row["version"] or 0) + 1)}
                entry = Entry(
                    Action.UPDATE_RULES, "Rules", known, row["contest_id"], changes=version, reason=input.reason
                )
                await context.record(connection, entry)
                if late:
                    told = {"round": row["title"], "version": (row["version"] or 0) + 1}
                    await tell_organisers(
                        connection, "RULES_CHANGED_AFTER_OPENING", row["contest_id"], f"rules {known}", told
                    )
        return UpdateRulesPayload(rules=await context.load("Rules", known))
