"""Style, script and pictures of the pages, under addresses that change with their content."""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).with_name("static")
_FOREVER = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}


@cache
def contents() -> dict[str, bytes]:
    """Every file by its name below `static/`."""
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}


@cache
def address(name: str) -> str:
    """Where a file is; raises KeyError when there is none of that name."""
    digest = hashlib.sha256(contents()[name]).hexdigest()[:12]
    return f"/static/{digest}/{name}"


async def asset(request: Request) -> Response:
    """GET /static/{digest}/{name}."""
    name = request.path_params["name"]
    if name not in contents() or address(name) != request.url.path:
        return Response(status_code=404)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(contents()[name], headers=_FOREVER, media_type=media_type)
