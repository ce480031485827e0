"""What is accepted as an ID number and as a phone number; refusals never repeat the value."""

import phonenumbers
from stdnum.cn import ric
from stdnum.exceptions import ValidationError


class InvalidPersonalDataError(ValueError):
    """`code` names the problem, in the words of `words/`; the value itself is never in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_id_number(text: str) -> str:
    """An 18-digit resident identity card number (GB 11643-1999), date and check digit verified, `X` in upper case."""
    compact = "".join(text.split()).upper()
    if _lost_digits(compact):
        raise InvalidPersonalDataError("ID_NUMBER_LOST_DIGITS")
    if not _valid(compact):
        raise InvalidPersonalDataError("ID_NUMBER_INVALID")
    return compact


def _lost_digits(number: str) -> bool:
    """Excel keeps 15 digits of a number: the rest turn into zeros, or it writes 4.20106E+17."""
    return "E+" in number or (number.isdigit() and len(number) == 18 and number.endswith("000") and not _valid(number))


def _valid(number: str) -> bool:
    try:
        ric.validate(number)
    except ValidationError:
        return False
    return len(number) == 18


def check_phone(text: str) -> str:
    """A mobile number of mainland China as 11 digits."""
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        raise InvalidPersonalDataError("PHONE_INVALID") from None
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    if number.country_code != 86 or not mobile or not phonenumbers.is_valid_number(number):
        raise InvalidPersonalDataError("PHONE_INVALID")
    return str(number.national_number)
