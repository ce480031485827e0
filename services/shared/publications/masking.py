"""What a contest publishes of people: applied once, when a revision is prepared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from services.shared.personal_data import mask_handle, mask_name
from services.shared.vocabulary import NamePolicy


@dataclass(frozen=True, slots=True)
class Masking:
    """Names whole or masked, divisions shown or hidden, accounts whole or masked."""

    names: NamePolicy = NamePolicy.FULL
    divisions: bool = True
    accounts: bool = True

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """From the column `masking`."""
        return cls(NamePolicy(stored["names"]), stored["divisions"], stored["accounts"])

    def as_json(self) -> dict[str, str | bool]:
        return {"names": self.names.value, "divisions": self.divisions, "accounts": self.accounts}

    def name(self, name: str) -> str:
        return name if self.names is NamePolicy.FULL else mask_name(name)

    def account(self, handle: str) -> str:
        return handle if self.accounts else mask_handle(handle)
