"""A certificate (证书) as PDF. Pure, the same bytes each time.

`python -m services.scorer.certificates.certificate` reads a JSON list of them, writes a list of PDFs in base64.
"""

import base64
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
from pydantic import TypeAdapter

from services.scorer.renditions.child import made_in_child
from services.scorer.renditions.typeset import typeset
from services.shared.beijing import BEIJING
from services.shared.words import Language, put

_TEMPLATE = Path(__file__).with_name("certificate.typ")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What stands on it. `named`: a contestant, or the team of a city."""

    named: str
    contest: str
    round: str
    award: str
    hosts: tuple[str, ...]
    published_at: datetime
    code: str


_CERTIFICATES = TypeAdapter(Sequence[Certificate])


def as_pdf(certificate: Certificate) -> bytes:
    """One page, dated as the publication by which the award was given."""

    def said(sentence: str, **parameters: str | int) -> str:
        return put(sentence, parameters, Language.ZH)

    day = certificate.published_at.astimezone(BEIJING)
    date = said("PAPER_DATE", year=day.year, month=day.month, day=day.day)
    given = {
        "title": said("CERTIFICATE_TITLE"),
        "named": said("CERTIFICATE_NAMED", name=certificate.named),
        "body": said("CERTIFICATE_BODY", contest=certificate.contest, round=certificate.round),
        "award": certificate.award,
        "closing": said("CERTIFICATE_CLOSING"),
        "signed": [*certificate.hosts, date],
        "proof": said("CERTIFICATE_PROOF", code=certificate.code),
    }
    return typeset(_TEMPLATE, given, certificate.published_at)


async def print_all(certificates: Sequence[Certificate]) -> list[bytes]:
    """The PDF of each, made in a child process; raises ChildError."""
    made = orjson.loads(await made_in_child(__name__, given=orjson.dumps(certificates)))
    return [base64.b64decode(each) for each in made]


def main() -> None:
    """The child."""
    certificates = _CERTIFICATES.validate_json(sys.stdin.buffer.read())
    sys.stdout.buffer.write(orjson.dumps([base64.b64encode(as_pdf(each)).decode() for each in certificates]))


if __name__ == "__main__":
    main()
