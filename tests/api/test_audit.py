"""The record of who did what: what is in it, who reads it, and that nothing goes by unrecorded."""

import logging
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from services.api import decided
from services.scorer.audit.seal import head_of, seal
from services.shared.audit.actions import Action
from services.shared.audit.store import HIDDEN, Actor, Entry, record
from services.shared.beijing import BEIJING
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid, post
from tests.factories import PASSWORD, AContest, APerson, a_contest, a_person, a_scored_run, an_account

LOG = """query ($contest: ID, $filter: AuditFilter, $first: Int! = 50, $after: String) {
  auditLog(contestId: $contest, filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { id at login name address action words subjectType subjectId changes { field before after } reason
            position digest } } }"""
HEAD = "{ auditHead { position digest sealedAt waiting } }"
ADOPT = """mutation ($run: ID!) { adoptRun(input: {runId: $run, reason: "数据已齐"}) { __typename } }"""


async def _write(database: Pool, *entries: Entry, actor: Actor | None = None) -> None:
    async with database.acquire() as connection, connection.transaction():
        await record(connection, actor or Actor(None, "scorer"), *entries)


def _about(contest: AContest, reason: str, **fields: Any) -> Entry:
    return Entry(Action.ADOPT_RUN, "Round", contest.round_id, contest.id, reason=reason, **fields)


async def _reasons(ask: Ask, person: APerson | None, **variables: Any) -> list[str]:
    log = (await ask(LOG, person, **variables))["auditLog"]
    assert log["totalCount"] == len(log["nodes"])
    return [entry["reason"] for entry in log["nodes"]]


async def test_what_changed_is_said_in_words(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    changes = {
        "review_step": ("CITY", "ORGANISER"),
        "opens_at": (None, "2021-06-06T16:00:00+00:00"),
        "dryRun": (None, True),
        "reserve": (["1", "2"], None),
        "sha256": (None, "ab" * 32),
        "title": (None, "Open"),
    }
    await _write(database, _about(contest, "一", city_id=contest.cities[0], changes=changes))
    asked = "{ auditLog { nodes { subjectWords city { name } contestant { number } changes { words } } } }"
    (entry,) = (await ask(asked, organiser))["auditLog"]["nodes"]
    said = [change["words"] for change in entry.pop("changes")]
    assert entry == {"subjectWords": "轮次", "city": {"name": "武汉市"}, "contestant": None}
    assert said == [
        *("仅检查：是", "开始：2021-06-07 00:00", "候补：1、2 → -", "待审环节：市州 → 主办方"),
        *("摘要：abababababab…", "标题：Open"),
    ]
    english = (await ask("{ auditLog { nodes { changes { words(language: EN) } } } }", organiser))["auditLog"]["nodes"]
    assert english[0]["changes"][3] == {"words": "whose turn: city → organiser"}


async def test_who_and_where_is_meant_is_said_by_name(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    await database.execute("update users set name = '周领队' where id = $1", leader.user_id)
    gone = new_id()
    changes = {
        "city_id": (str(contest.cities[0]), str(contest.cities[1])),
        "division_id": (str(gone), str(contest.divisions[0])),
        "leader": (None, str(leader.user_id)),
        "title": (None, str(contest.cities[0])),
    }
    await _write(database, _about(contest, "一", changes=changes))
    (entry,) = (await ask("{ auditLog { nodes { changes { before words } } } }", organiser))["auditLog"]["nodes"]
    division = await database.fetchval("select name from divisions where id = $1", contest.divisions[0])
    names = [await database.fetchval("select name from cities where id = $1", city) for city in contest.cities]
    assert [change["words"] for change in entry["changes"]] == [
        f"市州：{names[0]} → {names[1]}",
        f"组别：{gone} → {division}",
        "领队：周领队",
        f"标题：{contest.cities[0]}",
    ]
    assert entry["changes"][0]["before"] == str(contest.cities[0])  # as it is kept and sealed


async def test_an_entry_says_everything(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    run = await a_scored_run(contest, [await an_account(contest, "mine")])
    organiser = await a_person(database, Role.ORGANISER, contest)
    assert await ask(ADOPT, organiser, run=gid("ScoringRun", run)) == {"adoptRun": {"__typename": "AdoptRunPayload"}}
    (entry,) = (await ask(LOG, organiser))["auditLog"]["nodes"]
    assert (entry["position"], entry["digest"]) == (None, None)
    await seal(database)
    (entry,) = (await ask(LOG, organiser))["auditLog"]["nodes"]
    head = await head_of(database)
    row = await database.fetchrow("select * from audit_entries")
    assert row is not None
    assert entry == {
        "id": gid("AuditEntry", row["id"]),
        "at": row["at"].astimezone(BEIJING).isoformat(),
        "login": organiser.login,
        "name": organiser.login,
        "address": row["address"],
        "action": "ADOPT_RUN",
        "words": "采用核算结果",
        "subjectType": "Round",
        "subjectId": gid("Round", contest.round_id),
        "changes": [{"field": "adoptedRun", "before": None, "after": str(run)}],
        "reason": "数据已齐",
        "position": 1,
        "digest": head.digest.hex(),
    }


async def test_repeating_what_is_done_already_records_nothing_more(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    run = await a_scored_run(contest, [await an_account(contest, "mine")])
    organiser = await a_person(database, Role.ORGANISER, contest)
    for _ in range(2):
        await ask(ADOPT, organiser, run=gid("ScoringRun", run))
    assert await _reasons(ask, organiser) == ["数据已齐"]


async def test_values_that_are_no_text_are_shown_as_json(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    auditor = await a_person(database, Role.AUDITOR, contest)
    changes: Any = {"b": (1, True), "a": (["甲", "乙"], "丙"), "phone": (HIDDEN, HIDDEN)}
    await _write(database, _about(contest, "", changes=changes))
    (entry,) = (await ask(LOG, auditor))["auditLog"]["nodes"]
    assert entry["changes"] == [
        {"field": "a", "before": '["甲","乙"]', "after": "丙"},
        {"field": "b", "before": "1", "after": "true"},
        {"field": "phone", "before": "***", "after": "***"},
    ]


async def test_who_reads_the_record(ask: Ask, database: Pool) -> None:
    contest, other = await a_contest(database), await a_contest(database)
    account = await an_account(contest, "mine")
    await _write(database, _about(contest, "here"), _about(other, "there"), Entry(Action.SIGN_IN, "User", None))
    city = contest.cities[0]
    people = {
        "organiser": await a_person(database, Role.ORGANISER, contest),
        "auditor": await a_person(database, Role.AUDITOR, contest),
        "of all": await a_person(database, Role.AUDITOR),
        "judge": await a_person(database, Role.JUDGE, contest),
        "leader": await a_person(database, Role.CITY_LEADER, contest, city=city),
        "clerk": await a_person(database, Role.CITY_CLERK, contest, city=city),
        "contestant": await a_person(database, Role.CONTESTANT, contest, contestant=account.contestant_id),
        "nobody": None,
    }
    seen = {name: await _reasons(ask, person) for name, person in people.items()}
    nothing: dict[str, list[str]] = {name: [] for name in ("judge", "leader", "clerk", "contestant", "nobody")}
    assert seen == {"organiser": ["here"], "auditor": ["here"], "of all": ["", "there", "here"], **nothing}
    heads = {name for name, person in people.items() if (await ask(HEAD, person))["auditHead"]}
    assert heads == {"organiser", "auditor", "of all"}
    of_other = {name: await _reasons(ask, person, contest=gid("Contest", other.id)) for name, person in people.items()}
    assert {name for name, reasons in of_other.items() if reasons} == {"of all"}


async def test_the_head_says_how_many_wait(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    empty = {"position": 0, "digest": "0" * 64, "sealedAt": None, "waiting": 0}
    assert await ask(HEAD, organiser) == {"auditHead": empty}
    await _write(database, _about(contest, "一"))
    await seal(database)
    await _write(database, _about(contest, "二"), _about(contest, "三"))
    head = (await ask(HEAD, organiser))["auditHead"]
    assert f"{head['position']}:{head['digest']}" == str(await head_of(database))
    assert head["waiting"] == 2
    assert head["sealedAt"].endswith("+08:00")


async def test_the_record_is_filtered_and_read_page_by_page(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    person, city, other = new_id(), contest.cities[0], contest.cities[1]
    by = Actor(organiser.user_id, organiser.login, "192.0.2.9")
    await _write(database, _about(contest, "一", city_id=city, contestant_id=person), _about(contest, "二"), actor=by)
    await _write(
        database, Entry(Action.UPDATE_RULES, "Rules", contest.rules_id, contest.id, other, changes={"x": ("旧", "新")})
    )
    at = await database.fetchval("select max(at) from audit_entries")

    async def found(**only: str) -> list[str]:
        return await _reasons(ask, organiser, filter=only)

    assert await found() == ["", "二", "一"]
    assert await found(userId=gid("User", organiser.user_id)) == ["二", "一"]
    assert await found(action="UPDATE_RULES") == [""]
    assert await found(subjectId=gid("Round", contest.round_id)) == ["二", "一"]
    assert await found(cityId=gid("City", city)) == ["一"]
    assert await found(contestantId=gid("Contestant", person)) == ["一"]
    assert await found(**{"from": at.isoformat()}) == [""]
    assert await found(to=at.isoformat()) == ["二", "一"]
    assert await found(to=(at - timedelta(days=1)).isoformat()) == []
    assert await found(search="192.0.2.9") == ["二", "一"]
    assert await found(search="旧") == [""]
    assert await found(search="二", action="UPDATE_RULES") == []
    assert await found(cityId="nonsense") == []
    first = (await ask(LOG, organiser, first=2))["auditLog"]
    assert ([each["reason"] for each in first["nodes"]], first["totalCount"]) == (["", "二"], 3)
    last = (await ask(LOG, organiser, first=2, after=first["pageInfo"]["endCursor"]))["auditLog"]
    assert [each["reason"] for each in last["nodes"]] == ["一"]


SIGN_IN = "mutation ($input: SignInInput!) { signIn(input: $input) { __typename ... on SignInPayload { token } } }"


async def test_signing_in_and_out_is_recorded_under_who_did_it(
    client: httpx.AsyncClient, ask: Ask, database: Pool
) -> None:
    person = await a_person(database)
    answer = await ask(SIGN_IN, None, input={"login": person.login, "password": PASSWORD})
    await client.post(
        "/graphql",
        json={"query": "mutation { signOut { signedOut } }"},
        headers={"authorization": f"Bearer {answer['signIn']['token']}"},
    )
    rows = await database.fetch("select action, user_id, login, subject_id from audit_entries order by id")
    assert [tuple(row) for row in rows] == [
        (action, person.user_id, person.login, person.user_id) for action in ("SIGN_IN", "SIGN_OUT")
    ]


async def test_a_mutation_that_forgets_the_record_is_found_out(
    client: httpx.AsyncClient, database: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    contest = await a_contest(database)
    run = await a_scored_run(contest, [await an_account(contest, "mine")])
    organiser = await a_person(database, Role.ORGANISER, contest)

    async def forgetful(*_: object) -> None:
        pass

    monkeypatch.setattr("services.api.context.Context.record", forgetful)
    answer = (await post(client, ADOPT, organiser, run=gid("ScoringRun", run))).json()
    assert answer["errors"][0]["extensions"]["code"] == "UNEXPECTED"
    monkeypatch.setattr(decided, "UNRECORDED", frozenset({"adoptRun"}))
    assert "errors" not in (await post(client, ADOPT, organiser, run=gid("ScoringRun", run))).json()


async def test_in_earnest_it_is_logged_and_nobody_is_stopped(
    app: Starlette,
    client: httpx.AsyncClient,
    database: Pool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    contest = await a_contest(database)
    run = await a_scored_run(contest, [await an_account(contest, "mine")])
    organiser = await a_person(database, Role.ORGANISER, contest)

    async def forgetful(*_: object) -> None:
        pass

    monkeypatch.setattr("services.api.context.Context.record", forgetful)
    monkeypatch.setitem(app.state.resources.settings.__dict__, "env", "production")
    with caplog.at_level(logging.ERROR, "services.api.decided"):
        answer = (await post(client, ADOPT, organiser, run=gid("ScoringRun", run))).json()
    assert answer == {"data": {"adoptRun": {"__typename": "AdoptRunPayload"}}}
    assert caplog.messages == ["adoptRun has not written to the audit"]


@pytest.mark.parametrize("subject", ["Contestant", "Account", "AccountAlias", "DoubleEntry", "Upload"])
@pytest.mark.parametrize("name", ["name", "handle", "uid", "experience", "remark"])
def test_who_somebody_is_cannot_be_recorded_in_clear(subject: str, name: str) -> None:
    for pair in (("张三", HIDDEN), (HIDDEN, "张三"), (None, "张三")):
        with pytest.raises(ValueError, match=name):
            Entry(Action.MEND_CONTESTANT, subject, None, changes={name: pair})
    hidden: Any = {name: (None, HIDDEN)}
    assert Entry(Action.MEND_CONTESTANT, subject, None, changes=hidden).changes == hidden


def test_an_officials_name_may_stand_there() -> None:
    named: Any = {"name": ("王五", "王五一")}
    assert Entry(Action.CREATE_USER, "User", None, changes=named).changes == named


@pytest.mark.parametrize("name", ["id_number", "phone", "password", "assistant", "assistant_phone"])
def test_a_personal_value_cannot_be_recorded_in_clear(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Entry(Action.CREATE_USER, "User", None, changes={name: (None, "42010619900101123X")})
