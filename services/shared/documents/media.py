"""What documents may be, by their first bytes."""

JPEG, PNG, HEIC, PDF = "image/jpeg", "image/png", "image/heic", "application/pdf"
ENDINGS = {JPEG: "jpg", PNG: "png", HEIC: "heic", PDF: "pdf"}

FIRST_BYTES = 12  # as many as `kind_of` needs
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heif", b"heim", b"heis", b"mif1"})


def kind_of(head: bytes) -> str | None:
    """The media type that the first bytes promise; None for anything that is not taken."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"%PDF-"):
        return PDF
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return HEIC
    return None
