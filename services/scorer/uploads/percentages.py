"""Numbers that a sheet shows as percentages: 83.33% is stored as 0.8333, and only its number format tells."""

import re
import zipfile
from decimal import Decimal, InvalidOperation
from pathlib import Path
from xml.etree import ElementTree

from services.scorer.uploads.container import STYLES
from services.scorer.uploads.refused import Refused

_ALWAYS = {9, 10}  # formats of every workbook: 0% and 0.00%
_LITERAL = re.compile(r'"[^"]*"|\\.|_.')


def percent_styles(path: Path) -> frozenset[int]:
    """The numbers of the cell styles of a workbook that show a number with a percent sign."""
    try:
        with zipfile.ZipFile(path) as archive:
            styles = ElementTree.fromstring(archive.read(STYLES))  # noqa: S314 (declarations were refused)
        own = {
            int(each.get("numFmtId", "0")) for each in styles.iterfind("{*}numFmts/{*}numFmt") if _shows_percent(each)
        }
        given = {int(each.get("numFmtId", "0")) for each in styles.iterfind("{*}numFmts/{*}numFmt")}
        cells = [int(each.get("numFmtId", "0")) for each in styles.iterfind("{*}cellXfs/{*}xf")]
    except (ElementTree.ParseError, ValueError) as error:
        raise Refused("FILE_NOT_XLSX", {"detail": type(error).__name__}) from None
    return frozenset(number for number, format_ in enumerate(cells) if format_ in own | (_ALWAYS - given))


def _shows_percent(number_format: ElementTree.Element) -> bool:
    return "%" in _LITERAL.sub("", number_format.get("formatCode", "").split(";")[0])


def as_shown(number: str | None) -> str | None:
    """`0.8333` → `83.33%`."""
    try:
        return None if number is None else f"{Decimal(number).scaleb(2).normalize():f}%"
    except InvalidOperation:
        return number
