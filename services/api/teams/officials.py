"""Who leads and who assists a team: what is asked for, held against what is there."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import strawberry

from services.api.checks import check_text
from services.api.errors import InvalidInputError
from services.api.nodes import key_of
from services.api.teams.inputs import SetTeamOfficialsInput
from services.shared.personal_data import InvalidPersonalDataError, check_phone

LONGEST_NAME = 50


@dataclass(frozen=True, slots=True)
class Officials:
    """A team's leader, and its assistant with a phone number in clear, or without any of them."""

    leader_id: UUID | None
    assistant: str | None
    phone: str | None


def put_in(asked: SetTeamOfficialsInput, now: Officials, entitled: Collection[UUID]) -> Officials:
    """The officials as asked for; raises InvalidInputError."""
    leader = _leader(asked, now, entitled)
    if asked.assistant_name is None:
        return Officials(leader, None, None)
    if asked.assistant_name is strawberry.UNSET:
        name = now.assistant
    else:
        check_text("assistantName", asked.assistant_name, LONGEST_NAME)
        name = asked.assistant_name.strip()
    phone = _phone(asked, now.phone if name == now.assistant else None)
    if name is None and phone is not None:
        raise InvalidInputError("TEXT_EMPTY", field="assistantName")
    if name is not None and phone is None:
        raise InvalidInputError("ASSISTANT_WITHOUT_PHONE", field="assistantPhone")
    return Officials(leader, name, phone)


def _leader(asked: SetTeamOfficialsInput, now: Officials, entitled: Collection[UUID]) -> UUID | None:
    if asked.leader_id is strawberry.UNSET:
        return now.leader_id
    if asked.leader_id is None:
        return None
    leader = key_of(asked.leader_id, "User")
    if leader not in entitled:
        raise InvalidInputError("LEADER_NOT_ENTITLED", field="leaderId")
    return leader


def _phone(asked: SetTeamOfficialsInput, now: str | None) -> str | None:
    if not asked.assistant_phone:  # left out, null or empty
        return now
    try:
        return check_phone(asked.assistant_phone)
    except InvalidPersonalDataError as problem:
        raise InvalidInputError(problem.code, field="assistantPhone") from None
