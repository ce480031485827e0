"""Papers as people send them, and as attackers do; all are made here."""

import io
import struct
import zlib
from collections.abc import Callable

import pillow_heif
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

HTML = b"<!doctype html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    """A small picture with something on it."""
    drawn = Image.effect_noise(size, 60).convert("RGB")
    written = io.BytesIO()
    drawn.save(written, kind)
    return written.getvalue()


def heic() -> bytes:
    pillow_heif.register_heif_opener()
    return picture("HEIF")


def pdf(pages: int = 2, change: Callable[[PdfWriter], object] = lambda _: None) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(300, 400)
    change(writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _launch(writer: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")})
    link = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/A"): writer._add_object(action),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])


def _script(writer: PdfWriter) -> None:
    """JavaScript that runs when the file is opened."""
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )


def _indirect_action(writer: PdfWriter) -> None:
    """The kind of the action stands in an object of its own."""
    kind = writer._add_object(NameObject("/Launch"))
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject("/S"): kind})


def _escaped_name(content: bytes) -> bytes:
    """The same name with one letter written as its number, as PDF allows."""
    assert b"/JavaScript" in content
    return content.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS ", b"/J#53 ")


def pixel_bomb() -> bytes:
    """A PNG of a few hundred KB that would be 40 000 × 40 000 pixels, correct to the last checksum."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    side = 40_000
    head = struct.pack("!IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


GOOD: dict[str, tuple[Callable[[], bytes], str]] = {
    "jpeg": (picture, "image/jpeg"),
    "png": (lambda: picture("PNG"), "image/png"),
    "heic": (heic, "image/heic"),
    "pdf": (pdf, "application/pdf"),
    "pdf of fifty pages": (lambda: pdf(50), "application/pdf"),
}
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "svg": (lambda: SVG, "DOCUMENT_KIND_UNKNOWN"),
    "html": (lambda: HTML, "DOCUMENT_KIND_UNKNOWN"),
    "gif": (lambda: picture("GIF"), "DOCUMENT_KIND_UNKNOWN"),
    "html behind a jpeg's first bytes": (lambda: b"\xff\xd8\xff\xe0" + HTML * 9, "DOCUMENT_DAMAGED"),
    "pdf behind a jpeg's first bytes": (lambda: b"\xff\xd8\xff" + pdf(), "DOCUMENT_DAMAGED"),
    "half a jpeg": (lambda: picture()[: len(picture()) // 2], "DOCUMENT_DAMAGED"),
    "half a png": (lambda: picture("PNG")[:900], "DOCUMENT_DAMAGED"),
    "half a heic": (lambda: heic()[: len(heic()) // 2], "DOCUMENT_DAMAGED"),
    "half a pdf": (lambda: b"%PDF-1.7\n" + b"\0" * 500, "DOCUMENT_DAMAGED"),
    "png with a zip behind": (lambda: picture("PNG") + b"PK\x03\x04" + b"x" * 99, "DOCUMENT_DAMAGED"),
    "pixel bomb": (pixel_bomb, "DOCUMENT_TOO_MANY_PIXELS"),
    "pdf with a password": (lambda: pdf(1, lambda writer: writer.encrypt("secret")), "DOCUMENT_PDF_ENCRYPTED"),
    "pdf that only its owner may change": (
        lambda: pdf(1, lambda writer: writer.encrypt("", "owner")),
        "DOCUMENT_PDF_ENCRYPTED",
    ),
    "pdf with a script": (lambda: pdf(1, _script), "DOCUMENT_PDF_ACTIVE"),
    "pdf with a script under an escaped name": (
        lambda: _escaped_name(pdf(1, _script)),
        "DOCUMENT_PDF_ACTIVE",
    ),
    "pdf that starts a program": (lambda: pdf(1, _launch), "DOCUMENT_PDF_ACTIVE"),
    "pdf with an action told elsewhere": (lambda: pdf(1, _indirect_action), "DOCUMENT_PDF_ACTIVE"),
    "pdf with an attachment": (
        lambda: pdf(1, lambda writer: writer.add_attachment("a.exe", b"MZ")),
        "DOCUMENT_PDF_ACTIVE",
    ),
    "pdf of fifty-one pages": (lambda: pdf(51), "DOCUMENT_PDF_TOO_LONG"),
    "pdf without a page": (lambda: pdf(0), "DOCUMENT_DAMAGED"),
}
