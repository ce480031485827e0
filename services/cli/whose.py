"""Whose figures one of our own templates holds, so that nobody has to say beside it what stands in it."""

from datetime import UTC, datetime
from pathlib import Path

from services.cli.output import word
from services.shared.handles import handle_key, read_account
from services.shared.vocabulary import ImportPolicy, Platform


def account_in_template(path: Path) -> str | None:
    """`快手-lisi`, if that is the one account that the rows of a template name; of any other file None."""
    from services.scorer.uploads.parse import parse  # noqa: PLC0415  polars takes long to load

    read = parse(path, path.name, datetime.now(UTC), policy=ImportPolicy.GOOD_ROWS)
    if read.frame is None or read.kind is None or not read.kind.is_template:
        return None
    rows = read.frame.select("platform", "handle").unique().rows()
    named = {f"{word(Platform(platform))}-{handle_key(handle)}" for platform, handle in rows}
    return named.pop() if len(named) == 1 and all(map(read_account, named)) else None
