"""Why a list is empty: because there is nothing, or because it is not for whoever asks."""

from typing import Any

from services.cli.client import Client

OVERSEERS = frozenset({"ORGANISER", "AUDITOR"})


async def may_read(client: Client, contest: dict[str, Any] | None, roles: frozenset[str]) -> bool:
    """Whether the one who is signed in has one of these roles, in the contest or, without one, anywhere."""
    viewer = (await client.query("OwnGrants"))["viewer"]
    held = (one["contest"] for one in (viewer["grants"] if viewer else ()) if one["role"] in roles)
    return any(contest is None or where is None or where["id"] == contest["id"] for where in held)
