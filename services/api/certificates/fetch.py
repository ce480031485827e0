"""A certificate on its way to whom it concerns."""

from services.api.certificates import store
from services.api.context import Resources
from services.api.downloads.file import Download, File
from services.api.errors import NotFoundError


async def render_certificate(resources: Resources, download: Download) -> File:
    """Raises NotFoundError where the person's data was erased meanwhile."""
    row = await store.find_content(resources.pool, download.subject_id)
    if row is None:
        raise NotFoundError("DOWNLOAD_NOT_FOUND")
    return File(row["content"], f"{row['title']}-{row['number'] or row['city']}.pdf", "application/pdf")
