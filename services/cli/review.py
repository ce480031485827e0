"""`./livecup review`: decide on contestants, the city first, then the organiser."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_city, chosen_contest, chosen_contestants, chosen_division
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, account, emit, notes, results
from services.cli.person import state_of
from services.cli.table import Column, table
from services.cli.usage import Livecup
from services.shared.vocabulary import ReviewDecision, Role

review = Livecup(help="资格认定：通过、退回、不通过、重新受理。 / Reviews: approve, return, reject, reopen.")

Numbers = Annotated[list[int] | None, typer.Argument(help="选手编号；或用 --city 审核整个市州 / contestants' numbers")]
City = Annotated[str | None, typer.Option("--city", help="该市州所有等您审核的人 / everyone of it who waits")]
Division = Annotated[str | None, typer.Option("--division", help="只审核这个组别 / only of this division")]
People = Annotated[
    int | None, typer.Option("--people", help="核对过的人数；不写则先列出名单再确认 / how many you have checked")
]
Reason = Annotated[str, typer.Option("--reason", help="原因，会告诉选手 / why; the contestant reads it")]
Approved = Annotated[bool, typer.Option("--approved", help="针对已通过的人 / of people who are approved already")]

_WAITING = (
    Column("编号", "number", number=True),
    Column("姓名", "name"),
    Column("组别", "division"),
    Column("账号", "account"),
)
_COLUMNS = (Column("编号", "number", number=True), Column("姓名", "name"), Column("状态", "state", whole=True))


@review.command()
def approve(
    numbers: Numbers = None,
    *,
    city: City = None,
    division: Division = None,
    people: People = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """通过：市州通过后转主办方，主办方通过后可参赛。 / Approve: the city hands on, the organiser admits."""
    _review(
        ReviewDecision.APPROVED, "", "PENDING", (numbers, city, division, people), (contest, server), as_json=as_json
    )


@review.command("return")
def return_(
    numbers: Numbers = None,
    *,
    reason: Reason,
    city: City = None,
    division: Division = None,
    people: People = None,
    approved: Approved = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """退回修改。 / Return for mending."""
    seen = "APPROVED" if approved else "PENDING"
    _review(
        ReviewDecision.RETURNED, reason, seen, (numbers, city, division, people), (contest, server), as_json=as_json
    )


@review.command()
def reject(
    numbers: Numbers = None,
    *,
    reason: Reason,
    city: City = None,
    division: Division = None,
    people: People = None,
    approved: Approved = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """不通过，名额随即空出。 / Reject; the place is free again."""
    seen = "APPROVED" if approved else "PENDING"
    _review(
        ReviewDecision.REJECTED, reason, seen, (numbers, city, division, people), (contest, server), as_json=as_json
    )


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
    _review(
        ReviewDecision.REOPENED, reason, "REJECTED", (numbers, None, None, None), (contest, server), as_json=as_json
    )


Whom = tuple[list[int] | None, str | None, str | None, int | None]  # numbers, city, division, how many were looked at
Where = tuple[str | None, str | None]  # contest, server


def _review(decision: ReviewDecision, reason: str, seen: str, whom: Whom, where: Where, *, as_json: bool) -> None:
    numbers, city, division, people = whom
    if bool(numbers) == (city is not None):
        raise CommandError("请写选手编号，或用 --city 指明市州，二者选一。 / Give numbers or --city, one of the two.")
    if city is not None and people is None:
        people = _shown(asyncio.run(_waiting(where, city, division, seen)))
    done = asyncio.run(_send(decision, reason, seen, (numbers, city, division, people), where))
    if as_json:
        emit({"contestants": done})
        return
    results.print(table(_COLUMNS, ((str(one["number"]), one["name"], state_of(one)) for one in done)))
    results.print(f"已审核 {len(done)} 人。")


def _shown(waiting: list[dict[str, Any]]) -> int:
    """How many people are shown and said to be right; raises CommandError unless somebody is and it was."""
    if not waiting:
        raise CommandError("没有等您审核的人。 / Nobody waits for you.")
    lines = ((str(one["number"]), one["name"], one["division"]["name"], account(one)) for one in waiting)
    notes.print(table(_WAITING, lines))
    if not typer.confirm(f"以上 {len(waiting)} 人都已核对 / You have looked at all of them?", err=True):
        raise CommandError("没有作出任何决定。 / Nothing was decided.")
    return len(waiting)


async def _waiting(where: Where, city: str, division: str | None, seen: str) -> list[dict[str, Any]]:
    """Those of the city (and division) whom the decision will be on."""
    slug, server = where
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        wanted = {"cityId": chosen_city(contest, city), "divisionId": chosen_division(contest, division)}
        state = {"eligibility": seen} if seen != "PENDING" else {"waitingAt": await own_step(client, contest)}
        return await people_there(client, contest["id"], wanted | state)


async def people_there(client: Client, contest_id: str, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that fit and have not left."""
    pages = client.pages("People", "contestants", contestId=contest_id, filter=wanted)
    return [one async for one in pages if not one["withdrawnAt"]]


async def own_step(client: Client, contest: dict[str, Any]) -> str:
    """The step at which whoever is signed in decides."""
    viewer = (await client.query("OwnGrants"))["viewer"]
    for grant in viewer["grants"] if viewer else ():
        if grant["role"] == Role.ORGANISER and (grant["contest"] or contest)["id"] == contest["id"]:
            return "ORGANISER"
    return "CITY"


async def _send(decision: ReviewDecision, reason: str, seen: str, whom: Whom, where: Where) -> list[dict[str, Any]]:
    slug, server = where
    numbers, city, division, people = whom
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        given: dict[str, Any] = {"decision": decision.value, "reason": reason, "seen": seen, "expectedPeople": people}
        if numbers:
            given["contestantIds"] = list((await chosen_contestants(client, contest["id"], numbers)).values())
        else:
            given |= {"cityId": chosen_city(contest, city), "divisionId": chosen_division(contest, division)}
        answer = await client.mutate("ReviewPeople", **given)
        done: list[dict[str, Any]] = answer["contestants"]
        return done
