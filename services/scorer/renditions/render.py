"""A document of a revision, made in a child process: what it needs of memory goes with the child.

`python -m services.scorer.renditions.render FORMAT LANGUAGE` reads a snapshot's canonical bytes, writes the document.
"""

import asyncio
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import services
from services.scorer.renditions.lists import as_csv, as_xlsx
from services.scorer.renditions.pdf import as_pdf
from services.scorer.renditions.word import as_docx
from services.shared.processes import as_child
from services.shared.publications.snapshot import Snapshot, read_snapshot
from services.shared.vocabulary import RenditionFormat
from services.shared.words import Language

RENDERERS: Mapping[RenditionFormat, Callable[[Snapshot, Language], bytes]] = {
    RenditionFormat.PDF: as_pdf,
    RenditionFormat.DOCX: as_docx,
    RenditionFormat.XLSX: as_xlsx,
    RenditionFormat.CSV: as_csv,
}


class RenderingError(Exception):
    """The child did not make the document."""


async def render(canonical: bytes, document: RenditionFormat, language: Language) -> bytes:
    """The document of a snapshot; raises RenderingError with what the child said."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, document, language),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=Path(services.__file__).parents[1],
        preexec_fn=as_child(signal.SIGKILL),
    )
    try:
        made, said = await child.communicate(canonical)
    except BaseException:  # cancelled: nobody waits for it any more
        child.kill()
        await child.wait()
        raise
    if child.returncode != 0:
        raise RenderingError(f"{document} {language}: {child.returncode} {said.decode(errors='replace')[-500:]}")
    return made


def main() -> None:
    """The child."""
    document, language = RenditionFormat(sys.argv[1]), Language(sys.argv[2])
    snapshot = read_snapshot(sys.stdin.buffer.read())
    sys.stdout.buffer.write(RENDERERS[document](snapshot, language))


if __name__ == "__main__":
    main()
