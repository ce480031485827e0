"""What opens the originals in a file that was taken out, kept beside it."""

from pathlib import Path

from services.cli.errors import CommandError, cause
from services.cli.output import notes


def keep_passphrase(file: Path, passphrase: str) -> None:
    """Writes it for its owner alone; whoever hands the file on keeps this back, or hands it on another way."""
    path = file.with_name(f"{file.name}.key")
    try:
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(f"{passphrase}\n")
    except OSError as error:
        raise CommandError(f"写不了 {path}：{cause(error)}") from None
    notes.print(f"原始文件的口令在 {path}，请与文件分开保管。 / It opens the originals: keep it apart.", markup=False)
