"""Setting PDF with typst: words come to a template as data, fonts from a package and from nowhere else. Pure."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pylopdf_fonts_zh_cn as fonts
import typst


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.serif_path().parent)]
    )


def typeset(template: Path, given: Mapping[str, Any], moment: datetime) -> bytes:
    """The PDF of a template with what it is given as `part`; `moment` is the only one that the file knows."""
    compiler = typst.Compiler(template, font_paths=_fonts(), sys_inputs={"part": orjson.dumps(given).decode()})
    pdf = compiler.compile(format="pdf", timestamp=moment.replace(microsecond=0), pdf_tags=False)
    if not isinstance(pdf, bytes):
        raise TypeError("typst answers a PDF as bytes")
    return pdf
