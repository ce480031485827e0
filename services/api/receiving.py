"""What every endpoint that takes announced bytes reads of its request, and how it refuses the bytes."""

from uuid import UUID

from starlette.requests import Request

from services.api.errors import NotAllowedError, NotFoundError, RefusalError


class UploadTooLargeError(RefusalError):
    """More bytes came than were announced."""

    default_code = "UPLOAD_LARGER_THAN_ANNOUNCED"
    status = 413


class BytesRefusedError(RefusalError):
    """The bytes are not those that were announced."""

    default_code = "UPLOAD_HASH_DIFFERS"
    status = 422


def announced(request: Request) -> tuple[UUID, str]:
    """The id in the address and the bearer's token; raises NotAllowedError without a token, NotFoundError for no id."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAllowedError
    try:
        return UUID(request.path_params["id"]), token
    except ValueError:
        raise NotFoundError from None
