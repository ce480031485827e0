"""How the demo's people come to be approved, or not: clerks review and submit, organisers decide."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.cli.client import Client, RefusedError
from services.cli.demo_cast import Cast, Official
from services.cli.demo_files import DemoFiles
from services.cli.documents import send_document
from services.cli.errors import CommandError
from services.cli.review import people_there
from services.cli.transfer import each
from services.sample.story import LATE, Beside, Fate, Other
from services.shared.passwords import new_password
from services.shared.vocabulary import ReviewStep


@dataclass(frozen=True, slots=True)
class Scene:
    """What every step of the reviews goes by."""

    cast: Cast
    contest: dict[str, Any]
    files: DemoFiles
    beside: Beside

    def place(self, city: str, division: str) -> dict[str, str]:
        """The ids of a city and a division, as mutations take them."""
        by_name = {one["name"]: one["id"] for one in self.contest["cities"]}
        by_key = {one["key"]: one["id"] for one in self.contest["divisions"]}
        return {"cityId": by_name[city], "divisionId": by_key[division]}


async def review(scene: Scene) -> None:
    """Everybody of the rosters is approved; the others end where story.toml wants them."""
    await _before_the_lists(scene)
    await each(scene.cast.clerks.values(), lambda clerk: _submit(scene, clerk))
    await _self_registered(scene)
    undertaker = scene.cast.organisers["UNDERTAKER"].client
    for city in scene.contest["cities"]:
        wanted = {"cityId": city["id"], "waitingAt": ReviewStep.ORGANISER}
        seen = len(await people_there(undertaker, scene.contest["id"], wanted))
        await undertaker.mutate("ReviewPeople", cityId=city["id"], expectedPeople=seen, decision="APPROVED")
    await _late(scene)


async def hand_in_evidence(scene: Scene, contestant: Official, who: dict[str, Any]) -> None:
    """A contestant sends what shows who they are; once it is checked, their clerk looks at it."""
    told = scene.beside.contestant
    given = {"contestantId": who["id"], "evidenceKey": told.evidence_key}
    document_id = await _send(contestant.client, scene.files.certificate, purpose="EVIDENCE", **given)
    clerk = scene.cast.clerks[told.city].client
    seen = await clerk.fetch((await clerk.mutate("ViewDocument", id=document_id, reason="资格审核"))["url"])
    if seen != scene.files.certificate.read_bytes():
        raise CommandError("取回的材料与上传的不同。 / The document came back changed.")


async def ask_alias(scene: Scene, contestant: Official, who: dict[str, Any]) -> None:
    """They tell that the platform gave their account another name; that waits for the organiser."""
    told, client = scene.beside.contestant, contestant.client
    document_id = await _send(client, scene.files.screenshot, purpose="ALIAS", contestantId=who["id"])
    given = {"accountId": who["account"]["id"], "handle": told.renamed, "reason": told.reason}
    await client.mutate("AskAlias", **given, documentId=document_id)


async def _send(client: Client, path: Path, **what: str) -> str:
    """The id of a document that was sent, checked and found good."""
    document = await send_document(client, path, **what)
    if document["problem"] is not None:
        raise CommandError(f"{path.name}：{document['problem']['message']}")
    document_id: str = document["id"]
    return document_id


async def _before_the_lists(scene: Scene) -> None:
    """Somebody is entered and leaves again; somebody is entered whom another city has recommended."""
    for other in scene.beside.others:
        if other.fate is Fate.WITHDRAWN:
            contestant_id = await _enter(scene, other)
            clerk = scene.cast.clerks[other.city].client
            await clerk.mutate("WithdrawContestant", contestantId=contestant_id, reason=other.reason)
    double = scene.beside.double
    person = next(one for one in scene.files.sample.people if one.city == double.first)
    try:
        await scene.cast.clerks[double.second].client.mutate(
            "EnterContestant",
            **scene.place(double.second, double.division),
            name=person.name,
            idNumber=person.id_number,
            phone=person.phone,
            platform=person.platform.value,
            handle=person.handle,
        )
    except RefusedError as refused:
        if refused.code != "ID_NUMBER_REGISTERED":
            raise
    else:
        raise CommandError(f"{person.name}被录入了两次。 / Somebody is in twice.")


async def _submit(scene: Scene, clerk: Official) -> None:
    """The city's clerk approves everybody who waits there, and submits the list."""
    assert clerk.city is not None  # noqa: S101  clerks are of a city
    people = Counter(one.city for one in scene.files.sample.people)[clerk.city["name"]]
    await clerk.client.mutate("ReviewPeople", cityId=clerk.city["id"], expectedPeople=people, decision="APPROVED")
    await clerk.client.mutate("SubmitCityList", cityId=clerk.city["id"], expectedPeople=people)


async def _self_registered(scene: Scene) -> None:
    async with Client(scene.cast.first.server) as visitor:
        consent = (await visitor.query("Consent", slug=scene.contest["slug"]))["contest"]["consent"]
        for other in scene.beside.others:
            if other.fate is Fate.SELF_REGISTERED:
                place = scene.place(other.city, other.division)
                told = {"consentVersion": consent["version"], "login": "self", "password": new_password()}
                await visitor.mutate("RegisterContestant", **place, **other.as_input(), **told)


async def _late(scene: Scene) -> None:
    """A submitted list is asked for, opened, added to and submitted again; then the organiser decides."""
    told, host = scene.beside.late, scene.cast.organisers["HOST"].client
    clerk = scene.cast.clerks[told.city]
    assert clerk.city is not None  # noqa: S101  clerks are of a city
    await clerk.client.mutate("AskListChange", cityId=clerk.city["id"], reason=told.asked)
    await host.mutate("ReopenCityList", cityId=clerk.city["id"], reason=told.reopened)
    late = [one for one in scene.beside.others if one.fate in LATE]
    ids = {one.number: await _enter(scene, one) for one in late}
    await clerk.client.mutate("ReviewPeople", contestantIds=list(ids.values()), decision="APPROVED")
    await clerk.client.mutate("SubmitCityList", cityId=clerk.city["id"])
    for one in late:
        if one.fate is not Fate.WAITING:
            given = {"contestantIds": [ids[one.number]], "decision": one.fate.value, "reason": one.reason}
            await host.mutate("ReviewPeople", **given)


async def _enter(scene: Scene, other: Other) -> str:
    """The id of somebody whom their city's clerk enters."""
    clerk = scene.cast.clerks[other.city].client
    entered = await clerk.mutate("EnterContestant", **scene.place(other.city, other.division), **other.as_input())
    contestant_id: str = entered["contestant"]["id"]
    return contestant_id
