"""What the sample contestants sell."""

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Good:
    product_id: str
    name: str
    specification: str
    cents: int


def load_goods(path: Path) -> list[Good]:
    """Read goods.csv; prices are yuan with two decimals."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Good(line["product_id"], line["name"], line["specification"], int(line["price"].replace(".", "")))
            for line in csv.DictReader(file)
        ]


def yuan(cents: int) -> str:
    """`-1234` → `-12.34`"""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
