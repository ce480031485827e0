"""The sheet that a city prints, cuts and hands out: eight people to a page. Pure: from codes to HTML."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape

import segno

from services.api.invitations.codes import in_groups
from services.shared.beijing import BEIJING

_STYLE = """
@page { size: A4; margin: 10mm }
body { font: 10pt/1.4 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; margin: 0 }
main { display: grid; grid-template-columns: 1fr 1fr; gap: 4mm }
section { border: 1px dashed #888; padding: 4mm; display: flex; gap: 4mm; break-inside: avoid; height: 56mm;
  box-sizing: border-box }
svg { width: 32mm; height: 32mm; flex: none }
h2 { font-size: 12pt; margin: 0 }
code { font: bold 12pt/2 monospace; white-space: nowrap }
p { margin: 0; overflow-wrap: anywhere }
"""


@dataclass(frozen=True, slots=True)
class Slip:
    """What one person is handed."""

    number: int
    name: str
    code: str
    link: str

    @property
    def qr(self) -> str:
        """The link as a QR code: an `<svg>` of one unit a module, with its quiet zone."""
        return segno.make_qr(self.link, error="m").svg_inline(omitsize=True)


def render_sheet(contest: str, city: str, site: str, expires_at: datetime, slips: Iterable[Slip]) -> str:
    """A page that needs nothing beside itself; every text in it is escaped."""
    until = f"{expires_at.astimezone(BEIJING):%Y年%m月%d日 %H:%M}"
    cut = "\n".join(_section(slip, site, until) for slip in slips)
    title = escape(f"{contest} {city} 激活码")
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body><main>\n{cut}\n</main></body></html>\n"
    )


def _section(slip: Slip, site: str, until: str) -> str:
    return (
        f"<section>{slip.qr}<div><h2>{slip.number} {escape(slip.name)}</h2>"
        f"<p>扫码，或打开 {escape(site)}/invitation 输入激活码：</p><code>{in_groups(slip.code)}</code>"
        f"<p>有效期至 {until}，只能用一次，请勿转给他人。"
        "丢失请向本市（州）经办人换新码，旧码即作废。</p></div></section>"
    )
