"""ID numbers and phone numbers: checked, sealed, found again, and masked.

Sealed with AES-256-GCM under a key that never lies in the database; the row's id is associated data, so a value
copied to another row does not open. Equality ("one person once") goes through a keyed blind index, HMAC-SHA-256.
"""

import hashlib
import hmac
import os
from pathlib import Path
from uuid import UUID

import phonenumbers
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from services.shared.settings import Settings

_KEY_ID = b"\x01"  # the first byte of a sealed value; a rotated key gets the next number
_NONCE_BYTES = 12


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


def mask_id_number(number: str) -> str:
    """`420106199001011234` → `4201**********1234`."""
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"


def mask_phone(number: str) -> str:
    """`13812341234` → `138****1234`."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


class Vault:
    """Seals and opens personal data with keys derived (HKDF) from one 32-byte secret."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != 32:
            raise ValueError("the secret key must be 64 hex digits (32 bytes)")
        self._cipher = AESGCM(_derive(secret, b"seal"))
        self._index_key = _derive(secret, b"index")

    def seal(self, text: str, row: UUID) -> bytes:
        """Key id, nonce and ciphertext; opens only together with the same row id."""
        nonce = os.urandom(_NONCE_BYTES)
        return _KEY_ID + nonce + self._cipher.encrypt(nonce, text.encode(), row.bytes)

    def open(self, sealed: bytes, row: UUID) -> str:
        """Raises cryptography.exceptions.InvalidTag when the value was changed or belongs to another row."""
        nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        return self._cipher.decrypt(nonce, ciphertext, row.bytes).decode()

    def index(self, text: str) -> bytes:
        """Equal for equal values, worthless without the key."""
        return hmac.digest(self._index_key, text.encode(), hashlib.sha256)


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"livecup " + purpose).derive(secret)


def open_vault(settings: Settings) -> Vault:
    """The vault of this installation; without LIVECUP_SECRET_KEY its key is made once and kept at mode 0600."""
    configured = settings.secret_key.get_secret_value()
    return Vault(bytes.fromhex(configured or _kept_key(settings.home / "secret_key")))


def _kept_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    if not path.exists():
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(os.urandom(32).hex())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(partial, path)  # fails when another process was first: its key is the key
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return path.read_text().strip()
