"""A document of a revision, made in a child process.

`python -m services.scorer.renditions.render FORMAT LANGUAGE` reads a snapshot's canonical bytes, writes the document.
"""

import sys
from collections.abc import Callable, Mapping

from services.scorer.renditions.child import made_in_child
from services.scorer.renditions.lists import as_csv, as_xlsx
from services.scorer.renditions.pdf import as_pdf
from services.scorer.renditions.word import as_docx
from services.shared.publications.snapshot import Snapshot, read_snapshot
from services.shared.vocabulary import RenditionFormat
from services.shared.words import Language

RENDERERS: Mapping[RenditionFormat, Callable[[Snapshot, Language], bytes]] = {
    RenditionFormat.PDF: as_pdf,
    RenditionFormat.DOCX: as_docx,
    RenditionFormat.XLSX: as_xlsx,
    RenditionFormat.CSV: as_csv,
}


async def render(canonical: bytes, document: RenditionFormat, language: Language) -> bytes:
    """The document of a snapshot; raises ChildError."""
    return await made_in_child(__name__, document, language, given=canonical)


def main() -> None:
    """The child."""
    document, language = RenditionFormat(sys.argv[1]), Language(sys.argv[2])
    snapshot = read_snapshot(sys.stdin.buffer.read())
    sys.stdout.buffer.write(RENDERERS[document](snapshot, language))


if __name__ == "__main__":
    main()
