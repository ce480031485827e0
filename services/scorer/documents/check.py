"""Whether a document is what it says: a picture that decodes, or a PDF that can be read and does nothing.

Values in, values out; runs in a reader's child process under its limits.
"""

import io
import warnings
from collections.abc import Iterator

import pillow_heif
from PIL import Image
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from services.scorer.uploads.refused import Refused
from services.shared.documents.media import FIRST_BYTES, HEIC, JPEG, PDF, PNG, kind_of

MOST_MEGAPIXELS = 120  # phones take pictures of 108
MOST_PAGES = 50
_MOST_OBJECTS = 200_000

_FORMATS = {JPEG: ("JPEG",), PNG: ("PNG",), HEIC: ("HEIF",)}
_PNG_END = b"IEND\xaeB`\x82"
# What makes a PDF do something, by the keys of its dictionaries and the kinds of its actions.
_ACTIVE = frozenset({"/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/RichMedia", "/XFA", "/SubmitForm"})
_ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition"})

pillow_heif.register_heif_opener()


def check_document(content: bytes) -> str:
    """The media type; raises Refused with what is wrong."""
    kind = kind_of(content[:FIRST_BYTES])
    if kind is None:
        raise Refused("DOCUMENT_KIND_UNKNOWN")
    if kind == PDF:
        _check_pdf(content)
    else:
        _check_picture(content, kind)
    return kind


def _check_picture(content: bytes, kind: str) -> None:
    if kind == PNG and not content.endswith(_PNG_END):
        raise Refused("DOCUMENT_DAMAGED")  # cut off, or something else hangs on it
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the number of pixels is checked here
            picture = Image.open(io.BytesIO(content), formats=_FORMATS[kind])
            width, height = picture.size
            if width * height > MOST_MEGAPIXELS * 1_000_000:
                raise Refused("DOCUMENT_TOO_MANY_PIXELS", {"most": MOST_MEGAPIXELS})
            picture.load()
    except Image.DecompressionBombError:
        raise Refused("DOCUMENT_TOO_MANY_PIXELS", {"most": MOST_MEGAPIXELS}) from None
    except (Refused, MemoryError):
        raise
    except Exception:  # whatever the decoder trips over
        raise Refused("DOCUMENT_DAMAGED") from None


def _check_pdf(content: bytes) -> None:
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Refused("DOCUMENT_PDF_ENCRYPTED")
        pages = len(reader.pages)
        if pages > MOST_PAGES:
            raise Refused("DOCUMENT_PDF_TOO_LONG", {"most": MOST_PAGES})
        if not pages or not all(page.mediabox.width > 0 for page in reader.pages):
            raise Refused("DOCUMENT_DAMAGED")
        if any(map(_acts, _dictionaries(reader.trailer))):
            raise Refused("DOCUMENT_PDF_ACTIVE")
    except (Refused, MemoryError):
        raise
    except (PyPdfError, Exception):  # whatever the reader trips over
        raise Refused("DOCUMENT_DAMAGED") from None


def _dictionaries(start: DictionaryObject) -> Iterator[DictionaryObject]:
    """Every dictionary that a reader of the file can come to, each once."""
    waiting: list[object] = [start]
    seen: set[tuple[int, int]] = set()
    count = 0
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            key = (found.idnum, found.generation)
            if key in seen:
                continue
            seen.add(key)
            found = found.get_object()
        count += 1
        if count > _MOST_OBJECTS:
            raise Refused("DOCUMENT_DAMAGED")
        if isinstance(found, DictionaryObject):
            yield found
            waiting += [found.raw_get(name) for name in found]
        elif isinstance(found, ArrayObject):
            waiting += list.__iter__(found)


def _acts(found: DictionaryObject) -> bool:
    action = found.get("/S")
    if isinstance(action, IndirectObject):
        action = action.get_object()
    return not _ACTIVE.isdisjoint(found) or (isinstance(action, NameObject) and action in _ACTIONS)
