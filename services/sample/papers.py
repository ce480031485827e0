"""Papers that show something in the demo: a certificate as a picture, a screenshot as a PDF. Both say what they are."""

import io
import time

from PIL import Image, ImageDraw

_SIZE = (640, 400)
_MADE = time.gmtime(1_625_000_000)  # the same bytes each time


def certificate() -> bytes:
    """A PNG."""
    written = io.BytesIO()
    _drawn("SAMPLE CERTIFICATE", "of nobody, for the demo").save(written, "PNG")
    return written.getvalue()


def screenshot() -> bytes:
    """A PDF of one page."""
    written = io.BytesIO()
    page = _drawn("SAMPLE SCREENSHOT", "an account with a new handle, for the demo")
    page.save(written, "PDF", creationDate=_MADE, modDate=_MADE)
    return written.getvalue()


def _drawn(title: str, below: str) -> Image.Image:
    page = Image.new("RGB", _SIZE, "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((20, 20, _SIZE[0] - 20, _SIZE[1] - 20), outline="firebrick", width=4)
    pen.text((60, 120), title, fill="black", font_size=36)
    pen.text((60, 220), below, fill="dimgray", font_size=22)
    return page
