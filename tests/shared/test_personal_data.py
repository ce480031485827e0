"""ID and phone numbers: what is accepted, and that a sealed value stays with its row."""

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from services.shared.identity import new_id
from services.shared.personal_data import (
    InvalidPersonalDataError,
    Key,
    KeySettingError,
    UnknownKeyError,
    Vault,
    check_id_number,
    check_phone,
    mask_id_number,
    mask_name,
    mask_phone,
    open_vault,
)
from services.shared.personal_data.keys import keep_keys, key_file, known_keys, read_keys, with_new_key, write_keys
from services.shared.settings import Settings

VAULT = Vault([Key(1, bytes(range(32)))])


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
    assert mask_name("欧阳小明") == mask_name("欧") == "欧**"


def test_a_sealed_value_opens_only_in_its_own_row() -> None:
    row = new_id()
    sealed = VAULT.seal("11010519491231002X", row)
    assert VAULT.open(sealed, row) == "11010519491231002X"
    with pytest.raises(InvalidTag):
        VAULT.open(sealed, new_id())


def test_sealing_twice_differs_and_the_index_does_not() -> None:
    row = new_id()
    assert VAULT.seal("x", row) != VAULT.seal("x", row)
    assert VAULT.index("x") == VAULT.index("x") != Vault([Key(1, bytes(32))]).index("x")


OLD, NEW = Key(1, bytes(range(32))), Key(2, bytes(range(32, 64)))


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    row, both = new_id(), Vault([NEW, OLD])
    assert both.open(VAULT.seal("x", row), row) == "x"
    assert both.seal("x", row)[0] == both.present == 2
    assert both.index("x") == both.indexes("x")[0]
    assert both.indexes("x") == [Vault([NEW]).index("x"), VAULT.index("x")]
    assert (len(VAULT.index("x")), both.index("x")[0]) == (32, 2)


def test_a_value_under_an_unknown_key_says_which() -> None:
    row = new_id()
    with pytest.raises(UnknownKeyError, match="secret key 2") as caught:
        VAULT.open(Vault([NEW]).seal("x", row), row)
    assert caught.value.key_id == 2


def test_a_key_of_the_same_id_but_another_secret_opens_nothing() -> None:
    row = new_id()
    with pytest.raises(InvalidTag):
        Vault([Key(1, NEW.secret)]).open(VAULT.seal("x", row), row)


def test_keys_are_read_as_they_are_written() -> None:
    bare = OLD.secret.hex()
    assert read_keys(f" {bare}\n") == read_keys(f"1:{bare}") == (OLD,)
    assert write_keys([OLD]) == bare
    assert read_keys(write_keys([NEW, OLD])) == (NEW, OLD)
    assert [key.id for key in with_new_key([NEW, OLD])] == [3, 2, 1]
    assert "secret" not in repr(OLD)


@pytest.mark.parametrize("text", ["", "5a", "zz" * 32, "x:" + "5a" * 32, "0:" + "5a" * 32, "256:" + "5a" * 32])
def test_wrong_keys_are_refused_without_repeating_them(text: str) -> None:
    with pytest.raises(KeySettingError) as caught:
        read_keys(text)
    assert "5a5a" not in str(caught.value)


def test_an_id_stands_for_one_key() -> None:
    with pytest.raises(KeySettingError, match="same id"):
        read_keys(f"1:{OLD.secret.hex()},{NEW.secret.hex()}")


def test_the_kept_keys_are_made_once_and_can_be_replaced(tmp_path: Path) -> None:
    settings = Settings(env="test", home=tmp_path / "home", secret_key="")
    first = known_keys(settings)
    assert known_keys(settings) == first
    assert [key.id for key in first] == [1]
    keep_keys(key_file(settings), with_new_key(first))
    assert known_keys(settings)[1:] == first
    assert open_vault(settings).key_ids == (2, 1)
    assert key_file(settings).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in settings.home.iterdir()] == ["secret_key"]
