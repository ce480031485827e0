"""The headings of the files the sample writes, from headings.toml."""

import tomllib
from pathlib import Path

_HEADINGS = tomllib.loads(Path(__file__).with_name("headings.toml").read_text(encoding="utf-8"))

DOUYIN_WORKS: list[str] = _HEADINGS["DOUYIN_WORKS"]
DOUYIN_WORKS_VARIANT: list[str] = _HEADINGS["DOUYIN_WORKS_VARIANT"]
DOUYIN_LIVE_SESSIONS: list[str] = _HEADINGS["DOUYIN_LIVE_SESSIONS"]
DOUYIN_ORDERS: list[str] = _HEADINGS["DOUYIN_ORDERS"]
DOUYIN_ORDERS_75: list[str] = _HEADINGS["DOUYIN_ORDERS_75"]
KUAISHOU_ORDERS: list[str] = _HEADINGS["KUAISHOU_ORDERS"]
KUAISHOU_ORDERS_61 = [heading for heading in KUAISHOU_ORDERS if heading not in _HEADINGS["KUAISHOU_ORDERS_NEWER"]]
KUAISHOU_LIVE_SESSIONS: list[str] = _HEADINGS["KUAISHOU_LIVE_SESSIONS"]
KUAISHOU_WORK_DAYS: list[str] = _HEADINGS["KUAISHOU_WORK_DAYS"]
TEMPLATE_WORKS: list[str] = _HEADINGS["TEMPLATE_WORKS"]
TEMPLATE_ACCOUNT_DAYS: list[str] = _HEADINGS["TEMPLATE_ACCOUNT_DAYS"]
TEMPLATE_LIVE_SESSIONS: list[str] = _HEADINGS["TEMPLATE_LIVE_SESSIONS"]
ROSTER: list[str] = _HEADINGS["ROSTER"]
