"""A revision put together: from a run's standings to the snapshot, with the contest's masks applied. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Protocol

from services.shared.publications.masking import Masking
from services.shared.publications.snapshot import (
    Contact,
    Correction,
    Host,
    Item,
    NoticeWindow,
    PublishedStanding,
    RulesUsed,
    RunUsed,
    Snapshot,
)
from services.shared.rules.check import parse_rules
from services.shared.vocabulary import ContactRole, HostRole, Place, Platform, PublicationStage


class Row(Protocol):
    """Values by the name of their column."""

    def __getitem__(self, name: str, /) -> Any: ...


def compose(revision: Row, lines: Sequence[Row]) -> Snapshot:
    """From the columns of `find_preparing` and `list_lines`."""
    masking = Masking.of(revision["masking"])
    stage = PublicationStage(revision["stage"])
    return Snapshot(
        contest=revision["slug"],
        contest_title=revision["contest_title"],
        hosts=tuple(Host(host["name"], HostRole(host["role"])) for host in revision["hosts"]),
        round=revision["round_key"],
        round_title=revision["round_title"],
        stage=stage,
        revision=revision["revision"],
        title=revision["title"],
        publish_at=revision["publish_at"],
        corrects=_correction(revision),
        notice=NoticeWindow(revision["notice_from"], revision["notice_until"])
        if stage is PublicationStage.PROPOSED
        else None,
        contacts=tuple(Contact(one["name"], one["phone"], ContactRole(one["role"])) for one in revision["contacts"]),
        run=RunUsed(revision["run_number"], revision["run_digest"]),
        rules=RulesUsed(
            parse_rules(revision["rules_document"]).title, revision["rules_version"], revision["rules_sha256"]
        ),
        finalists_confirmed=revision["selected"],
        cities=tuple(revision["cities"]),
        items=tuple(Item(item["item"], item["title"]) for item in lines[0]["items"]) if lines else (),
        standings=tuple(_standing(line, masking) for line in lines),
    )


def _correction(revision: Row) -> Correction | None:
    if revision["corrected_revision"] is None:
        return None
    return Correction(revision["corrected_revision"], revision["corrected_digest"], revision["reason"])


def _standing(line: Row, masking: Masking) -> PublishedStanding:
    return PublishedStanding(
        position=line["position"],
        rank=line["rank"],
        city_rank=line["city_rank"],
        division_rank=line["division_rank"] if masking.divisions else None,
        number=line["number"],
        name=masking.name(line["name"]),
        city=line["city"],
        division=line["division"] if masking.divisions else None,
        platform=Platform(line["platform"]),
        account=masking.account(line["handle"]),
        points=tuple(Decimal(item["points"]) for item in line["items"]),
        total=line["total"],
        finalist=Place(line["finalist"]) if line["finalist"] else None,
        void=line["void"],
    )


def searched(standing: PublishedStanding) -> str:
    """In what a line is found by text: nothing that is not published."""
    return f"{standing.name} {standing.account} {standing.city}".lower()
