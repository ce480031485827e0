"""Documents on their way to the API: announced, sent, and waited for until they have been checked."""

import asyncio
from pathlib import Path
from typing import Any

from services.cli.client import Client
from services.cli.errors import CommandError
from services.cli.transfer import fingerprint, wait_for


async def send_document(client: Client, file: Path, **given: Any) -> dict[str, Any]:
    """The document once it is READY or REFUSED; `given` says what it is for."""
    sha256, size = await asyncio.to_thread(fingerprint, file)
    made = await client.mutate("CreateDocument", **given, size=size, sha256=sha256)
    await client.put(made["putUrl"], made["putToken"], file, lambda _: None)
    document: str = made["document"]["id"]
    ended = await wait_for(client, "Documents", [document], _checked, lambda _: None)
    return ended[document]


def ready(document: dict[str, Any]) -> str:
    """Its id; raises CommandError that says why a document was refused."""
    if document["state"] == "REFUSED":
        raise CommandError(document["problem"]["message"])
    key: str = document["id"]
    return key


def _checked(document: dict[str, Any]) -> bool:
    return document["state"] not in ("CREATED", "CHECKING")
