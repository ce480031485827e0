"""A leader's day: from the city's recommendation table, over its submitted list, to the team that travels to the final.

Everything goes through the API of a running Livecup, each step by whoever may take it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from services.cli.client import Client, RefusedError
from services.cli.instance import Instance
from services.cli.roster import import_rosters
from services.cli.transfer import Parcel
from tests.journeys.conftest import Organiser, organise
from tests.journeys.test_one_export_file import CONTEST, RULES, works_list
from tests.lists import id_number
from tests.scorer.rosters.test_parse import HEADINGS as COLUMNS

NAMES = ("张三", "李四", "王五", "赵六", "孙七", "周八")
POLICY = """
[finalists]
places = 4
minimum = 4
tie_at_cut = "person decides"
team = { leader = 1, assistant = 1 }
"""

CITY = """query ($id: ID!) { node(id: $id) { ... on City {
  submission { number state people }
  contestants(first: 50) { nodes { id number name eligibility reviewStep reviews { decision reason } } } } } }"""
REVIEW = """mutation ($input: ReviewEligibilityInput!) { reviewEligibility(input: $input) { __typename
  ... on ReviewEligibilityPayload { contestants { name eligibility } } ... on Error { code message } } }"""
MEND = """mutation ($input: MendContestantInput!) { mendContestant(input: $input) { __typename
  ... on MendContestantPayload { contestant { eligibility } } ... on Error { code message } } }"""
SELECT = """mutation ($input: SelectFinalistsInput!) { selectFinalists(input: $input) { __typename
  ... on Error { code message } } }"""
OFFICIALS = """mutation ($input: SetTeamOfficialsInput!) { setTeamOfficials(input: $input) { __typename
  ... on Error { code message } } }"""
CONFIRM = """mutation ($input: ConfirmTeamInput!) { confirmTeam(input: $input) { __typename
  ... on ConfirmTeamPayload { team { leader assistant streamers { standing { contestant { name } } } size } }
  ... on Error { code message } } }"""


@dataclass
class Day:
    """The two who work: each with a client of their own."""

    organiser: Organiser
    leader: Organiser
    leader_id: str

    @property
    def city_id(self) -> str:
        found: str = self.organiser.contest["cities"][0]["id"]
        return found

    async def city(self) -> dict[str, Any]:
        """The city as its leader sees it."""
        found: dict[str, Any] = (await self.leader.ask(CITY, id=self.city_id))["node"]
        return found

    async def people(self) -> dict[str, dict[str, Any]]:
        """The city's people by name."""
        return {one["name"]: one for one in (await self.city())["contestants"]["nodes"]}


@pytest.fixture
async def day(instance: Instance, tmp_path: Path) -> AsyncIterator[Day]:
    (tmp_path / "contest.toml").write_text(CONTEST, encoding="utf-8")
    (tmp_path / "quotas.csv").write_text("city,veteran\n恩施州,6\n", encoding="utf-8")
    (tmp_path / "rules.toml").write_text(RULES.partition("[finalists]")[0] + POLICY, encoding="utf-8")
    async with organise(instance, tmp_path / "contest.toml") as organiser:
        city = organiser.contest["cities"][0]
        given = {"login": "leader", "password": "the-leaders-password", "name": "王领队", "role": "CITY_LEADER"}
        made = await organiser.client.mutate(
            "CreateUser", **given, contestId=organiser.contest["id"], cityId=city["id"]
        )
        async with Client(instance.url) as visitor:
            signed = await visitor.mutate("SignIn", login="leader", password="the-leaders-password")
        async with Client(instance.url, signed["token"]) as client:
            yield Day(organiser, Organiser(client, organiser.contest), made["user"]["id"])


def recommendation_table(path: Path, *, eaten: bool, phone: str, account: str) -> Path:
    """The city's table of six; three of its lines as the leader first wrote them, or mended."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("推荐表")
        sheet.write_row(0, 0, ["推荐单位：恩施州退役军人事务局", "", "", "联系人：王领队", "", "参赛组别：退役军人"])
        sheet.write_row(1, 0, COLUMNS)
        for place, name in enumerate(NAMES, start=1):
            line = [
                str(place),
                "恩施州",
                name,
                id_number(place),
                f"1381234000{place}",
                f"抖音: handle{place}",
                "1 万",
                "无",
            ]
            if name == "李四":
                line[4] = phone
            if name == "王五":
                line[5] = account
            for column, text in enumerate(line):
                sheet.write_string(place + 1, column, text)
            if name == "张三" and eaten:  # typed into a cell that was not text
                sheet.write_number(place + 1, 3, float(id_number(place)[:15] + "000"))
    return path


async def test_a_leader_brings_the_citys_team_to_the_final(day: Day, tmp_path: Path) -> None:
    await import_and_mend(day, tmp_path)
    await review_and_submit(day)
    await mend_what_was_returned(day)
    await compete_and_confirm(day, tmp_path)


async def imported(day: Day, file: Path, *, dry_run: bool = False) -> dict[str, Any]:
    (done,) = await import_rosters(day.leader.client, day.leader.contest["id"], [file], lambda _: None, dry_run=dry_run)
    return done.answer


async def import_and_mend(day: Day, folder: Path) -> None:
    """Three lines are refused and nobody is in; mended, everybody is."""
    wrong = recommendation_table(folder / "first.xlsx", eaten=True, phone="1381234", account="抖音：handle4")
    expected = {(3, "ID_NUMBER_LOST_DIGITS"), (4, "PHONE_INVALID"), (6, "ROSTER_ACCOUNT_TWICE")}
    for dry_run, state in ((True, "DONE"), (False, "REFUSED")):
        answer = await imported(day, wrong, dry_run=dry_run)
        assert answer["state"] == state
        assert {(one["line"], one["code"]) for one in answer["problems"]} == expected
        assert (answer["lines"]["new"], answer["lines"]["refused"], answer["lines"]["duplicate"]) == (3, 3, 1)
    assert await day.people() == {}
    right = recommendation_table(folder / "second.xlsx", eaten=False, phone="13812340002", account="抖音：handle3")
    answer = await imported(day, right)
    assert (answer["state"], answer["lines"]["new"], answer["problems"]) == ("DONE", 6, [])
    assert {one["eligibility"] for one in (await day.people()).values()} == {"PENDING"}


async def review_and_submit(day: Day) -> None:
    """The city checks everybody, then its list goes out, once and locked."""
    with pytest.raises(RefusedError, match="还有 6 人市级尚未审核"):
        await day.leader.client.mutate("SubmitCityList", cityId=day.city_id)
    given = {"cityId": day.city_id, "expectedPeople": 6, "decision": "APPROVED"}
    reviewed = await day.leader.ask(REVIEW, input=given)
    assert len(reviewed["reviewEligibility"]["contestants"]) == 6
    await day.leader.client.mutate("SubmitCityList", cityId=day.city_id, expectedPeople=6)
    assert (await day.city())["submission"] == {"number": 1, "state": "SUBMITTED", "people": 6}


async def mend_what_was_returned(day: Day) -> None:
    """The organiser sends two back with reasons; the leader mends them and sends them again; all are approved."""
    people = await day.people()
    for name, reason in (("张三", "证件号与退役证不符"), ("李四", "手机号打不通")):
        given = {"contestantIds": [people[name]["id"]], "decision": "RETURNED", "reason": reason}
        assert (await day.organiser.ask(REVIEW, input=given))["reviewEligibility"]["contestants"] == [
            {"name": name, "eligibility": "RETURNED"}
        ]
    assert (await day.people())["张三"]["reviews"][-1] == {"decision": "RETURNED", "reason": "证件号与退役证不符"}
    for name, mended in (("张三", {"idNumber": id_number(100)}), ("李四", {"phone": "13912340002"})):
        given = {"contestantId": people[name]["id"], **mended}
        answer = (await day.leader.ask(MEND, input=given))["mendContestant"]
        assert answer == {"__typename": "MendContestantPayload", "contestant": {"eligibility": "PENDING"}}
    for reviewer, waiting in ((day.leader, 2), (day.organiser, 6)):
        bulk = {"cityId": day.city_id, "expectedPeople": waiting, "decision": "APPROVED"}
        done = await reviewer.ask(REVIEW, input=bulk)
        assert len(done["reviewEligibility"]["contestants"]) == waiting
    assert {one["eligibility"] for one in (await day.people()).values()} == {"APPROVED"}


async def compete_and_confirm(day: Day, folder: Path) -> None:
    """Files of five come in; the best four are selected, and the leader confirms the team of six."""
    parcels = [
        Parcel(
            works_list(folder / f"{place}.xlsx", ("2021-08-01 08:00:00", "公开", 100 * place)),
            f"{place}.xlsx",
            account_hint=f"抖音-handle{place}",
            exported_at="2021-09-01T20:00:00+08:00",
        )
        for place in range(2, 7)
    ]
    assert (await day.leader.upload(*parcels))["loaded"] == 5
    await day.organiser.score()
    selected = {"roundId": day.organiser.round_id, "reason": "按成绩"}
    assert (await day.organiser.ask(SELECT, input=selected))["selectFinalists"] == {
        "__typename": "SelectFinalistsPayload"
    }
    incomplete = (await day.leader.ask(CONFIRM, input={"cityId": day.city_id}))["confirmTeam"]
    assert incomplete["__typename"] == "Conflict"
    officials = {"leaderId": day.leader_id, "assistantName": "刘助理", "assistantPhone": "13812349999"}
    done = await day.leader.ask(OFFICIALS, input={"cityId": day.city_id, **officials})
    assert done["setTeamOfficials"] == {"__typename": "SetTeamOfficialsPayload"}
    team = (await day.leader.ask(CONFIRM, input={"cityId": day.city_id}))["confirmTeam"]
    assert team["__typename"] == "ConfirmTeamPayload", team
    names = [one["standing"]["contestant"]["name"] for one in team["team"]["streamers"]]
    assert names == ["周八", "孙七", "赵六", "王五"]
    assert team["team"]["size"] == 6
