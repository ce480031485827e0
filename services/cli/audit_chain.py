"""The chain of the record, read where it stands: in the server's own database, or in an export."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.errors import CommandError, cause
from services.cli.verify import open_database
from services.shared.audit.chain import Checked, Head
from services.shared.audit.export import BrokenExportError, check_lines, entry_line, head_line, read_head
from services.shared.settings import Settings

SaidHead = Annotated[
    str | None, typer.Option("--head", help="以前抄存的链头 POSITION:DIGEST / a head that was printed earlier")
]


def read_printed(text: str | None) -> Head | None:
    """Raises CommandError for what is no head."""
    try:
        return read_head(text) if text is not None else None
    except ValueError:
        raise CommandError(f"不是链头：{text}。 / A head is POSITION:DIGEST, as `audit head` prints it.") from None


def chain_of_file(file: Path, expected: Head | None) -> Checked:
    """Needs no database and no server."""
    try:
        with file.open("rb") as lines:
            return check_lines(lines, expected)
    except BrokenExportError as error:
        raise CommandError(
            f"{file} 第 {error.line} 行不是导出的记录。 / Line {error.line} is none of an export's."
        ) from None
    except OSError as error:
        raise CommandError(f"读不了 {file}：{cause(error)}") from None


async def chain_of_database(expected: Head | None) -> Checked:
    from services.scorer.audit.verify import verify  # noqa: PLC0415  only this one needs the scorer

    async with open_database(Settings.read()) as pool:
        return await verify(pool, expected)


async def write_export(file: Path) -> Head:
    """Writes what is sealed, from one snapshot; answers the head. Nothing is checked: `verify FILE` does that."""
    from services.scorer.audit.verify import snapshot  # noqa: PLC0415

    reached = Head()
    async with open_database(Settings.read()) as pool:
        try:
            with file.open("wb") as out:
                async with snapshot(pool) as chain:
                    async for sealed in chain:
                        if sealed.entry is not None:
                            out.write(entry_line(sealed))
                        reached = Head(sealed.position, sealed.digest)
                out.write(head_line(reached))
        except OSError as error:
            raise CommandError(f"写不了 {file}：{cause(error)}") from None
    return reached
