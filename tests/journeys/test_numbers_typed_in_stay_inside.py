"""ID and phone numbers that people type, that lists and papers hold and that files take out, are kept sealed alone."""

import asyncio
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from redis.asyncio import Redis

from services.cli.client import Client
from services.cli.instance import Instance
from services.cli.transfer import Parcel, send, wait_for
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from services.shared.vocabulary import EntryWay
from tests.api.conftest import gid
from tests.api.registering import ENTER, MEND, REGISTER, registering, typed, with_consent
from tests.api.reviewing import REVIEW
from tests.factories import AContest, a_contest
from tests.journeys.planted import GOOD, OTHER, PHONES, THIRD, WRONG, Answers, overheard, places, traces
from tests.journeys.test_personal_data_stays_inside import ask, instance  # noqa: F401  a fixture
from tests.people import a_window
from tests.scorer.documents.papers import pdf

VIEW = """mutation ($id: ID!) { viewDocument(input: {id: $id}) { ... on ViewDocumentPayload { url } } }"""
EXPORT = """mutation ($input: ExportCityListInput!) { exportCityList(input: $input) {
  ... on ExportCityListPayload { url people } ... on Error { code } } }"""
CSV = """mutation ($input: ExportMessagesInput!) { exportMessages(input: $input) {
  ... on ExportMessagesPayload { url messages } ... on Error { code } } }"""


@pytest.fixture
async def contest(database: Pool) -> AContest:
    made = await with_consent(await a_contest(database))
    await a_window(made, EntryWay.RECOMMENDED)
    await a_window(made, EntryWay.SELF_REGISTERED)
    return made


@pytest.fixture
async def client(instance: Instance) -> AsyncIterator[Client]:  # noqa: F811
    """The first organiser, signed in."""
    first = instance.organiser
    assert first is not None
    async with Client(instance.url) as visitor:
        token = (await visitor.mutate("SignIn", login=first.login, password=first.password))["token"]
    async with Client(instance.url, token) as signed:
        yield signed


async def come_in(client: Client, contest: AContest) -> dict[str, str]:
    """Good people and refused ones, mended well and badly; the ids of who is in, by name."""

    async def outcome(mutation: str, **given: Any) -> str:
        ((_, answer),) = (await ask(client, mutation, input=given)).items()
        code: str = answer.get("code", answer["__typename"])
        return code

    first = registering(contest, name="张三", idNumber=GOOD, phone=PHONES[0])
    async with Client(client.server) as visitor:
        visitor._http.event_hooks = client._http.event_hooks
        ((_, made),) = (await ask(visitor, REGISTER, input=first)).items()
        assert made["__typename"] == "RegisterContestantPayload"
        for change in ({"idNumber": WRONG}, {"phone": PHONES[2]}, {"name": "别人"}):
            ((_, answer),) = (await ask(visitor, REGISTER, input={**first, "login": "other", **change})).items()
            assert answer["__typename"] in ("InvalidInput", "Conflict")
    entered = typed(contest, name="李四", idNumber=OTHER, phone=PHONES[0])
    assert await outcome(ENTER, **entered) == "EnterContestantPayload"
    for change in ({"idNumber": WRONG}, {"phone": PHONES[2]}, {"idNumber": GOOD}):
        assert await outcome(ENTER, **{**typed(contest, phone=PHONES[1]), **change}) != "EnterContestantPayload"
    people = "query ($id: ID!) { contestants(contestId: $id) { nodes { id name } } }"
    found = (await ask(client, people, id=gid("Contest", contest.id)))["contestants"]["nodes"]
    ids: dict[str, str] = {one["name"]: one["id"] for one in found}
    who = ids["李四"]
    assert await outcome(MEND, contestantId=who, idNumber=THIRD, phone=PHONES[1]) == "MendContestantPayload"
    for change in ({"idNumber": WRONG}, {"phone": PHONES[2]}, {"idNumber": GOOD}):
        assert await outcome(MEND, contestantId=who, **change) != "MendContestantPayload"
    return ids


def has_ended(one: dict[str, Any]) -> bool:
    return one["state"] in ("DONE", "READY", "REFUSED")


async def a_list(client: Client, contest: AContest, folder: Path) -> None:
    """A list of people with three of the numbers and one that is wrong."""
    file = folder / "名单.csv"
    file.write_text("\n".join(["姓名,身份证号", f"张三,{GOOD}", f"赵六,{OTHER}", f"王五,{WRONG}"]), encoding="utf-8")
    contest_id = gid("Contest", contest.id)
    parcel = Parcel(file, file.name, kind="GIVEN_LIST")
    sent = await send(client, contest_id, parcel, lambda _: None, again=str(uuid4()))
    asked = {"contestId": contest_id, "uploadId": sent.upload["id"], "key": "training", "title": "培训名单"}
    made = await client.mutate("ImportGivenList", **asked)
    key = made["givenList"]["id"]
    ended = await wait_for(client, "GivenListStates", [key], has_ended, lambda _: None)
    assert (ended[key]["state"], ended[key]["people"]) == ("DONE", 2)


def papers() -> list[bytes]:
    """A PDF and a picture that say a number in clear."""
    comment, written = PngInfo(), io.BytesIO()
    comment.add_text("Comment", GOOD)
    Image.new("RGB", (60, 40)).save(written, "PNG", pnginfo=comment)
    return [pdf(1, lambda writer: writer.add_metadata({"/Title": OTHER})), written.getvalue()]


async def a_paper(client: Client, contestant: str, content: bytes, file: Path) -> None:
    """Sends a document and looks at it."""
    assert traces(content.decode("latin-1"))
    await asyncio.to_thread(file.write_bytes, content)
    given = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    made = await client.mutate("CreateDocument", purpose="ALIAS", contestantId=contestant, **given)
    key = made["document"]["id"]
    await client.put(made["putUrl"], made["putToken"], file, lambda _: None)
    ended = await wait_for(client, "Documents", [key], has_ended, lambda _: None)
    assert ended[key]["state"] == "READY"
    looked = await client.fetch((await ask(client, VIEW, id=key))["viewDocument"]["url"])
    assert looked[:4] == content[:4]


def sheets(book: bytes) -> str:
    """All that a workbook says."""
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        return "\n".join(opened.read(name).decode("latin-1") for name in opened.namelist())


async def taken_out(client: Client, contest: AContest, answers: Answers) -> None:
    """The city's form masked and whole, and the messages: numbers stand in the files that were asked for alone."""
    where = {"cityId": gid("City", contest.cities[0]), "divisionId": gid("Division", contest.divisions[0])}
    for reason in (None, "上报盖章"):
        made = (await ask(client, EXPORT, input={**where, "reason": reason}))["exportCityList"]
        assert made["people"] == 1
        book = sheets(await client.fetch(made["url"]))
        answers.pop()  # the file itself
        assert traces(book) == ([] if reason is None else sorted([THIRD, PHONES[1]]))
    asked = {"contestId": gid("Contest", contest.id), "reason": "短信通知", "format": "CSV"}
    made = (await ask(client, CSV, input=asked))["exportMessages"]
    assert set(traces((await client.fetch(made["url"])).decode())) == {PHONES[0], PHONES[1]}
    answers.pop()


async def test_numbers_that_are_typed_listed_or_on_paper_are_found_nowhere(
    client: Client, contest: AContest, database: Pool, redis: Redis, settings: Settings, tmp_path: Path
) -> None:
    answers, outside = Answers(), tmp_path / "outside"
    outside.mkdir()
    client._http.event_hooks["response"].append(answers.keep)
    async with overheard(redis) as heard:
        ids = await come_in(client, contest)
        await a_list(client, contest, outside)
        for number, content in enumerate(papers()):
            await a_paper(client, ids["张三"], content, outside / str(number))
            answers.pop()  # the paper as it was looked at
        await database.execute("update contestants set review_step = 'ORGANISER'")  # the city has looked
        reviewed = {"contestantIds": [ids["李四"]], "decision": "RETURNED", "reason": "照片不清楚"}
        review = (await ask(client, REVIEW, input=reviewed))["reviewEligibility"]
        assert review["__typename"] == "ReviewEligibilityPayload"
        await taken_out(client, contest, answers)
        await asyncio.sleep(0.5)  # the last news
    found = {"answers": "\n".join(answers), "heard": "\n".join(heard), **await places(database, redis, settings)}
    assert {name: traces(text) for name, text in found.items() if traces(text)} == {}
    names = {Path(name).name for name in found}
    assert {"api.log", "scorer.log"} <= names
    assert len([name for name in found if "/documents/" in name]) == len(papers())
    assert "照片不清楚" in found["answers"] + found["database"]
