"""`./livecup review`: decide on contestants, the city first, then the organiser."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_city, chosen_contest, chosen_contestants, chosen_division
from services.cli.client import signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, emit, results, word
from services.cli.table import Column, table
from services.cli.usage import Livecup
from services.shared.vocabulary import ReviewDecision

review = Livecup(help="资格认定：通过、退回、不通过、重新受理。 / Reviews: approve, return, reject, reopen.")

Numbers = Annotated[list[int] | None, typer.Argument(help="选手编号；或用 --city 审核整个市州 / contestants' numbers")]
City = Annotated[str | None, typer.Option("--city", help="该市州所有等您审核的人 / everyone of it who waits")]
Division = Annotated[str | None, typer.Option("--division", help="只审核这个组别 / only of this division")]
Reason = Annotated[str, typer.Option("--reason", help="原因，会告诉选手 / why; the contestant reads it")]
Approved = Annotated[bool, typer.Option("--approved", help="针对已通过的人 / of people who are approved already")]

_COLUMNS = (Column("编号", "number", number=True), Column("姓名", "name"), Column("状态", "state", whole=True))


@review.command()
def approve(
    numbers: Numbers = None,
    *,
    city: City = None,
    division: Division = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """通过：市州通过后转组织方，组织方通过后可参赛。 / Approve: the city hands on, the organiser admits."""
    _review(ReviewDecision.APPROVED, "", "PENDING", (numbers, city, division), (contest, server), as_json=as_json)


@review.command("return")
def return_(
    numbers: Numbers = None,
    *,
    reason: Reason,
    city: City = None,
    division: Division = None,
    approved: Approved = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """退回修改。 / Return for mending."""
    seen = "APPROVED" if approved else "PENDING"
    _review(ReviewDecision.RETURNED, reason, seen, (numbers, city, division), (contest, server), as_json=as_json)


@review.command()
def reject(
    numbers: Numbers = None,
    *,
    reason: Reason,
    city: City = None,
    division: Division = None,
    approved: Approved = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """不通过，名额随即空出。 / Reject; the place is free again."""
    seen = "APPROVED" if approved else "PENDING"
    _review(ReviewDecision.REJECTED, reason, seen, (numbers, city, division), (contest, server), as_json=as_json)


@review.command()
def reopen(
    numbers: Annotated[list[int], typer.Argument(help="选手编号 / contestants' numbers")],
    *,
    reason: Reason,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """重新受理不通过的人，要有空余名额。 / Take up rejected people again, where there is a place."""
    _review(ReviewDecision.REOPENED, reason, "REJECTED", (numbers, None, None), (contest, server), as_json=as_json)


Whom = tuple[list[int] | None, str | None, str | None]  # numbers, city, division


def _review(
    decision: ReviewDecision,
    reason: str,
    seen: str,
    whom: Whom,
    where: tuple[str | None, str | None],
    *,
    as_json: bool,
) -> None:
    if bool(whom[0]) == (whom[1] is not None):
        raise CommandError("请写选手编号，或用 --city 指明市州，二者选一。 / Give numbers or --city, one of the two.")
    done = asyncio.run(_send(decision, reason, seen, whom, where))
    if as_json:
        emit({"contestants": done})
        return
    results.print(table(_COLUMNS, ((str(one["number"]), one["name"], _state(one)) for one in done)))
    results.print(f"已审核 {len(done)} 人。")


def _state(one: dict[str, Any]) -> str:
    state = word(f"ELIGIBILITY_{one['eligibility']}")
    turn = {"CITY": "市州", "ORGANISER": "组织方"}[one["reviewStep"]]
    return f"{state}（{turn}）" if one["eligibility"] == "PENDING" else state


async def _send(
    decision: ReviewDecision, reason: str, seen: str, whom: Whom, where: tuple[str | None, str | None]
) -> list[dict[str, Any]]:
    slug, server = where
    numbers, city, division = whom
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        given: dict[str, Any] = {"decision": decision.value, "reason": reason, "seen": seen}
        if numbers:
            given["contestantIds"] = list((await chosen_contestants(client, contest["id"], numbers)).values())
        else:
            given |= {"cityId": chosen_city(contest, city), "divisionId": chosen_division(contest, division)}
        answer = await client.mutate("ReviewPeople", **given)
        done: list[dict[str, Any]] = answer["contestants"]
        return done
