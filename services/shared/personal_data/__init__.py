"""ID numbers and phone numbers: checked, sealed, found again, and masked."""

from services.shared.personal_data.checks import InvalidPersonalDataError, check_id_number, check_phone
from services.shared.personal_data.keys import Key, KeySettingError
from services.shared.personal_data.masks import mask_handle, mask_id_number, mask_name, mask_phone
from services.shared.personal_data.vault import UnknownKeyError, Vault, open_vault

__all__ = [
    "InvalidPersonalDataError",
    "Key",
    "KeySettingError",
    "UnknownKeyError",
    "Vault",
    "check_id_number",
    "check_phone",
    "mask_handle",
    "mask_id_number",
    "mask_name",
    "mask_phone",
    "open_vault",
]
