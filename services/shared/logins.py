"""Logins as people type them: another case, full-width letters, spaces around them are the same login everywhere."""

import re
import unicodedata

from services.shared.personal_data.checks import InvalidPersonalDataError, check_id_number, check_phone

LONGEST = 100  # of what is looked up; a login itself has at most 64 characters
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


def read_login(text: str) -> str:
    """The one form under which a login is stored, looked up and locked: NFKC, without spaces around it, case folded."""
    return unicodedata.normalize("NFKC", text[: 2 * LONGEST]).strip().casefold()[:LONGEST]


def is_login(login: str) -> bool:
    """Whether somebody may be given this login."""
    return _LOGIN.fullmatch(login) is not None


def is_personal(login: str) -> bool:
    """Whether it is somebody's ID number or phone: a login is shown to others and kept in the record for good."""
    for check in (check_id_number, check_phone):
        try:
            check(login)
        except InvalidPersonalDataError:
            continue
        return True
    return False
