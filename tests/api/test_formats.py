"""What files a contest takes: organisers say what headings mean and add formats, and what waited counts."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis

from services.scorer.context import Scorer
from services.scorer.worker import open_scorer
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.settings import Settings
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, AnAccount, APerson, a_contest, a_person, an_account, an_upload
from tests.scorer.doing import codes, do, row, tuples
from tests.scorer.files import works

FAILED = "... on InvalidInput { field } ... on InvalidFormat { problems { line code message } } ... on Error { code }"
MAP = """mutation ($input: MapHeadingInput!) { mapHeading(input: $input) { __typename
  ... on MapHeadingPayload { readAgain format { key mappings { heading field version reason }
    columns { heading aliases field } } }
  ... on InvalidInput { field } ... on Error { code message } } }"""
REMOVE = """mutation ($input: RemoveMappingInput!) { removeMapping(input: $input) { __typename
  ... on RemoveMappingPayload { format { mappings { heading } } }
  ... on InvalidInput { field } ... on Error { code } } }"""
ADD = f"""mutation ($input: AddFormatInput!) {{ addFormat(input: $input) {{ __typename
  ... on AddFormatPayload {{ readAgain format {{ key kind own title version source platform document
    columns {{ heading field unit }} }} }} {FAILED} }} }}"""
DROP = """mutation ($input: RemoveFormatInput!) { removeFormat(input: $input) { __typename
  ... on RemoveFormatPayload { formats { key } } ... on InvalidInput { field } ... on Error { code } } }"""
AGAIN = """mutation ($input: ReadUploadAgainInput!) { readUploadAgain(input: $input) { __typename
  ... on ReadUploadAgainPayload { upload { state } } ... on Error { code } } }"""
FORMATS = """query ($contest: ID!) { formats(contestId: $contest) { key own title kind version
  columns { heading aliases field style unit needed } } }"""
MAPPINGS = "query ($contest: ID!) { formats(contestId: $contest) { document mappings { heading reason } } }"
WAITING = """query ($contest: ID!) { waitingHeadings(contestId: $contest) {
  heading looksLike style uploads sample { name } } }"""
MATTERS = "query ($slug: String!) { contest(slug: $slug) { waiting { city { name } what { code } count } } }"
UPLOAD = """query ($id: ID!) { upload(id: $id) { state kind formatKey formatVersion unknownColumns
  waiting { looksLike unknown missing draft } problems { nodes { code message } } } }"""

WORK = ("甲", "2021-07-21 08:00:00", 100)
DAYS = "统计日,曝光,备注\n2021-07-21,12,好\n2021-07-22,3,\n".encode()


@pytest.fixture
async def scorer(settings: Settings, database: Pool, redis: Redis) -> AsyncIterator[Scorer]:
    async with open_scorer(settings) as opened:
        yield opened


class Place:
    """A contest with an organiser and an account, to which files are sent."""

    def __init__(self, contest: AContest, organiser: APerson, account: AnAccount, scorer: Scorer) -> None:
        self.contest, self.organiser, self.account, self.scorer = contest, organiser, account, scorer
        self.id = gid("Contest", contest.id)

    async def send(self, content: bytes) -> UUID:
        upload_id = await an_upload(self.contest, self.scorer.files, "文件.csv", content, account=self.account)
        await do(self.scorer, upload_id)
        return upload_id

    async def read_again(self) -> None:
        queued = "select id from uploads where state = 'QUEUED' and contest_id = $1"
        for upload in await self.contest.pool.fetch(queued, self.contest.id):
            await do(self.scorer, upload["id"])


async def a_place(database: Pool, scorer: Scorer) -> Place:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    return Place(contest, organiser, await an_account(contest, "zhangsan"), scorer)


def drifted(*rows: Any) -> bytes:
    return works(*rows).decode("utf-8-sig").replace("点赞量", "获赞").encode("utf-8-sig")


async def test_an_organiser_says_what_a_heading_means_and_the_waiting_file_counts(
    ask: Ask, database: Pool, scorer: Scorer
) -> None:
    place, other = await a_place(database, scorer), await a_place(database, scorer)
    upload_id, elsewhere = await place.send(drifted(WORK)), await other.send(drifted(WORK))
    shown = (await ask(UPLOAD, place.organiser, id=gid("Upload", upload_id)))["upload"]
    assert (shown["state"], shown["kind"], shown["formatVersion"]) == ("WAITING", None, 0)
    assert shown["waiting"]["unknown"] == ["获赞"]
    assert shown["waiting"]["missing"] == ["点赞量"]
    assert "不认识这些列：获赞" in shown["problems"]["nodes"][0]["message"]
    waiting = (await ask(WAITING, place.organiser, contest=place.id))["waitingHeadings"]
    assert waiting == [
        {
            "heading": "获赞",
            "looksLike": "DOUYIN_WORKS",
            "style": "count",
            "uploads": 1,
            "sample": {"name": "文件.csv"},
        }
    ]

    await an_upload(place.contest, scorer.files, "没有账号.csv", drifted(WORK))
    for upload in await database.fetch("select id from uploads where state = 'QUEUED'"):
        await do(scorer, upload["id"])
    slug = await database.fetchval("select slug from contests where id = $1", place.contest.id)
    city = await database.fetchval("select name from cities where id = $1", place.contest.cities[0])
    matters = (await ask(MATTERS, place.organiser, slug=slug))["contest"]["waiting"]
    code = {"code": "WAITING_HEADINGS"}
    assert matters == [
        {"city": {"name": city}, "what": code, "count": 1},
        {"city": None, "what": code, "count": 1},
    ]
    await database.execute("update uploads set state = 'WITHDRAWN' where account_id is null")

    given = {"contestId": place.id, "format": "DOUYIN_WORKS", "heading": " 获赞 ", "field": "likes", "reason": "改版"}
    answer = (await ask(MAP, place.organiser, input={**given, "idempotencyKey": "k"}))["mapHeading"]
    assert answer["readAgain"] == 1
    assert answer["format"]["mappings"] == [{"heading": "获赞", "field": "likes", "version": 1, "reason": "改版"}]
    likes = next(column for column in answer["format"]["columns"] if column["field"] == "likes")
    assert likes["aliases"][-1] == "获赞"
    again = (await ask(MAP, place.organiser, input={**given, "idempotencyKey": "k"}))["mapHeading"]
    assert again == {**answer, "readAgain": 0}
    await place.read_again()

    shown = (await ask(UPLOAD, place.organiser, id=gid("Upload", upload_id)))["upload"]
    assert (shown["state"], shown["kind"], shown["formatVersion"], shown["waiting"]) == (
        "ACCEPTED",
        "DOUYIN_WORKS",
        1,
        None,
    )
    assert await tuples(database, "select contestant_id, plays from works") == [(place.account.contestant_id, 100)]
    assert (await ask(WAITING, place.organiser, contest=place.id))["waitingHeadings"] == []
    entry = await database.fetchrow("select * from audit_entries where action = 'MAP_HEADING'")
    assert entry is not None
    by = entry["reason"], entry["user_id"], entry["contest_id"]
    assert by == ("改版", place.organiser.user_id, place.contest.id)
    assert entry["changes"] == {
        "format": ["DOUYIN_WORKS", "DOUYIN_WORKS"],
        "version": [0, 1],
        "heading": [None, "获赞"],
        "field": [None, "likes"],
    }

    # Whoever sends files sees what headings mean, not what organisers said of it among themselves.
    clerk = await a_person(database, Role.CITY_CLERK, place.contest, city=place.contest.cities[0])
    auditor = await a_person(database, Role.AUDITOR, place.contest)
    for who, reason in ((clerk, None), (auditor, "改版"), (None, None)):
        formats = (await ask(MAPPINGS, who, contest=place.id))["formats"]
        assert [each for one in formats for each in one["mappings"]] == [{"heading": "获赞", "reason": reason}]

    # Another contest has neither the heading nor the file.
    assert (await row(database, "uploads", elsewhere))["state"] == "WAITING"
    theirs = (await ask(FORMATS, other.organiser, contest=other.id))["formats"]
    assert [column for each in theirs for column in each["columns"] if "获赞" in column["aliases"]] == []


async def test_a_mapping_taken_back_holds_no_more_for_files_that_come(ask: Ask, database: Pool, scorer: Scorer) -> None:
    place = await a_place(database, scorer)
    given = {"contestId": place.id, "format": "DOUYIN_WORKS", "heading": "获赞", "reason": "改版"}
    await ask(MAP, place.organiser, input={**given, "field": "likes"})
    counted = await place.send(drifted(WORK))
    removed = (await ask(REMOVE, place.organiser, input=given))["removeMapping"]
    assert removed["format"]["mappings"] == []
    later = await place.send(drifted(("乙", "2021-07-22 08:00:00", 5)))
    states = [(await row(database, "uploads", one))["state"] for one in (counted, later)]
    assert states == ["ACCEPTED", "WAITING"]
    assert (await ask(REMOVE, place.organiser, input=given))["removeMapping"]["code"] == "HEADING_NOT_MAPPED"
    kept = "select field, from_version, to_version, removed_by, removed_reason from format_aliases"
    assert await tuples(database, kept) == [("likes", 1, 2, place.organiser.user_id, "改版")]
    await ask(MAP, place.organiser, input={**given, "field": "likes"})
    await place.read_again()
    assert (await row(database, "uploads", later))["state"] == "ACCEPTED"


async def test_a_format_is_made_from_the_draft_of_a_waiting_file(ask: Ask, database: Pool, scorer: Scorer) -> None:
    place, other = await a_place(database, scorer), await a_place(database, scorer)
    upload_id, elsewhere = await place.send(DAYS), await other.send(DAYS)
    draft = (await ask(UPLOAD, place.organiser, id=gid("Upload", upload_id)))["upload"]["waiting"]["draft"]
    assert '# { heading = "统计日", to = "", style = "date" },' in draft
    assert '# { heading = "曝光", to = "", style = "count" },' in draft
    lines = ['source = "ACCOUNT_DAYS"', 'platform = "KUAISHOU"', 'known = "备注"', "columns = ["]
    lines += ['{ heading = "统计日", to = "day", style = "date", needed = true, filled = true },']
    lines += ['{ heading = "曝光", to = "PLAYS", style = "count", needed = true }', "]"]
    given = {"contestId": place.id, "key": "CITY_DAYS", "title": "市台日报", "reason": "新来源", "idempotencyKey": "k"}
    given |= {"document": "\n".join(lines), "sampleId": gid("Upload", upload_id)}
    answer = (await ask(ADD, place.organiser, input=given))["addFormat"]
    assert answer["readAgain"] == 1
    assert {**answer["format"], "columns": None, "document": None} == {
        "key": "CITY_DAYS",
        "kind": "OWN",
        "own": True,
        "title": "市台日报",
        "version": 1,
        "source": "ACCOUNT_DAYS",
        "platform": "KUAISHOU",
        "document": None,
        "columns": None,
    }
    assert answer["format"]["columns"][1] == {"heading": "曝光", "field": "PLAYS", "unit": "整数"}
    assert (await ask(ADD, place.organiser, input=given))["addFormat"] == {**answer, "readAgain": 0}
    await place.read_again()
    assert await codes(database, upload_id) == ["WRONG_PLATFORM"]  # the account is one of Douyin

    better = {**given, "document": given["document"].replace("KUAISHOU", "DOUYIN"), "idempotencyKey": "l"}
    del better["sampleId"]  # it waits no more
    assert (await ask(ADD, place.organiser, input=better))["addFormat"]["readAgain"] == 1
    await place.read_again()
    shown = (await ask(UPLOAD, place.organiser, id=gid("Upload", upload_id)))["upload"]
    assert (shown["state"], shown["kind"], shown["formatKey"], shown["formatVersion"], shown["unknownColumns"]) == (
        "ACCEPTED",
        "OWN",
        "CITY_DAYS",
        2,
        [],
    )
    assert await tuples(database, "select day::text, value::int from account_days order by day") == [
        ("2021-07-21", 12),
        ("2021-07-22", 3),
    ]
    assert (await row(database, "uploads", elsewhere))["state"] == "WAITING"
    theirs = (await ask(FORMATS, other.organiser, contest=other.id))["formats"]
    assert [each["key"] for each in theirs if each["own"]] == []
    for who, document in ((place.organiser, better["document"]), (None, None)):
        formats = (await ask(MAPPINGS, who, contest=place.id))["formats"]
        assert {each["document"] for each in formats} == {document, None}

    gone = {"contestId": place.id, "key": "CITY_DAYS", "reason": "不再使用"}
    left = (await ask(DROP, place.organiser, input=gone))["removeFormat"]["formats"]
    assert "CITY_DAYS" not in [each["key"] for each in left]
    assert (await ask(DROP, place.organiser, input=gone))["removeFormat"]["code"] == "FORMAT_UNKNOWN"
    later = await place.send(DAYS.replace(b"12", b"13"))
    assert [(await row(database, "uploads", one))["state"] for one in (upload_id, later)] == ["ACCEPTED", "WAITING"]


async def test_a_wrong_document_says_on_which_line_and_saves_nothing(ask: Ask, database: Pool, scorer: Scorer) -> None:
    place = await a_place(database, scorer)
    document = (
        'source = "WORKS"\nplatform = "DOUYIN"\ncolumns = [\n{ heading = "时刻", to = "when", style = "time" },\n]'
    )
    given = {"contestId": place.id, "key": "MINE", "title": "我的", "document": document, "reason": "新来源"}
    refused = (await ask(ADD, place.organiser, input=given))["addFormat"]
    assert refused["code"] == "INVALID_FORMAT"
    assert [(one["line"], one["code"]) for one in refused["problems"]] == [
        (3, "FORMAT_FIELD_NEEDED"),
        (3, "FORMAT_TOO_VAGUE"),
        (4, "FORMAT_FIELD_UNKNOWN"),
    ]
    assert refused["problems"][2]["message"].startswith("没有字段 when。to 可选：platform, handle, published_at")
    assert await database.fetchval("select count(*) from own_formats") == 0
    assert await database.fetchval("select formats_version from contests") == 0


async def test_a_format_that_would_not_read_its_sample_is_not_saved(ask: Ask, database: Pool, scorer: Scorer) -> None:
    place = await a_place(database, scorer)
    sample = gid("Upload", await place.send(drifted(WORK)))
    given = {"contestId": place.id, "key": "MINE", "title": "我的", "reason": "新来源", "sampleId": sample}
    start = 'source = "WORKS"\nplatform = "DOUYIN"\ncolumns = [\n'
    when = '{ heading = "发布时间", to = "published_at", style = "time", needed = true, filled = true },\n'
    unlike = start + when + '{ heading = "喜欢", to = "likes", style = "count", needed = true },\n]'
    refused = (await ask(ADD, place.organiser, input={**given, "document": unlike}))["addFormat"]
    assert (refused["code"], refused["field"]) == ("FORMAT_NOT_RECOGNISED", "document")
    assert await database.fetchval("select count(*) from own_formats") == 0
    like = unlike.replace("喜欢", "获赞")
    assert (await ask(ADD, place.organiser, input={**given, "document": like}))["addFormat"]["readAgain"] == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"format": "SONGS"}, "FORMAT_UNKNOWN"),
        ({"field": "watched"}, "FORMAT_HAS_NO_FIELD"),
        ({"heading": "点赞"}, "HEADING_KNOWN"),
        ({"heading": "收件人手机号"}, "HEADING_PERSONAL"),
        ({"heading": "＊"}, "TEXT_EMPTY"),
        ({"heading": "长" * 101}, "TEXT_TOO_LONG"),
        ({"reason": " "}, "TEXT_EMPTY"),
    ],
)
async def test_what_a_heading_cannot_mean(ask: Ask, database: Pool, changed: dict[str, str], code: str) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    given = {"contestId": gid("Contest", contest.id), "format": "DOUYIN_WORKS", "heading": "获赞", "field": "likes"}
    answer = (await ask(MAP, organiser, input={**given, "reason": "改版", **changed}))["mapHeading"]
    assert answer["code"] == code, answer
    assert await database.fetchval("select count(*) from format_aliases") == 0
    assert await database.fetchval("select formats_version from contests") == 0


@pytest.mark.parametrize("key", ["mine", "DOUYIN_WORKS", "OWN", "DOUYIN_WORKS_SUMMARY", "A" * 41, ""])
async def test_a_format_cannot_be_called_just_anything(ask: Ask, database: Pool, key: str) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    given = {"contestId": gid("Contest", contest.id), "key": key, "title": "我的", "document": "", "reason": "新来源"}
    assert (await ask(ADD, organiser, input=given))["addFormat"]["code"] == "FORMAT_KEY_WRONG"


async def test_only_organisers_of_the_contest_add_to_its_formats(ask: Ask, database: Pool, scorer: Scorer) -> None:
    place, other = await a_place(database, scorer), await a_place(database, scorer)
    sample = gid("Upload", await place.send(drifted(WORK)))
    clerk = await a_person(database, Role.CITY_CLERK, place.contest, city=place.contest.cities[0])
    common = {"contestId": place.id, "reason": "改版"}
    tries = [
        (MAP, "mapHeading", {**common, "format": "DOUYIN_WORKS", "heading": "获赞", "field": "likes"}),
        (REMOVE, "removeMapping", {**common, "format": "DOUYIN_WORKS", "heading": "获赞"}),
        (ADD, "addFormat", {**common, "key": "MINE", "title": "我的", "document": ""}),
        (DROP, "removeFormat", {**common, "key": "MINE"}),
        (AGAIN, "readUploadAgain", {"uploadId": sample}),
    ]
    for document, name, given in tries:
        assert (await ask(document, clerk, input=given))[name]["__typename"] == "NotAllowed", name
        answer = (await ask(document, other.organiser, input=given))[name]["__typename"]
        assert answer == ("NotFound" if name == "readUploadAgain" else "NotAllowed"), name
        if "contestId" in given:
            nowhere = {**given, "contestId": gid("Contest", new_id())}
            assert (await ask(document, place.organiser, input=nowhere))[name]["__typename"] == "NotFound", name
    for person in (clerk, other.organiser, None):
        assert (await ask(WAITING, person, contest=place.id))["waitingHeadings"] == []
    assert await database.fetchval("select count(*) from audit_entries where action <> 'UPLOAD_ACCEPTED'") == 0
    theirs = {**common, "key": "MINE", "title": "我的", "document": "", "sampleId": sample}
    mine = {**theirs, "contestId": other.id, "document": 'source = "WORKS"'}
    assert (await ask(ADD, other.organiser, input=mine))["addFormat"]["code"] == "INVALID_FORMAT"


async def test_a_refused_file_is_read_again_when_an_organiser_asks(ask: Ask, database: Pool, scorer: Scorer) -> None:
    place = await a_place(database, scorer)
    refused = await place.send(works(("甲", "不是时间", 1)))
    assert (await row(database, "uploads", refused))["state"] == "REFUSED"
    given = {"uploadId": gid("Upload", refused)}
    assert (await ask(AGAIN, place.organiser, input=given))["readUploadAgain"]["upload"]["state"] == "QUEUED"
    assert (await ask(AGAIN, place.organiser, input=given))["readUploadAgain"]["code"] == "UPLOAD_NOT_READABLE_AGAIN"
    await place.read_again()
    assert (await row(database, "uploads", refused))["state"] == "REFUSED"
    assert await codes(database, refused) == ["VALUE_NOT_UNDERSTOOD"]
    counted = await place.send(works(WORK))
    given = {"uploadId": gid("Upload", counted)}
    assert (await ask(AGAIN, place.organiser, input=given))["readUploadAgain"]["code"] == "UPLOAD_NOT_READABLE_AGAIN"


async def test_everybody_may_read_which_files_are_taken(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    formats = (await ask(FORMATS, contest=gid("Contest", contest.id)))["formats"]
    listed = next(each for each in formats if each["key"] == "DOUYIN_WORKS")
    assert (listed["title"], listed["kind"], listed["own"], listed["version"]) == (
        "抖音《作品列表》",
        "DOUYIN_WORKS",
        False,
        0,
    )
    assert {"heading": "播放量", "aliases": [], "field": "plays", "style": "count", "unit": "整数", "needed": True} in (
        listed["columns"]
    )
    assert all(column["unit"] != column["style"] for each in formats for column in each["columns"])
    assert (await ask(FORMATS, contest=gid("Contest", new_id())))["formats"] == []


async def test_whoever_sent_the_wrong_file_takes_it_back_while_it_waits(
    ask: Ask, database: Pool, scorer: Scorer
) -> None:
    place = await a_place(database, scorer)
    upload_id = await place.send(drifted(WORK))
    withdraw = "mutation ($input: WithdrawUploadInput!) { withdrawUpload(input: $input) { __typename } }"
    given = {"uploadId": gid("Upload", upload_id), "reason": "传错了"}
    done = (await ask(withdraw, place.organiser, input=given))["withdrawUpload"]["__typename"]
    assert done == "WithdrawUploadPayload"
    await do(scorer, upload_id)
    assert (await row(database, "uploads", upload_id))["state"] == "WITHDRAWN"
    assert (await ask(WAITING, place.organiser, contest=place.id))["waitingHeadings"] == []
