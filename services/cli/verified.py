"""How far verification is, said wherever results are shown."""

from typing import Any

from services.cli.client import Client


async def verification_of(client: Client, round_id: str) -> dict[str, Any] | None:
    """The counts of a round, as far as visible."""
    found: dict[str, Any] | None = (await client.query("RoundVerification", id=round_id))["node"]
    return found and found["verification"]


def verified(counts: dict[str, Any] | None) -> str:
    """`数据核验：应核验 12 人，待核验 3 人，不符 1 人`; nothing where nobody is to be verified."""
    if not counts or not counts["required"]:
        return ""
    parts = ((name, counts[field]) for name, field in (("待核验", "open"), ("不符", "differs")))
    left = [f"{name} {count} 人" for name, count in parts if count] or ["都已核验相符"]
    return f"数据核验：应核验 {counts['required']} 人，{'，'.join(left)}"
