"""A marked copy on its way to whoever asked for it."""

from pathlib import PurePosixPath

from services.api.context import Resources
from services.api.downloads.file import Download, File
from services.api.errors import NotFoundError
from services.api.marked_copies import store

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def render_marked_copy(resources: Resources, download: Download) -> File:
    """Raises NotFoundError once it is deleted."""
    row = await store.find_content(resources.pool, download.subject_id)
    if row is None:
        raise NotFoundError("DOWNLOAD_NOT_FOUND")
    return File(row["content"], f"{PurePosixPath(row['name']).stem}_标注.xlsx", _XLSX)
