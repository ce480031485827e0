"""Draws by a public seed, and comparing the figures of those to be verified."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.api.personal_data.store import erase
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.verification.roll import Roll, accounts, draw
from services.shared.verification.store import find_progress
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, AnAccount, APerson, a_contest, a_person, a_scored_run, an_account

DRAW = "{ id number per people seedSource rollSha256 population seed drawnCount cancelledReason }"
ANNOUNCE = f"""mutation ($input: AnnounceDrawInput!) {{ announceDraw(input: $input) {{
  __typename ... on AnnounceDrawPayload {{ draw {DRAW} }} ... on Error {{ code message }} }} }}"""
MAKE = f"""mutation ($input: MakeDrawInput!) {{ makeDraw(input: $input) {{
  __typename ... on MakeDrawPayload {{ draw {DRAW} }} ... on Error {{ code }} }} }}"""
CANCEL = f"""mutation ($input: CancelDrawInput!) {{ cancelDraw(input: $input) {{
  __typename ... on CancelDrawPayload {{ draw {DRAW} }} ... on Error {{ code }} }} }}"""
RECORD = """mutation ($input: RecordVerificationInput!) { recordVerification(input: $input) {
  __typename ... on RecordVerificationPayload { check { outcome method note checkedBy
    figures { title counted seen } lower { source at figure counted fresh line } } }
  ... on Error { code message } } }"""
SHOWN = """query ($draw: ID!) { node(id: $draw) { ... on VerificationDraw {
  seed rollSha256 roll drawn { position ticket contestant { number } } } } }"""
STANDS = """query ($round: ID!, $filter: VerificationFilter) {
  verifications(roundId: $round, filter: $filter) { totalCount nodes { number drawn finalist state
    contestant { number } checks { outcome } } }
  rankings(roundId: $round) { nodes { verification } }
  finalists(roundId: $round) { verification { required open agrees differs } }
  node(id: $round) { ... on Round { verification { required open agrees differs } draws { number } } } }"""
SEED = "03 08 11 19 26 33 07"


async def stage(database: Pool, people: int = 6) -> tuple[AContest, list[AnAccount], APerson]:
    """People of two cities by turns, a run of all, adopted: it proposes the first two."""
    contest = await a_contest(database)
    accounts_ = [await an_account(contest, f"账号{number}", city=number % 2) for number in range(people)]
    await a_scored_run(contest, accounts_, adopted=True)
    return contest, accounts_, await a_person(database, Role.ORGANISER, contest)


def announcement(contest: AContest, **other: Any) -> dict[str, Any]:
    at = datetime.now(UTC) + timedelta(hours=1)
    usual = {"per": "CITY", "people": 1, "seedSource": "双色球第 2021101 期开奖号码", "seedAt": at.isoformat()}
    return {"roundId": gid("Round", contest.round_id), **usual, "reason": "按通知抽查", **other}


async def announced(ask: Ask, contest: AContest, organiser: APerson, **other: Any) -> dict[str, Any]:
    answer = (await ask(ANNOUNCE, organiser, input=announcement(contest, **other)))["announceDraw"]
    found: dict[str, Any] = answer["draw"]
    return found


async def seed_is_out(database: Pool) -> None:
    await database.execute("update verification_draws set seed_at = now()")


async def test_a_draw_is_announced_made_and_drawn_again_by_anybody_with_the_roll(ask: Ask, database: Pool) -> None:
    contest, people, organiser = await stage(database)
    found = await announced(ask, contest, organiser)
    assert (found["number"], found["population"], found["seed"], found["drawnCount"]) == (1, 6, None, 0)
    assert (await ask(MAKE, organiser, input={"id": found["id"], "seed": SEED}))["makeDraw"]["code"] == (
        "DRAW_SEED_NOT_PUBLIC"
    )
    roll = Roll.read((await ask(SHOWN, organiser, draw=found["id"]))["node"]["roll"])
    assert roll.sha256 == found["rollSha256"]
    expected = accounts(draw(roll, SEED))
    await _make(ask, database, organiser, found)
    judge = await a_person(database, Role.JUDGE, contest)
    shown = (await ask(SHOWN, judge, draw=found["id"]))["node"]
    numbers = {f"DOUYIN {one.handle}": number for number, one in enumerate(people, 1)}
    assert [each["contestant"]["number"] for each in shown["drawn"]] == [numbers[account] for account in expected]
    assert len(expected) == 2  # one of each city


async def test_a_draw_is_made_and_drawn_again_although_somebody_on_its_roll_was_erased(
    ask: Ask, database: Pool, app: Any
) -> None:
    contest = await a_contest(database)
    for number in range(4):
        await an_account(contest, f"账号{number}")
    organiser = await a_person(database, Role.ORGANISER, contest)
    found = await announced(ask, contest, organiser)
    async with database.acquire() as connection, connection.transaction():
        person = await connection.fetchrow("select * from contestants where number = 2")
        assert person is not None
        await erase(connection, app.state.resources.vault, person, "x")
    shown = (await ask(SHOWN, organiser, draw=found["id"]))["node"]
    assert Roll.read(shown["roll"]).sha256 == found["rollSha256"]
    await _make(ask, database, organiser, found)
    shown = (await ask(SHOWN, organiser, draw=found["id"]))["node"]
    assert [one["ticket"] for one in shown["drawn"]] == [
        one.ticket for group in draw(Roll.read(shown["roll"]), SEED).values() for one in group
    ]


async def _make(ask: Ask, database: Pool, organiser: APerson, found: dict[str, Any]) -> None:
    """As if the announced moment had come: the clock of the database is what counts, so the announcement is moved."""
    row = await database.fetchrow("select * from verification_draws where number = $1", found["number"])
    assert row is not None
    earlier = row["seed_at"] - timedelta(hours=2)
    roll = Roll.read((await ask(SHOWN, organiser, draw=found["id"]))["node"]["roll"])
    moved = Roll(roll.per, roll.people, roll.seed_source, earlier, roll.lots)
    await database.execute(
        "update verification_draws set seed_at = $2, roll_sha256 = $3 where id = $1", row["id"], earlier, moved.sha256
    )
    made = (await ask(MAKE, organiser, input={"id": found["id"], "seed": f" {SEED} "}))["makeDraw"]
    assert made["draw"]["seed"] == SEED
    assert (await ask(MAKE, organiser, input={"id": found["id"], "seed": "1"}))["makeDraw"]["code"] == "DRAW_MADE"


async def test_who_comes_or_goes_after_the_announcement_changes_nothing(ask: Ask, database: Pool) -> None:
    contest, people, organiser = await stage(database)
    found = await announced(ask, contest, organiser, per="DIVISION", people=3)
    await an_account(contest, "来晚了")
    await database.execute("update approvals set until_at = now() where contestant_id = $1", people[0].contestant_id)
    again = Roll.read((await ask(SHOWN, organiser, draw=found["id"]))["node"]["roll"])
    assert (again.sha256, len(again.lots)) == (found["rollSha256"], 6)


async def test_a_roll_changed_by_hand_is_not_drawn_from(ask: Ask, database: Pool) -> None:
    contest, _, organiser = await stage(database)
    found = await announced(ask, contest, organiser)
    await seed_is_out(database)  # which the digest covers as well
    answer = (await ask(MAKE, organiser, input={"id": found["id"], "seed": SEED}))["makeDraw"]
    assert answer["code"] == "DRAW_ROLL_CHANGED"


async def test_a_seed_that_could_be_known_is_refused_and_a_cancelled_draw_stays_readable(
    ask: Ask, database: Pool
) -> None:
    contest, _, organiser = await stage(database)
    past = announcement(contest, seedAt="2021-09-05T21:15:00+08:00")
    assert (await ask(ANNOUNCE, organiser, input=past))["announceDraw"]["code"] == "DRAW_SEED_PAST"
    nobody = announcement(contest, people=0)
    assert (await ask(ANNOUNCE, organiser, input=nobody))["announceDraw"]["code"] == "DRAW_PEOPLE"
    found = await announced(ask, contest, organiser)
    cancelled = (await ask(CANCEL, organiser, input={"id": found["id"], "reason": "期号写错"}))["cancelDraw"]["draw"]
    assert cancelled["cancelledReason"] == "期号写错"
    made = (await ask(MAKE, organiser, input={"id": found["id"], "seed": SEED}))["makeDraw"]
    assert made["code"] == "DRAW_CANCELLED"
    assert (await announced(ask, contest, organiser))["number"] == 2


async def test_everybody_reads_the_announcement_and_each_only_the_people_they_see(ask: Ask, database: Pool) -> None:
    contest, people, organiser = await stage(database)
    found = await announced(ask, contest, organiser, people=3)
    await _make(ask, database, organiser, found)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[1])
    drawn = await a_person(database, Role.CONTESTANT, contest, contestant=people[2].contestant_id)
    for viewer, numbers in ((None, []), (leader, [2, 4, 6]), (drawn, [3])):
        shown = (await ask(SHOWN, viewer, draw=found["id"]))["node"]
        assert (shown["seed"], shown["roll"]) == (SEED, None)
        assert sorted(each["contestant"]["number"] for each in shown["drawn"]) == numbers
    told = "select count(*) from messages where code = 'DRAWN_FOR_VERIFICATION'"
    assert await database.fetchval(told) == 6


async def test_finalists_and_drawn_people_are_open_until_compared_and_show_wherever_results_are_read(
    ask: Ask, database: Pool
) -> None:
    contest, people, organiser = await stage(database)
    round_id = gid("Round", contest.round_id)
    stands = await ask(STANDS, organiser, round=round_id)
    assert [(one["number"], one["finalist"], one["state"]) for one in stands["verifications"]["nodes"]] == [
        (1, True, "OPEN"),
        (2, True, "OPEN"),
    ]
    assert [one["verification"] for one in stands["rankings"]["nodes"]][:3] == ["OPEN", "OPEN", None]
    assert stands["node"]["verification"] == {"required": 2, "open": 2, "agrees": 0, "differs": 0}
    seen = {"item": "SHORT_VIDEO", "metric": "plays", "seen": "1250"}
    given = {"roundId": round_id, "contestantId": gid("Contestant", people[0].contestant_id), "method": "SCREEN"}
    judge = await a_person(database, Role.JUDGE, contest)
    asked = {
        **given,
        "outcome": "AGREES",
        "figures": [seen],
        "note": "页面略高，为自然增长",
        "idempotencyKey": "k",
    }
    check = (await ask(RECORD, judge, input=asked))["recordVerification"]["check"]
    assert check["figures"] == [{"title": "播放量", "counted": "1200", "seen": "1250"}]
    assert check["checkedBy"] == judge.login
    differs = {**asked, "outcome": "DIFFERS", "idempotencyKey": "l"}
    assert (await ask(RECORD, judge, input=differs))["recordVerification"]["check"]["outcome"] == "DIFFERS"
    assert (await ask(RECORD, judge, input=asked))["recordVerification"]["check"] == check  # what the key stands for
    assert await database.fetchval("select count(*) from verification_checks") == 2
    await ask(RECORD, judge, input={**asked, "idempotencyKey": "m"})
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    of_city = await ask(STANDS, leader, round=round_id, filter={"state": "AGREES"})
    assert [one["number"] for one in of_city["verifications"]["nodes"]] == [1]
    assert of_city["finalists"][0]["verification"] == {"required": 1, "open": 0, "agrees": 1, "differs": 0}
    assert of_city["node"]["verification"] == {"required": 1, "open": 0, "agrees": 1, "differs": 0}
    public = await ask(STANDS, None, round=round_id)
    assert (public["verifications"]["totalCount"], public["node"]["verification"]) == (0, None)


async def test_what_cannot_be_compared_is_refused(ask: Ask, database: Pool) -> None:
    contest, people, organiser = await stage(database)
    given = {"roundId": gid("Round", contest.round_id), "outcome": "AGREES", "note": "看过"}
    finalist = {**given, "contestantId": gid("Contestant", people[0].contestant_id)}
    figure = {"item": "SHORT_VIDEO", "metric": "plays", "seen": "1"}
    cases = [
        ({**finalist, "method": "SCREEN"}, "VERIFICATION_FIGURES_NEEDED"),
        ({**finalist, "method": "FRESH_EXPORT"}, "VERIFICATION_EXPORT_NEEDED"),
        ({**finalist, "method": "FRESH_EXPORT", "uploadId": gid("Upload", new_id())}, "VERIFICATION_EXPORT_NEEDED"),
        ({**finalist, "method": "SCREEN", "figures": [{**figure, "metric": "x"}]}, "VERIFICATION_METRIC_UNKNOWN"),
        (
            {**finalist, "contestantId": gid("Contestant", people[5].contestant_id), "method": "SCREEN"}
            | {"figures": [figure]},
            "VERIFICATION_NOT_REQUIRED",
        ),
    ]
    for asked, code in cases:
        assert (await ask(RECORD, organiser, input=asked))["recordVerification"]["code"] == code


async def an_export(
    contest: AContest,
    account: AnAccount,
    sequence: int,
    plays: int,
    *,
    at: str = "2021-09-02T10:00:00+08:00",
    second: int | None = 31,
) -> UUID:
    """An accepted file with one work of 21 July, at 08:00 and a second that it may not know."""
    upload, moment = new_id(), datetime.fromisoformat(at)
    await contest.pool.execute(
        "insert into uploads (id, contest_id, name, size, sha256, state, kind, account_id, exported_at,"
        " exported_at_stated, content_digest, accepted_sequence) values ($1, $2, 'a', 1, '', 'ACCEPTED',"
        " 'DOUYIN_WORKS', $3, $4, true, $5, $6)",
        *(upload, contest.id, account.id, moment, upload.hex, sequence),
    )
    await contest.pool.execute(
        "insert into works (contestant_id, published_at, ordinal, upload_id, from_sequence, exported_at, title, genre,"
        " visibility, plays, likes, sheet, line) values ($1, $6, $7, $2, $3, $4, '', '', 'PUBLIC',"
        " $5, 10, 'Sheet1', 2)",
        *(account.contestant_id, upload, sequence, moment, plays),
        *(datetime.fromisoformat(f"2021-07-21T08:00:{second or 0:02}+08:00"), -1 if second is None else 0),
    )
    await contest.pool.execute(
        "insert into coverage (contestant_id, upload_id, contest_id, source, exported_at, from_sequence, rows,"
        " measures) values ($1, $2, $3, 'WORKS', $4, $5, 1, '{}')",
        *(account.contestant_id, upload, contest.id, moment, sequence),
    )
    await contest.pool.execute("update contests set sequence = $2 where id = $1", contest.id, sequence)
    return upload


@pytest.mark.parametrize(
    ("seconds", "shown"), [((31, 31), "31"), ((None, 31), "31"), ((31, None), "31"), ((None, None), "00")]
)
async def test_a_fresh_export_lists_what_is_lower_and_later_files_open_the_check_again(
    ask: Ask, database: Pool, seconds: tuple[int | None, int | None], shown: str
) -> None:
    contest = await a_contest(database)
    account, organiser = await an_account(contest, "first"), await a_person(database, Role.ORGANISER, contest)
    await an_export(contest, account, 1, 1000, second=seconds[0])
    await a_scored_run(contest, [account], adopted=True)
    fresh = await an_export(contest, account, 2, 900, at="2021-11-01T10:00:00+08:00", second=seconds[1])
    given = {"roundId": gid("Round", contest.round_id), "contestantId": gid("Contestant", account.contestant_id)}
    asked = {
        **given,
        "method": "FRESH_EXPORT",
        "uploadId": gid("Upload", fresh),
        "outcome": "DIFFERS",
        "note": "少 100",
    }
    check = (await ask(RECORD, organiser, input=asked))["recordVerification"]["check"]
    assert check["lower"] == [
        {
            "source": "WORKS",
            "at": f"2021-07-21 08:00:{shown}",
            "figure": "plays",
            "counted": "1000",
            "fresh": "900",
            "line": 2,
        }
    ]

    async def state() -> str:
        stands = await ask(STANDS, organiser, round=given["roundId"])
        found: str = stands["verifications"]["nodes"][0]["state"]
        return found

    await a_scored_run(contest, [account], adopted=True)
    assert await state() == "DIFFERS"  # the fresh export itself opens nothing
    await an_export(contest, account, 3, 2000)
    assert await state() == "DIFFERS"  # the adopted run has not taken it in
    await a_scored_run(contest, [account], adopted=True)
    assert await state() == "OPEN"


async def test_publication_waits_for_what_is_open_and_what_differs_if_the_contest_says_so(
    ask: Ask, database: Pool
) -> None:
    contest, people, organiser = await stage(database)
    require = """mutation ($input: RequireVerificationInput!) { requireVerification(input: $input) {
      ... on RequireVerificationPayload { contest { verificationBlocksPublication } } ... on Error { code } } }"""

    async def blocks() -> tuple[int, int, bool]:
        async with database.acquire() as connection:
            progress = await find_progress(connection, contest.round_id)
        assert progress is not None
        return progress.open, progress.differs, progress.blocks_publication

    assert await blocks() == (2, 0, False)
    given = {"contestId": gid("Contest", contest.id), "required": True, "reason": "按章程"}
    answer = (await ask(require, organiser, input=given))["requireVerification"]
    assert answer["contest"] == {"verificationBlocksPublication": True}
    figure = {"item": "SHORT_VIDEO", "metric": "plays", "seen": "1000"}
    for account, outcome, expected in (
        (people[0], "DIFFERS", (1, 1, True)),
        (people[1], "AGREES", (0, 1, True)),
        (people[0], "AGREES", (0, 0, False)),
    ):
        asked = {"roundId": gid("Round", contest.round_id), "method": "SCREEN", "figures": [figure], "note": "看过"}
        whose = {"contestantId": gid("Contestant", account.contestant_id), "outcome": outcome}
        await ask(RECORD, organiser, input={**asked, **whose})
        assert await blocks() == expected


async def test_a_fresh_export_is_taken_after_the_deadline_while_somebody_is_to_be_verified(
    ask: Ask, database: Pool
) -> None:
    contest, people, organiser = await stage(database)
    await database.execute("update rounds set uploads_until = now(), exported_until = '2021-10-01+08'")
    create = """mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
      __typename ... on Error { code } } }"""

    async def answered(exported_at: str, who: APerson = organiser) -> str:
        named = {"contestId": gid("Contest", contest.id), "accountId": gid("Account", people[0].id), "name": "a.csv"}
        given = {**named, "size": 1, "sha256": "0" * 64, "exportedAt": exported_at}
        answer = (await ask(create, who, input=given))["createUpload"]
        return str(answer.get("code", answer["__typename"]))

    assert await answered("2021-11-01T10:00:00+08:00") == "CreateUploadPayload"
    assert await answered("2021-09-01T10:00:00+08:00") == "UPLOADS_CLOSED"  # it would count
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    assert await answered("2021-11-01T10:00:00+08:00", clerk) == "CreateUploadPayload"
    contestant = await a_person(database, Role.CONTESTANT, contest, contestant=people[0].contestant_id)
    # Who is proposed is not known before publication: it must not show by what is taken either.
    assert await answered("2021-11-01T10:00:00+08:00", contestant) == "UPLOADS_CLOSED"
    found = await announced(ask, contest, organiser, people=3)
    await _make(ask, database, organiser, found)
    assert await answered("2021-11-01T10:00:00+08:00", contestant) == "CreateUploadPayload"  # a draw is public
    await ask(CANCEL, organiser, input={"id": found["id"], "reason": "重来"})
    await database.execute("update rounds set adopted_run_id = null")
    assert await answered("2021-11-01T10:00:00+08:00") == "UPLOADS_CLOSED"
