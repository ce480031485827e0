"""What people type of a person: checked, field by field."""

from services.api.checks import check_lines, check_not_negative, check_text
from services.api.errors import InvalidInputError
from services.shared.handles import read_account
from services.shared.personal_data import InvalidPersonalDataError, check_id_number, check_phone

LONGEST_NAME, LONGEST_NOTE = 50, 2_000


def check_name(text: str) -> str:
    check_text("name", text, LONGEST_NAME)
    return text.strip()


def check_note(field: str, text: str) -> str:
    """A text that may be empty."""
    if text.strip():
        check_lines(field, text, LONGEST_NOTE)
    return text.strip()


def check_id(text: str) -> str:
    try:
        return check_id_number(text)
    except InvalidPersonalDataError as error:
        raise InvalidInputError(error.code, field="idNumber") from None


def check_mobile(text: str) -> str:
    try:
        return check_phone(text)
    except InvalidPersonalDataError as error:
        raise InvalidInputError(error.code, field="phone") from None


def check_handle(text: str) -> str:
    """抖音号 or 快手号 as accounts are found by; raises InvalidInputError for a nickname."""
    found = read_account(f"抖音:{text.strip()}")
    if found is None:
        raise InvalidInputError("HANDLE_INVALID", field="handle")
    return found[1]


def check_followers(number: int | None) -> int | None:
    check_not_negative("followers", number)
    return number
