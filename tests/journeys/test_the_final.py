"""From the qualifier to certificates: finalists and their teams, the final's live ranking, its awards and publication.

Everybody works through the API of a running Livecup; what comes out was worked out by hand.
"""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from services.cli.client import Client, RefusedError
from services.cli.demo_cast import gather_cast
from services.cli.instance import Instance
from services.cli.publish import prepared
from services.cli.score import adopt_run, start_run, watch_run
from services.shared.beijing import BEIJING
from tests.journeys.conftest import organise
from tests.journeys.final_contest import (
    CITIES,
    FINAL,
    SOLD,
    TYPED,
    city_of,
    plays_export,
    sales_export,
    typed_row,
    write_contest,
)
from tests.journeys.final_people import Final, until

LOGINS = {"恩施州": "enshi", "宜昌市": "yichang", "神农架": "shennongjia"}
# 100 × plays ÷ 1000.
QUALIFIED = {
    "神一": "99.00", "恩一": "90.00", "宜一": "85.00", "恩二": "80.00", "宜二": "75.00", "恩三": "70.00",
    "宜三": "65.00", "恩四": "60.00", "恩五": "50.00", "宜四": "40.00", "神二": "30.00", "恩六": "10.00",
}  # fmt: skip
# A fifth of the qualifier, and 80 × sales ÷ 4000, the best that was typed: 宜一 17 + 80, 恩一 18 + 60, …
LIVE = {
    "宜一": "97.00", "恩一": "78.00", "宜二": "55.00", "恩二": "36.00", "恩三": "14.00", "宜三": "13.00",
    "恩四": "12.00", "恩五": "10.00", "宜四": "8.00",
}  # fmt: skip
# The same with 恩一's export: 18 + 80, and the others by 80 ÷ 5000: 宜一 17 + 64, 宜二 15 + 32, 恩二 16 + 16.
BEHIND_THE_FREEZE = {**LIVE, "恩一": "98.00", "宜一": "81.00", "宜二": "47.00", "恩二": "32.00"}
# All by the exports: 宜二 15 + 48, 恩二 16 + 40, 恩三 14 + 32, 恩四 12 + 25, 宜三 13 + 24, 宜四 8 + 24, 恩五 10 + 8.
RANKED = [
    (1, "恩一", "98.00"), (2, "宜一", "81.00"), (3, "宜二", "63.00"), (4, "恩二", "56.00"), (5, "恩三", "46.00"),
    (6, "宜三", "37.00"), (6, "恩四", "37.00"), (8, "宜四", "32.00"), (9, "恩五", "18.00"),
]  # fmt: skip
# The four best of each: 98 + 56 + 46 + 37 and 81 + 63 + 37 + 32.
TEAMS = [(1, "恩施州", "237.00"), (2, "宜昌市", "213.00")]
# A prize each: by sales 恩二 is the best of those without one; 恩四 and 宜三 are tied for the last, and people decide.
AWARDED = {
    "FIRST": ["恩一"],
    "SECOND": ["宜一", "宜二"],
    "SELLER": ["恩二"],
    "THIRD": ["恩三", "恩四"],
    "TEAM": ["恩施州"],
}


TITLES = {"FIRST": "一等奖", "SECOND": "二等奖", "SELLER": "带货之星", "THIRD": "三等奖", "TEAM": "团体优胜奖"}


@pytest.fixture
async def final(instance: Instance, tmp_path: Path) -> AsyncIterator[Final]:
    async with AsyncExitStack() as stack:
        organiser = await stack.enter_async_context(organise(instance, write_contest(tmp_path)))
        cast = await gather_cast(organiser.client, organiser.contest, LOGINS, "恩施州", stack)
        yield Final(organiser, cast, tmp_path)


async def test_from_the_qualifier_to_certificates(final: Final) -> None:
    await play_the_qualifier(final)
    await put_teams_together(final)
    await open_the_final(final)
    await keep_it_live(final)
    await freeze_and_unfreeze(final)
    await replace_what_was_typed(final)
    await decide_awards(final)
    await publish_and_certify(final)


async def play_the_qualifier(final: Final) -> None:
    """Exports of everybody, a run, its adoption, and the notice that one side prepares and the other approves."""
    imported = await final.organiser.import_rosters(sorted(final.folder.glob("*.csv")))
    assert [answer["lines"]["new"] for answer in imported if answer["state"] == "DONE"] == [4, 6, 2]
    answer = await final.organiser.upload(
        *(plays_export(final.folder, name) for people in CITIES.values() for name in people)
    )
    assert (answer["loaded"], answer["problems"]) == (12, [])
    await final.organiser.score()
    assert await final.totals(final.judge, "qualifier") == QUALIFIED
    noticed = await final.notice("qualifier", timedelta(days=7))
    assert (noticed["revision"], noticed["state"], noticed["public"]) == (1, "APPROVED", True)


async def put_teams_together(final: Final) -> None:
    """The host selects the finalists; two leaders confirm teams of seven and six; the third city has too few people."""
    given = {"roundId": final.round_id("qualifier"), "reason": "9 月 3 日会议"}
    await final.host.mutate("SelectFinalists", **given)
    sizes = {}
    for number, (city, leader) in enumerate(final.cast.leaders.items()):
        assert leader.city is not None
        named = {"leaderId": leader.user_id, "assistantName": "助理", "assistantPhone": f"1391234000{number}"}
        team = (await leader.client.mutate("SetTeamOfficials", cityId=leader.city["id"], **named))["team"]
        if city == "神农架":
            assert (team["shortage"], team["size"]) == (2, 4)
            with pytest.raises(RefusedError):
                await leader.client.mutate("ConfirmTeam", cityId=leader.city["id"])
            continue
        seen = [one["contestant"]["id"] for one in team["streamers"]]
        team = (await leader.client.mutate("ConfirmTeam", cityId=leader.city["id"], expectedStreamers=seen))["team"]
        sizes[city] = team["size"], [one["contestant"]["name"] for one in team["streamers"]]
    assert sizes == {
        "恩施州": (7, ["恩一", "恩二", "恩三", "恩四", "恩五"]),
        "宜昌市": (6, ["宜一", "宜二", "宜三", "宜四"]),
    }


async def open_the_final(final: Final) -> None:
    """The round gets its own rules and hours; once it has opened both are locked."""
    place = {"roundId": final.round_id("final")}
    with pytest.raises(RefusedError) as missing:
        await start_run(final.host, place["roundId"], "还没有规则")
    assert missing.value.code == "ROUND_WITHOUT_RULES"
    given = {**place, "document": FINAL, "reason": "决赛方案"}
    assert (await final.host.mutate("UpdateRules", **given))["rules"]["version"] == 1
    moved = await move_the_final(final, timedelta(seconds=3))
    final.started = datetime.fromisoformat(moved["opensAt"]).astimezone(BEIJING)
    await asyncio.sleep((final.started - datetime.now(UTC)).total_seconds())
    with pytest.raises(RefusedError) as locked:
        await final.host.mutate("UpdateRules", **given)
    assert locked.value.code == "RULES_LOCKED"
    with pytest.raises(RefusedError) as opened:
        await final.host.mutate("UpdateRound", id=place["roundId"], closesAt=moved["opensAt"], reason="提前")
    assert opened.value.code == "ROUND_HAS_OPENED"


async def move_the_final(final: Final, within: timedelta) -> dict[str, Any]:
    """The final opens in a moment; where the machine is too busy for that, a little later."""
    while True:
        opens = (datetime.now(UTC) + within).replace(microsecond=0)
        hours = {"opensAt": 0, "exportedFrom": 0, "closesAt": 6, "exportedUntil": 48, "uploadsUntil": 48}
        times = {name: (opens + timedelta(hours=after)).isoformat() for name, after in hours.items()}
        try:
            moved = await final.host.mutate("UpdateRound", id=final.round_id("final"), **times, reason="场地确定")
        except RefusedError as refused:
            assert refused.code == "ROUND_OPENS_PAST"
            within *= 4
        else:
            found: dict[str, Any] = moved["round"]
            return found


async def keep_it_live(final: Final) -> None:
    """Figures are typed off the screen by two people; the ranking follows by itself."""
    await final.host.mutate("RequireTypingConfirmation", contestId=final.contest_id, required=True, reason="决赛现场")
    live = {"roundId": final.round_id("final"), "everySeconds": 10, "reason": "决赛现场"}
    await final.host.mutate("SetLiveRefresh", **live)
    people = await final.people()
    for name, paid in TYPED.items():
        right, wrong = (typed_row(name, final.started, read) for read in (paid, f"{paid}0"))
        given = {"contestId": final.contest_id, "accountId": people[name]["account"]["id"], "source": "LIVE_SESSIONS"}
        typed = await final.undertaker.mutate("TypeFigures", **given, rows=[right], reason="大屏抄录")
        named = {"uploadId": typed["upload"]["id"]}
        with pytest.raises(RefusedError) as differs:
            await final.host.mutate("ConfirmTypedFigures", **named, rows=[wrong])
        assert differs.value.code == "FIGURES_DIFFER"
        await final.host.mutate("ConfirmTypedFigures", **named, rows=[right])

    async def shown() -> bool:
        return await final.totals(final.judge) == LIVE

    await until(shown)


async def freeze_and_unfreeze(final: Final) -> None:
    """An export comes in behind the freeze: organisers see what it changes, the judge only once it has ended."""
    place = {"roundId": final.round_id("final")}
    await final.host.mutate("FreezeRanking", **place, reason="最后一小时")
    assert (await final.organiser.upload(sales_export(final.folder, "恩一", final.started)))["loaded"] == 1

    async def known() -> bool:
        return await final.totals(final.host) == BEHIND_THE_FREEZE

    await until(known)
    assert await final.totals(final.judge) == LIVE
    await final.host.mutate("UnfreezeRanking", **place, reason="决赛结束")
    assert await final.totals(final.judge) == BEHIND_THE_FREEZE
    await final.host.mutate("SetLiveRefresh", **place, everySeconds=None, reason="决赛结束")


async def replace_what_was_typed(final: Final) -> None:
    """The platform's exports of everybody: the typed figures are gone from the next run, whose ranking holds."""
    others = [sales_export(final.folder, name, final.started) for name in SOLD if name != "恩一"]
    assert (await final.organiser.upload(*others))["loaded"] == 8
    run = await start_run(final.host, final.round_id("final"), "平台数据到齐")
    run = await watch_run(final.host, run["id"], lambda _: None)
    assert (run["state"], run["contestantCount"]) == ("SCORED", 9)
    await adopt_run(final.host, run["id"], "平台数据到齐")
    standings = await final.standings(final.judge)
    ranked = [(one["rank"], one["contestant"]["name"], one["total"]) for one in standings]
    assert sorted(ranked) == sorted(RANKED)
    assert [rank for rank, _, _ in ranked] == [1, 2, 3, 4, 5, 6, 6, 8, 9]
    second = await final.organiser.ask(
        """query ($round: ID!) { rankings(roundId: $round, filter: { search: "宜一" }) { nodes { score { items { item
             metrics { value points rows { nodes { places { upload { origin } } } } } } } } } }""",
        round=final.round_id("final"),
    )
    (_, sales) = second["rankings"]["nodes"][0]["score"]["items"]
    (sold,) = sales["metrics"]
    assert (sold["value"], sold["points"]) == ("4000.00", "64.00")
    assert [one["upload"]["origin"] for row in sold["rows"]["nodes"] for one in row["places"]] == ["PLATFORM"]
    teams = (await final.judge.query("TeamRankings", roundId=final.round_id("final"), first=50))["teamRankings"]
    assert [(one["rank"], one["city"]["name"], one["total"]) for one in teams["nodes"]] == TEAMS


async def decide_awards(final: Final) -> None:
    """Two are tied for the last third prize: nothing final is published before the host has decided who gets it."""
    await final.notice("final", timedelta(seconds=4))
    run = (await final.host.query("ScoringRuns", roundId=final.round_id("final")))["scoringRuns"]["nodes"][0]
    awards = await final.awarded()
    assert awards["THIRD"] == ["恩三"]
    assert [awards[key] for key in AWARDED if key != "THIRD"] == [AWARDED[key] for key in AWARDED if key != "THIRD"]
    await until(lambda: final_refused(final, "PUBLICATION_BEFORE_AWARDS"))
    chosen = (await final.people())["恩四"]["id"]
    given = {"runId": run["id"], "award": "THIRD", "contestantIds": [chosen], "reason": "加赛胜出"}
    await final.host.mutate("DecideAward", **given)
    assert await final.awarded() == AWARDED


async def final_refused(final: Final, code: str) -> bool:
    """Whether the final publication is refused for that, as the notice has ended."""
    with pytest.raises(RefusedError) as refused:
        await prepared(final.undertaker, {"roundId": final.round_id("final"), "stage": "FINAL"})
    assert refused.value.code in ("NOTICE_NOT_ENDED", code)
    return refused.value.code == code


async def publish_and_certify(final: Final) -> None:
    """The final publication is what everybody reads; its awards become certificates that everybody can check."""
    revision = await prepared(final.undertaker, {"roundId": final.round_id("final"), "stage": "FINAL"})
    await final.host.mutate("ApprovePublication", publicationId=revision["id"], digest=revision["digest"])
    async with Client(final.host.server) as visitor:
        slug = final.organiser.contest["slug"]
        shown = await visitor.query("PublishedStandings", contest=slug, revision=revision["revision"])
        nodes = shown["publication"]["standings"]["nodes"]
        assert sorted((one["rank"], one["name"], one["total"]) for one in nodes) == sorted(RANKED)
        given = {"publicationId": revision["id"]}
        assert (await final.host.mutate("IssueCertificates", **given))["issued"] == 7
        certificates = await final.printed()
        by_award = sorted((one["title"], one["named"].removesuffix("代表队")) for one in certificates)
        assert by_award == sorted((TITLES[key], name) for key, names in AWARDED.items() for name in names)
        for one in certificates:
            said = (await visitor.query("CheckCertificate", code=one["code"]))["certificate"]
            assert said["issuedAt"] is not None
            told = [said[name] for name in ("valid", "named", "city", "award", "contest", "round", "revision")]
            city = city_of(one["named"]) if one["contestant"] else "恩施州"
            assert told == [True, one["named"], city, one["title"], "两轮的赛事", "总决赛", revision["revision"]]
        first = next(one for one in certificates if one["named"] == "恩一")
        page = await final.host.fetch((await final.host.mutate("FetchCertificate", id=first["id"]))["url"])
        text = "".join(PdfReader(io.BytesIO(page)).pages[0].extract_text().split())
        assert all(part in text for part in ("恩一", "一等奖", first["code"])), text
        assert (await visitor.query("CheckCertificate", code="0000-0000-0000"))["certificate"] is None
