"""Watching an upload."""

from collections.abc import AsyncGenerator

import strawberry

from services.api.context import Info
from services.api.errors import NotFoundError
from services.api.nodes import GlobalId, key_of
from services.api.uploads.types import Upload
from services.shared.changes import listen


@strawberry.type
class UploadSubscription:
    @strawberry.subscription(description="The upload now and whenever it changes, until it has ended. (上传进展)")
    async def upload_changed(self, info: Info, id: GlobalId) -> AsyncGenerator[Upload, None]:  # noqa: A002
        key = key_of(id, "Upload")
        if key is None:
            raise NotFoundError
        shown: Upload | None = None
        async for _ in listen(info.context.resources.redis, key):
            await info.context.still_signed_in()
            upload: Upload | None = await info.context.load("Upload", key)
            if upload is None:
                raise NotFoundError
            if upload != shown:
                yield upload
            shown = upload
            if upload.state.ended:
                return
