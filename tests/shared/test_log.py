"""Log lines are one JSON object each where that is asked for."""

import subprocess
import sys

import orjson

PROGRAM = """
import logging
from services.shared.log import configure_logs
configure_logs("json")
logging.getLogger("livecup.test").info("读取 %s", "作品列表", extra={"upload": "u1"})
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("livecup.test").exception("failed")
"""


def test_each_line_is_an_object_with_level_time_and_place() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    first, second = (orjson.loads(line) for line in done.stderr.splitlines())
    assert (first["event"], first["upload"], first["level"]) == ("读取 作品列表", "u1", "info")
    assert first["logger"] == "livecup.test"
    assert "ZeroDivisionError" in second["exception"]
