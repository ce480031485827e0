"""A revision put together: from a run's standings to the snapshot, with the contest's masks applied. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from services.shared.awards.settle import Settled
from services.shared.publications.masking import Masking
from services.shared.publications.snapshot import (
    Contact,
    Correction,
    Host,
    Item,
    NoticeDays,
    NoticeWindow,
    PublishedAward,
    PublishedStanding,
    PublishedTeam,
    PublishedWinner,
    RulesUsed,
    RunUsed,
    Snapshot,
)
from services.shared.rules.check import parse_rules
from services.shared.vocabulary import ContactRole, HostRole, Place, Platform, PublicationStage


class Row(Protocol):
    """Values by the name of their column."""

    def __getitem__(self, name: str, /) -> Any: ...


def compose(revision: Row, lines: Sequence[Row], teams: Sequence[Row], awards: Sequence[Settled]) -> Snapshot:
    """From the columns of `find_preparing`, `list_lines` and `list_teams`."""
    masking = Masking.of(revision["masking"])
    numbers = {line["contestant_id"]: line["number"] for line in lines}
    titles = _titles(awards)
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
        notice=_notice(revision) if stage is PublicationStage.PROPOSED else None,
        contacts=tuple(Contact(one["name"], one["phone"], ContactRole(one["role"])) for one in revision["contacts"]),
        run=RunUsed(revision["run_number"], revision["run_digest"]),
        rules=RulesUsed(
            parse_rules(revision["rules_document"]).title, revision["rules_version"], revision["rules_sha256"]
        ),
        finalists_confirmed=revision["selected"],
        cities=tuple(revision["cities"]),
        items=tuple(Item(item["item"], item["title"]) for item in lines[0]["items"]) if lines else (),
        standings=tuple(_standing(line, masking, titles[line["contestant_id"]]) for line in lines),
        teams=tuple(_team(team, numbers, titles[team["city_id"]]) for team in teams),
        awards=tuple(_award(award, lines, teams, masking) for award in awards if award.winners),
    )


def _titles(awards: Sequence[Settled]) -> Mapping[UUID, tuple[str, ...]]:
    """What each winner has, by contestant, or by city for a team."""
    titles: dict[UUID, tuple[str, ...]] = defaultdict(tuple)
    for award in awards:
        for prize in award.winners:
            titles[prize.winner] += (award.title,)
    return titles


def _team(team: Row, numbers: Mapping[UUID, int], titles: tuple[str, ...]) -> PublishedTeam:
    members = tuple(numbers[one] for one in team["members"])
    return PublishedTeam(team["position"], team["rank"], team["city"], team["total"], members, titles)


def _award(award: Settled, lines: Sequence[Row], teams: Sequence[Row], masking: Masking) -> PublishedAward:
    people = {line["contestant_id"]: line for line in lines}
    cities = {team["city_id"]: team["city"] for team in teams}
    winners = []
    for place, prize in enumerate(award.winners, 1):
        if prize.contestant_id is None:
            winners.append(PublishedWinner(place, cities[prize.city_id]))
        else:
            line = people[prize.contestant_id]
            winners.append(PublishedWinner(place, line["city"], line["number"], masking.name(line["name"])))
    return PublishedAward(award.award, award.title, tuple(winners))


def _notice(revision: Row) -> NoticeWindow | NoticeDays:
    if revision["notice_days"] is not None:
        return NoticeDays(revision["notice_days"])
    return NoticeWindow(revision["notice_from"], revision["notice_until"])


def _correction(revision: Row) -> Correction | None:
    if revision["corrected_revision"] is None:
        return None
    return Correction(revision["corrected_revision"], revision["corrected_digest"], revision["reason"])


def _standing(line: Row, masking: Masking, awards: tuple[str, ...]) -> PublishedStanding:
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
        awards=awards,
        void=line["void"],
    )


def searched(standing: PublishedStanding) -> str:
    """In what a line is found by text: nothing that is not published."""
    return f"{standing.name} {standing.account} {standing.city}".lower()
