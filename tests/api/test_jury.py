"""Juries: seated, blind to each other until marking is closed, stepping aside; what is typed is confirmed by two."""

from decimal import Decimal
from typing import Any

import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import RULES, AContest, AnAccount, APerson, a_contest, a_person, an_account

JURY = """
[jury.STAGE]
title = "现场评委"
judges = 3
decimals = 1
minimum = 2
missing_judge = "mean of the others"
criteria = [
    { key = "SHOW", title = "表现", at_least = 0, at_most = 60 },
    { key = "TALK", title = "讲解", at_least = 10, at_most = 40 },
]

[items.SALES]"""
JURY_RULES = RULES.replace("\n[items.SALES]", JURY, 1)
MARK = "judge points state reason givenBy criteria { criterion points } contestant { number }"
ERROR = "... on Error { code message }"
SEAT = f"""mutation ($input: SeatJuryInput!) {{ seatJury(input: $input) {{
  ... on SeatJuryPayload {{ panel {{ id closesAt key judges {{ name city {{ name }} marked }} }} }} {ERROR} }} }}"""
RECUSE = f"""mutation ($input: RecuseInput!) {{ recuse(input: $input) {{
  ... on RecusePayload {{ recusals {{ name reason city {{ name }} contestant {{ number }} }} }} {ERROR} }} }}"""
GIVE = f"""mutation ($input: GiveMarkInput!) {{ giveMark(input: $input) {{
  ... on GiveMarkPayload {{ mark {{ {MARK} }} }} {ERROR} }} }}"""
TYPE = f"""mutation ($input: TypeMarkInput!) {{ typeMark(input: $input) {{
  ... on TypeMarkPayload {{ mark {{ {MARK} }} }} {ERROR} }} }}"""
CONFIRM = f"""mutation ($input: ConfirmMarkInput!) {{ confirmMark(input: $input) {{
  ... on ConfirmMarkPayload {{ mark {{ {MARK} }} }} {ERROR} }} }}"""
DECLINE = f"""mutation ($input: DeclineMarkInput!) {{ declineMark(input: $input) {{
  ... on DeclineMarkPayload {{ panel {{ key }} }} {ERROR} }} }}"""
CLOSE = f"""mutation ($input: CloseMarkingInput!) {{ closeMarking(input: $input) {{
  ... on CloseMarkingPayload {{ panel {{ closedAt }} }} {ERROR} }} }}"""
PANELS = f"""query ($round: ID!) {{ juryPanels(roundId: $round) {{
  id key title decimals closedAt criteria {{ key title atLeast atMost }} judges {{ name marked }}
  recusals {{ name }} marks {{ totalCount nodes {{ {MARK} }} }} }} }}"""
IN_FORCE = "select points, from_sequence, to_sequence from jury_marks order by given_at"


class Stage:
    """Two contestants of two cities, a jury of two, two organisers, and what each does."""

    contest: AContest
    first: AnAccount
    second: AnAccount
    people: dict[str, APerson]
    panel: str

    def __init__(self, ask: Ask) -> None:
        self.ask = ask

    async def do(self, document: str, by: str, /, **given: Any) -> dict[str, Any]:
        answer = await self.ask(document, self.people[by], input=given)
        (result,) = answer.values()
        found: dict[str, Any] = result
        return found

    async def seat(self, *judges: str, **given: Any) -> dict[str, Any]:
        seats = [{"judgeId": gid("User", self.people[one].user_id)} for one in judges]
        named = {"roundId": gid("Round", self.contest.round_id), "panel": "STAGE", "judges": seats, **given}
        return await self.do(SEAT, "organiser", **named)

    def about(
        self, account: AnAccount, show: str | None = None, talk: str = "30", of: str | None = None
    ) -> dict[str, Any]:
        """The input for a mark; `of` names the judge where it is another's."""
        given: dict[str, Any] = {"panelId": self.panel, "contestantId": gid("Contestant", account.contestant_id)}
        if show is not None:
            given["criteria"] = [{"criterion": "SHOW", "points": show}, {"criterion": "TALK", "points": talk}]
        if of is not None:
            given["judgeId"] = gid("User", self.people[of].user_id)
        return given

    async def seen(self, by: str) -> list[tuple[str, Any, str]]:
        panels = (await self.ask(PANELS, self.people[by], round=gid("Round", self.contest.round_id)))["juryPanels"]
        assert all(one["marks"]["totalCount"] == len(one["marks"]["nodes"]) for one in panels)
        names = {person.login: name for name, person in self.people.items()}
        return [(names[m["judge"]], m["points"], m["state"]) for one in panels for m in one["marks"]["nodes"]]

    async def in_force(self) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.contest.pool.fetch(IN_FORCE)]


@pytest.fixture
async def stage(ask: Ask, database: Pool) -> Stage:
    made = Stage(ask)
    made.contest = await a_contest(database, rules=JURY_RULES)
    made.first, made.second = [await an_account(made.contest, name, city=city) for city, name in enumerate(["a", "b"])]
    city = made.contest.cities[0]
    made.people = {
        **{name: await a_person(database, Role.JUDGE, made.contest) for name in ("judge", "colleague", "stranger")},
        **{name: await a_person(database, Role.ORGANISER, made.contest) for name in ("organiser", "second")},
        "leader": await a_person(database, Role.CITY_LEADER, made.contest, city=city),
        "auditor": await a_person(database, Role.AUDITOR, made.contest),
    }
    made.panel = (await made.seat("judge", "colleague"))["panel"]["id"]
    return made


async def test_a_judge_gives_marks_that_only_they_and_overseers_read_until_marking_is_closed(stage: Stage) -> None:
    given = await stage.do(GIVE, "judge", **stage.about(stage.first, "50.5"))
    assert (given["mark"]["points"], given["mark"]["state"]) == ("80.5", "HOLDS")
    assert (await stage.do(GIVE, "judge", **stage.about(stage.first, "51")))["mark"]["points"] == "81"  # thought again
    await stage.do(GIVE, "colleague", **stage.about(stage.first, "20"))
    assert await stage.seen("judge") == [("judge", "81", "HOLDS")]
    assert await stage.seen("colleague") == [("colleague", "50", "HOLDS")]
    both = {("judge", "81", "HOLDS"), ("colleague", "50", "HOLDS")}
    assert set(await stage.seen("organiser")) == set(await stage.seen("auditor")) == both
    assert await stage.seen("leader") == []
    assert {row[1:] for row in await stage.in_force()} == {(None, None)}  # no run sees any before the end
    closed = await stage.do(CLOSE, "organiser", panelId=stage.panel)
    assert closed["panel"]["closedAt"] is not None
    assert set(await stage.seen("judge")) == both
    assert await stage.in_force() == [
        (Decimal("80.5"), None, None),
        (Decimal("81.0"), 1, None),
        (Decimal("50.0"), 1, None),
    ]
    late = await stage.do(GIVE, "judge", **stage.about(stage.first, "60"))
    assert late["code"] == (await stage.do(CLOSE, "organiser", panelId=stage.panel))["code"] == "MARKING_CLOSED"
    assert (await stage.seat("judge"))["code"] == "MARKING_CLOSED"


async def test_an_organiser_who_sits_on_the_panel_is_as_blind_as_any_judge(stage: Stage, database: Pool) -> None:
    await database.execute(
        "insert into grants (id, user_id, role, contest_id) values (gen_random_uuid(), $1, 'JUDGE', $2)",
        *(stage.people["second"].user_id, stage.contest.id),
    )
    await stage.seat("judge", "second")
    await stage.do(GIVE, "judge", **stage.about(stage.first, "50"))
    await stage.do(GIVE, "second", **stage.about(stage.first, "40"))
    assert await stage.seen("second") == [("second", "70", "HOLDS")]
    sheet = stage.about(stage.first, "50", of="judge") | {"reason": "纸质评分表"}
    assert (await stage.do(TYPE, "second", **sheet))["code"] == "NOT_ALLOWED"
    await stage.do(TYPE, "organiser", **sheet)
    assert (await stage.do(CONFIRM, "second", **stage.about(stage.first, of="judge")))["code"] == "NOT_ALLOWED"


async def test_a_typed_sheet_holds_once_another_person_has_confirmed_it(stage: Stage) -> None:
    await stage.do(GIVE, "judge", **stage.about(stage.first, "10"))
    sheet = stage.about(stage.first, "50", of="judge") | {"reason": "纸质评分表", "idempotencyKey": "k"}
    typed = (await stage.do(TYPE, "organiser", **sheet))["mark"]
    assert (await stage.do(TYPE, "organiser", **sheet))["mark"] == typed
    assert (typed["points"], typed["state"], typed["givenBy"]) == ("80", "WAITING", stage.people["organiser"].login)
    assert await stage.seen("judge") == [("judge", "40", "HOLDS"), ("judge", "80", "WAITING")]
    which = stage.about(stage.first, of="judge") | {"points": "80"}
    assert (await stage.do(CLOSE, "second", panelId=stage.panel))["code"] == "MARKS_WAIT"
    assert (await stage.do(CONFIRM, "organiser", **which))["code"] == "MARK_OF_YOUR_OWN"
    assert (await stage.do(CONFIRM, "colleague", **which))["code"] == "NOT_ALLOWED"
    assert (await stage.do(CONFIRM, "judge", **which))["mark"]["state"] == "HOLDS"
    assert await stage.seen("organiser") == [("judge", "80", "HOLDS")]
    assert (await stage.do(CONFIRM, "second", **which))["code"] == "MARK_NOT_WAITING"
    await stage.do(TYPE, "organiser", **stage.about(stage.first, "60", of="judge"), reason="看错")
    declined = stage.about(stage.first, of="judge") | {"reason": "原件无误"}
    assert (await stage.do(DECLINE, "second", **declined))["panel"] == {"key": "STAGE"}
    assert await stage.seen("organiser") == [("judge", "80", "HOLDS")]


async def test_what_was_typed_anew_is_not_confirmed_by_whoever_read_the_sheet_before(stage: Stage) -> None:
    which = stage.about(stage.first, of="judge") | {"points": "80"}
    await stage.do(TYPE, "organiser", **stage.about(stage.first, "50", of="judge"), reason="纸质评分表")
    await stage.do(TYPE, "organiser", **stage.about(stage.first, "60", of="judge"), reason="纸质评分表")
    assert (await stage.do(CONFIRM, "second", **which))["code"] == "MARK_READS_OTHERWISE"
    assert await stage.seen("organiser") == [("judge", "90", "WAITING")]
    assert (await stage.do(CONFIRM, "second", **which | {"points": "90.0"}))["mark"]["points"] == "90"


async def test_a_mark_that_is_struck_out_is_not_confirmed_as_points_nor_points_as_struck_out(stage: Stage) -> None:
    which = stage.about(stage.first, of="judge")
    await stage.do(TYPE, "organiser", **which, criteria=[], reason="应回避")
    assert (await stage.do(CONFIRM, "second", **which, points="80"))["code"] == "MARK_READS_OTHERWISE"
    await stage.do(TYPE, "organiser", **stage.about(stage.first, "50", of="judge"), reason="纸质评分表")
    assert (await stage.do(CONFIRM, "second", **which))["code"] == "MARK_READS_OTHERWISE"
    assert (await stage.do(CONFIRM, "second", **which, points="80"))["mark"]["points"] == "80"


async def test_from_the_panels_hour_on_no_judge_gives_a_mark_and_sheets_are_still_typed(
    stage: Stage, database: Pool
) -> None:
    both = ("judge", "colleague")
    assert (await stage.seat(*both, closesAt="2021-01-01T00:00:00+08:00"))["code"] == "MARKING_CLOSES_PAST"
    seated = await stage.seat(*both, closesAt="2099-01-01T00:00:00+08:00")
    assert seated["panel"]["closesAt"] == "2099-01-01T00:00:00+08:00"
    assert (await stage.seat(*both))["panel"]["closesAt"] is not None  # as it was
    assert "mark" in await stage.do(GIVE, "judge", **stage.about(stage.first, "10"))
    await database.execute("update jury_panels set closes_at = clock_timestamp()")
    assert (await stage.do(GIVE, "judge", **stage.about(stage.first, "20")))["code"] == "MARKING_CLOSED"
    assert await stage.in_force() == [(Decimal("40.0"), None, None)]  # it is not closed
    await stage.do(TYPE, "organiser", **stage.about(stage.first, "20", of="judge"), reason="纸质评分表")
    assert "mark" in await stage.do(CONFIRM, "second", **stage.about(stage.first, of="judge"), points="50")
    assert (await stage.seat(*both, closesAt=None))["panel"]["closesAt"] is None
    assert "mark" in await stage.do(GIVE, "colleague", **stage.about(stage.first, "20"))


async def test_what_a_judge_gave_their_own_before_that_was_known_does_not_count(stage: Stage, database: Pool) -> None:
    judge, colleague = [gid("User", stage.people[one].user_id) for one in ("judge", "colleague")]
    for who in (stage.first, stage.second):
        await stage.do(GIVE, "judge", **stage.about(who, "10"))
        await stage.do(GIVE, "colleague", **stage.about(who, "20"))
    city = gid("City", stage.contest.cities[0])
    await stage.seat(judges=[{"judgeId": judge, "cityId": city}, {"judgeId": colleague}])
    left = [("colleague", "50", "HOLDS"), ("colleague", "50", "HOLDS"), ("judge", "40", "HOLDS")]
    assert sorted(await stage.seen("organiser")) == left
    await database.execute(
        "insert into grants (id, user_id, role, contest_id, city_id)"
        " values (gen_random_uuid(), $1, 'CITY_CLERK', $2, $3)",
        *(stage.people["colleague"].user_id, stage.contest.id, stage.contest.cities[1]),
    )
    await stage.do(CLOSE, "organiser", panelId=stage.panel)
    assert sorted(await stage.seen("organiser")) == left[1:]


async def test_after_closing_two_people_correct_or_strike_out_and_runs_see_it_from_then_on(stage: Stage) -> None:
    for judge in ("judge", "colleague"):
        await stage.do(GIVE, judge, **stage.about(stage.first, "10"))
    await stage.do(CLOSE, "organiser", panelId=stage.panel)
    await stage.do(TYPE, "organiser", **stage.about(stage.first, "20", of="judge"), reason="录入错误，见原件")
    await stage.do(CONFIRM, "second", **stage.about(stage.first, of="judge"), points="50")
    await stage.do(TYPE, "organiser", **stage.about(stage.first, of="colleague"), criteria=[], reason="应回避")
    await stage.do(CONFIRM, "second", **stage.about(stage.first, of="colleague"))
    assert await stage.in_force() == [
        (Decimal("40.0"), 1, 2),
        (Decimal("40.0"), 1, 3),
        (Decimal("50.0"), 2, None),
        (None, 3, None),
    ]


async def test_a_judge_steps_aside_from_their_own_city_from_where_they_work_and_from_whom_they_say(
    stage: Stage, database: Pool
) -> None:
    aside = "JUDGE_STEPS_ASIDE"
    city = gid("City", stage.contest.cities[0])
    judge = gid("User", stage.people["judge"].user_id)
    colleague = gid("User", stage.people["colleague"].user_id)
    seats = {"judges": [{"judgeId": judge, "cityId": city}, {"judgeId": colleague}]}
    assert (await stage.seat(**seats))["panel"]["judges"][0]["city"] in ({"name": "武汉市"}, None)
    assert (await stage.do(GIVE, "judge", **stage.about(stage.first, "10")))["code"] == aside
    assert "mark" in await stage.do(GIVE, "judge", **stage.about(stage.second, "10"))
    await database.execute(
        "insert into grants (id, user_id, role, contest_id, city_id)"
        " values (gen_random_uuid(), $1, 'CITY_CLERK', $2, $3)",
        *(stage.people["colleague"].user_id, stage.contest.id, stage.contest.cities[1]),
    )
    assert (await stage.do(GIVE, "colleague", **stage.about(stage.second, "10")))["code"] == aside
    whom = {"contestId": gid("Contest", stage.contest.id), "reason": "侄子"}
    whom["contestantId"] = gid("Contestant", stage.second.contestant_id)
    recusals = (await stage.do(RECUSE, "judge", **whom))["recusals"]
    assert recusals == [
        {"name": stage.people["judge"].login, "reason": "侄子", "city": None, "contestant": {"number": 2}}
    ]
    assert (await stage.do(RECUSE, "judge", **whom))["recusals"] == recusals
    assert await stage.seen("organiser") == []  # what they had given there is over
    assert (await stage.do(GIVE, "judge", **stage.about(stage.second, "10")))["code"] == aside
    sheet = stage.about(stage.second, "10", of="judge") | {"reason": "纸质"}
    assert (await stage.do(TYPE, "organiser", **sheet))["code"] == aside
    assert (await stage.do(RECUSE, "judge", **whom, judgeId=colleague))["code"] == "NOT_ALLOWED"
    both = {**whom, "cityId": city}
    assert (await stage.do(RECUSE, "judge", **both))["code"] == "RECUSE_FROM_ONE"
    del whom["contestantId"]
    assert (await stage.do(RECUSE, "stranger", **whom, cityId=city))["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("show", "talk", "code"),
    [("60.1", "30", "MARK_OUT_OF_RANGE"), ("10", "9.9", "MARK_OUT_OF_RANGE"), ("10.25", "30", "MARK_DECIMALS")],
)
async def test_points_outside_the_rules_are_refused(stage: Stage, show: str, talk: str, code: str) -> None:
    assert (await stage.do(GIVE, "judge", **stage.about(stage.first, show, talk)))["code"] == code


async def test_a_mark_names_each_criterion_once(stage: Stage) -> None:
    once = stage.about(stage.first, "10")
    for criteria in (once["criteria"][:1], [*once["criteria"], once["criteria"][0]], []):
        assert (await stage.do(GIVE, "judge", **{**once, "criteria": criteria}))["code"] == "MARK_CRITERIA"


async def test_only_judges_of_the_contest_sit_and_no_more_than_the_rules_say(stage: Stage, database: Pool) -> None:
    assert (await stage.seat("judge", "leader"))["code"] == "JUDGE_UNKNOWN"
    assert (await stage.seat("judge", panel="NONE"))["code"] == "PANEL_UNKNOWN"
    for name in ("third", "fourth"):
        stage.people[name] = await a_person(database, Role.JUDGE, stage.contest)
    assert (await stage.seat("judge", "colleague", "third", "fourth"))["code"] == "JURY_TOO_LARGE"
    await stage.do(GIVE, "judge", **stage.about(stage.first, "10"))
    assert (await stage.seat("colleague", "third", "fourth"))["code"] == "JURY_TOO_LARGE"  # who has marked stays
    seated = (await stage.seat("third"))["panel"]["judges"]
    assert {(one["name"], one["marked"]) for one in seated} == {
        (stage.people["judge"].login, 1),
        (stage.people["third"].login, 0),
    }
    assert (await stage.do(GIVE, "colleague", **stage.about(stage.first, "10")))["code"] == "NOT_FOUND"


async def test_nobody_is_marked_who_is_not_approved(stage: Stage, database: Pool) -> None:
    await database.execute("update contestants set eligibility = 'RETURNED' where id = $1", stage.first.contestant_id)
    assert (await stage.do(GIVE, "judge", **stage.about(stage.first, "10")))["code"] == "MARK_OF_NOBODY"
