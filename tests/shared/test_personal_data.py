"""ID and phone numbers: what is accepted, and that a sealed value stays with its row."""

import pytest
from cryptography.exceptions import InvalidTag

from services.shared.identity import new_id
from services.shared.personal_data import (
    InvalidPersonalDataError,
    Vault,
    check_id_number,
    check_phone,
    mask_id_number,
    mask_phone,
)

VAULT = Vault(bytes(range(32)))


@pytest.mark.parametrize(
    ("text", "number"),
    [("11010519491231002x", "11010519491231002X"), (" 110105 19491231 002X", "11010519491231002X")],
)
def test_a_valid_id_number_is_normalised(text: str, number: str) -> None:
    assert check_id_number(text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("110105194912310021", "ID_NUMBER_INVALID"),
        ("11010519491331002X", "ID_NUMBER_INVALID"),
        ("110105491231002", "ID_NUMBER_INVALID"),
        ("1.10105194912310E+17", "ID_NUMBER_LOST_DIGITS"),
        ("110105194912310000", "ID_NUMBER_LOST_DIGITS"),
    ],
)
def test_a_wrong_id_number_is_named_without_its_digits(text: str, code: str) -> None:
    with pytest.raises(InvalidPersonalDataError) as caught:
        check_id_number(text)
    assert caught.value.code == code
    assert text not in str(caught.value)


@pytest.mark.parametrize("text", ["13812341234", "138 1234 1234", "+86 138-1234-1234"])
def test_a_mobile_number_becomes_eleven_digits(text: str) -> None:
    assert check_phone(text) == "13812341234"


@pytest.mark.parametrize("text", ["", "027-87654321", "1381234123", "+1 650 253 0000", "1.38E+10"])
def test_what_is_no_mobile_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidPersonalDataError, match="PHONE_INVALID"):
        check_phone(text)


def test_masks_keep_the_ends_only() -> None:
    assert mask_id_number("11010519491231002X") == "1101**********002X"
    assert mask_phone("13812341234") == "138****1234"


def test_a_sealed_value_opens_only_in_its_own_row() -> None:
    row = new_id()
    sealed = VAULT.seal("11010519491231002X", row)
    assert VAULT.open(sealed, row) == "11010519491231002X"
    with pytest.raises(InvalidTag):
        VAULT.open(sealed, new_id())


def test_sealing_twice_differs_and_the_index_does_not() -> None:
    row = new_id()
    assert VAULT.seal("x", row) != VAULT.seal("x", row)
    assert VAULT.index("x") == VAULT.index("x") != Vault(bytes(32)).index("x")
