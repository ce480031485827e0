"""Where archives of contests are kept, sealed each under a key of its own that its row holds."""

from uuid import UUID


def below(archive_id: UUID) -> str:
    """Everything of one archive: a worker that was given up may have left a file beside the one that counts."""
    return f"archives/{archive_id}"


def place_of(archive_id: UUID, sha256: str) -> str:
    """The file of the archive with that digest."""
    return f"{below(archive_id)}/{sha256}"
