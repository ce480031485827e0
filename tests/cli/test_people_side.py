"""What cities, organisers and contestants type about people: a happy path of each command against the API."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from services.cli.client import RefusedError
from services.cli.errors import CommandError
from services.shared.database.pool import Pool
from services.shared.vocabulary import Eligibility, ReviewStep, Role
from tests.api.registering import with_consent
from tests.cli.conftest import Typed
from tests.factories import PASSWORD, AContest, APerson, a_contest, a_person
from tests.people import a_contestant, a_phone, an_id_number
from tests.scorer.documents.papers import picture


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def clerk(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.jpg"
    path.write_bytes(picture())
    return path


async def answer(typed: Typed, who: APerson | None, *words: object) -> Any:
    """The one object of --json."""
    return json.loads(await typed(who, *words, "--json"))


async def test_somebody_registers_by_answering(typed: Typed, contest: AContest, database: Pool) -> None:
    with pytest.raises(CommandError, match="还没有公布报名同意书"):
        await typed(None, "register")
    await with_consent(contest)
    with pytest.raises(CommandError, match="未同意"):
        await typed(None, "register", text="n\n")
    answers = ["y", "张三", an_id_number(), a_phone(), "抖音:Zhang.San", "zhangsan", "武汉", "退役军人"]
    said = await typed(None, "register", "--json", text="\n".join(answers) + "\n")
    assert json.loads(said[said.index("{") :]) == {"contest": contest.id.hex, "number": 1, "login": "zhangsan"}
    row = await database.fetchrow(
        "select p.name, p.entry_way, p.consent_version, p.city_id, p.division_id, a.handle, u.login"
        " from contestants p join accounts a on a.contestant_id = p.id"
        " join grants g on g.contestant_id = p.id join users u on u.id = g.user_id"
    )
    assert tuple(row or ()) == (
        *("张三", "SELF_REGISTERED", "1", contest.cities[0], contest.divisions[1], "Zhang.San", "zhangsan"),
    )


async def test_somebody_registers_with_everything_given(typed: Typed, contest: AContest, database: Pool) -> None:
    await with_consent(contest)
    given = ["--name", "李四", "--id-number", an_id_number(), "--phone", a_phone(), "--account", "快手:lisi"]
    given += ["--city", "恩施", "--division", "trainee", "--login", "lisi", "--followers", "5"]
    with pytest.raises(RefusedError, match="同意"):
        await typed(None, "register", *given, "--agree", "0")
    assert await database.fetchval("select count(*) from contestants") == 0
    said = await typed(None, "register", *given, "--agree", "1")
    assert said == (
        "报名成功，您是 1 号选手，请等待资格审核。用 ./livecup sign-in lisi 登录查看。 / You are registered.\n"
    )


async def test_people_are_entered_listed_mended_and_leave(
    typed: Typed, contest: AContest, clerk: APerson, database: Pool
) -> None:
    numbers = ("--id-number", an_id_number(7), "--phone", "13912345678")
    where = ("--city", "武汉", "--division", "退役军人", "--account", "抖音:wangwu")
    more = ("--experience", "三年", "--followers", 12000, "--remark", "党员")
    assert await typed(clerk, "people", "enter", "王五", *where, *numbers, *more) == "已录入：1 号 王五\n"
    said = await typed(clerk, "people", "list", "--city", "恩施")
    assert said == "没有这样的选手，或不在您负责的范围。 / There are none that you may see.\n"
    (one,) = (await answer(typed, clerk, "people", "list", "--division", "退役军人"))["contestants"]
    found = one["number"], one["name"], one["account"]["handle"], one["eligibility"]
    assert found == (1, "王五", "wangwu", "PENDING")
    shown = await typed(clerk, "people", "show", 1)
    assert shown.startswith("1 号 王五：待市州审核\n")
    assert "推荐，账号 抖音 wangwu" in shown
    assert "粉丝数量 12000，直播经验 三年，备注 党员" in shown
    assert f"身份证号 4200**********{an_id_number(7)[-4:]}，手机号 139****5678" in shown
    assert await typed(clerk, "people", "mend", 1, "--name", "王六") == "已修改：1 号 王六\n"
    left = await answer(typed, clerk, "people", "withdraw", 1, "--reason", "本人原因")
    assert (left["number"], left["withdrawnAt"] is not None) == (1, True)
    assert "已退出" in await typed(clerk, "people", "list")


async def test_somebody_is_transferred_also_to_another_way(
    typed: Typed, contest: AContest, organiser: APerson, database: Pool
) -> None:
    await a_contestant(contest)
    moved = await answer(
        typed, organiser, "people", "transfer", 1, "--city", "恩施", "--way", "自主报名", "--reason", "报错"
    )
    assert (moved["city"]["name"], moved["entryWay"]) == ("恩施州", "SELF_REGISTERED")
    with pytest.raises(CommandError, match="没有报名方式"):
        await typed(organiser, "people", "transfer", 1, "--way", "x", "--reason", "报错")
    assert await typed(organiser, "people", "transfer", 1, "--way", "推荐", "--reason", "核对") == "已调整：1 号 张三\n"
    assert await database.fetchval("select entry_way from contestants") == "RECOMMENDED"


async def test_a_window_is_set(typed: Typed, contest: AContest, organiser: APerson) -> None:
    times = ("--opens", "2021-06-07T00:00", "--closes", "2021-07-02T00:00", "--reason", "通知")
    said = await typed(organiser, "window", "set", "推荐", *times)
    assert "推荐：2021-06-07 00:00 至 2021-07-02 00:00\n" in said
    windows = (await answer(typed, organiser, "window", "set", "自主报名", *times[2:]))["entryWindows"]
    assert [one["opensAt"] is None for one in windows] == [False, True]


async def test_a_double_entry_is_listed_and_decided(
    typed: Typed, contest: AContest, clerk: APerson, organiser: APerson
) -> None:
    person = await a_contestant(contest, city=1)
    where = ("--city", "武汉", "--division", "trainee", "--account", "抖音:other")
    with pytest.raises(RefusedError):
        await typed(clerk, "people", "enter", "张三", *where, "--id-number", person.id_number, "--phone", person.phone)
    (one,) = (await answer(typed, organiser, "double-entries", "list"))["doubleEntries"]
    assert (one["contestant"]["number"], one["city"]) == (1, {"name": "武汉市"})
    listed = (await typed(organiser, "double-entries", "list")).splitlines()
    assert "1 张三（恩施州 全媒体运营师学员）又报 武汉市" in listed[0]
    assert listed[1].split() == ["编号", one["id"]]
    assert "别处的选手又报 武汉市" in await typed(clerk, "double-entries", "list")
    said = await typed(organiser, "double-entries", "decide", one["id"], "--keep", "--reason", "原籍")
    assert said == "已保留原报名。\n"
    assert await answer(typed, organiser, "double-entries", "list") == {"doubleEntries": []}


async def test_people_are_reviewed(typed: Typed, contest: AContest, clerk: APerson, organiser: APerson) -> None:
    for _ in range(2):
        await a_contestant(contest)
    assert (await typed(clerk, "review", "approve", 1, 2)).endswith("已审核 2 人。\n")
    with pytest.raises(CommandError, match="没有作出任何决定"):
        await typed(organiser, "review", "approve", "--city", "武汉", text="n\n")
    with pytest.raises(RefusedError, match="没有作出任何决定"):
        await typed(organiser, "review", "approve", "--city", "武汉", "--people", 3)
    with pytest.raises(CommandError, match="没有等您审核的人"):
        await typed(clerk, "review", "approve", "--city", "武汉")
    done = (await answer(typed, organiser, "review", "approve", "--city", "武汉", "--people", 2))["contestants"]
    assert [(one["number"], one["eligibility"]) for one in done] == [(1, "APPROVED"), (2, "APPROVED")]
    log = await typed(organiser, "audit", "log", "--action", "资格认定", "--first", 1)
    assert "    资格认定：待审核 → 通过\n" in log
    again = ("review", "return", "--city", "武汉", "--approved", "--reason", "缺证明")
    assert (await typed(organiser, *again, text="y\n")).endswith("已审核 2 人。\n")
    shown = (await typed(clerk, "people", "show", 1)).splitlines()
    assert shown[0] == "1 号 张三：退回"
    assert [line.split(" ", 4)[-1] for line in shown[-3:]] == [
        f"市州审核（{clerk.login}）：通过",
        f"主办方审核（{organiser.login}）：通过",
        f"主办方审核（{organiser.login}）：退回，原因：缺证明",
    ]


@pytest.mark.usefixtures("working")
async def test_evidence_is_sent_listed_and_looked_at(
    typed: Typed, contest: AContest, clerk: APerson, database: Pool, paper: Path, tmp_path: Path
) -> None:
    wanted = [{"key": "certificate", "title": "培训证书", "kind": "DOCUMENT", "required": True}]
    await database.execute("update divisions set evidence = $1", wanted)
    await a_contestant(contest)
    assert await typed(clerk, "evidence", "send", 1, "certificate", paper) == "已收到：培训证书。\n"
    (piece,) = (await answer(typed, clerk, "evidence", "list", 1))["evidence"]
    assert (piece["given"], [one["state"] for one in piece["documents"]]) == (True, ["READY"])
    into = tmp_path / "seen.jpg"
    seen = await answer(typed, clerk, "evidence", "view", piece["documents"][0]["id"], into, "--reason", "核对")
    sent, got = [await asyncio.to_thread(path.read_bytes) for path in (paper, into)]
    assert (seen["size"], got) == (len(sent), sent)
    document = piece["documents"][0]["id"]
    assert await typed(clerk, "evidence", "delete", document, "--reason", "传错了") == "已删除。 / Deleted.\n"
    (piece,) = (await answer(typed, clerk, "evidence", "list", 1))["evidence"]
    assert piece["given"] is False
    assert await database.fetchval("select key_sealed is null and deleted_at is not null from documents") is True
    with pytest.raises(RefusedError):
        await typed(clerk, "evidence", "view", document, tmp_path / "again.jpg", "--reason", "核对")


@pytest.mark.usefixtures("working")
async def test_an_alias_is_asked_for_listed_and_decided(
    typed: Typed, contest: AContest, clerk: APerson, organiser: APerson, paper: Path
) -> None:
    await a_contestant(contest, eligibility=Eligibility.APPROVED, handle="old")
    assert (await typed(clerk, "alias", "list")) == "没有别名。 / No aliases.\n"
    asked = await answer(typed, clerk, "alias", "ask", 1, "New.Name", paper, "--reason", "平台改名")
    assert (asked["handle"], asked["state"], asked["platform"]) == ("New.Name", "ASKED", "DOUYIN")
    (one,) = (await answer(typed, organiser, "alias", "list", "--state", "待审核"))["aliases"]
    assert (one["id"], one["account"]["handle"], one["reason"]) == (asked["id"], "old", "平台改名")
    said = await typed(organiser, "alias", "decide", asked["id"], "--approve", "--reason", "核对")
    assert said == "New.Name：已通过\n"
    assert await answer(typed, organiser, "alias", "list", "--state", "ASKED") == {"aliases": []}
    said = await typed(clerk, "alias", "list")
    assert said == f"已通过：抖音 old → New.Name（平台改名），编号 {asked['id']}\n"


@pytest.mark.usefixtures("working")
async def test_a_list_is_submitted_exported_signed_and_opened_again(
    typed: Typed, contest: AContest, clerk: APerson, organiser: APerson, database: Pool, paper: Path, tmp_path: Path
) -> None:
    await a_contestant(contest, step=ReviewStep.ORGANISER)
    with pytest.raises(CommandError, match="没有已上报的名单"):
        await typed(clerk, "city", "sign", "武汉", paper)
    submitted = await answer(typed, clerk, "city", "submit", "武汉", "--people", 1)
    assert (submitted["number"], submitted["people"], submitted["state"]) == (1, 1, "SUBMITTED")
    said = await typed(clerk, "city", "status", "武汉")
    assert "还没有附盖章件。请导出打印、盖章后附上。\n     ./livecup city sign 武汉市 盖章件\n" in said
    form = tmp_path / "form.xlsx"
    exported = await answer(typed, clerk, "city", "export", "武汉", "trainee", "--submission", 1, "--out", form)
    assert exported == {"file": str(form), "people": 1, "whole": False}
    with pytest.raises(CommandError, match="不会覆盖"):
        await typed(clerk, "city", "export", "武汉", "trainee", "--out", form)
    rows = CalamineWorkbook.from_path(str(form)).get_sheet_by_index(0).to_python()
    assert [cell for row in rows for cell in row if cell == "张三"] == ["张三"]
    assert await typed(clerk, "city", "sign", "武汉", paper) == "盖章件已附到第 1 次上报的名单。 / Attached.\n"
    found = "select d.purpose, d.state from submissions s join documents d on d.id = s.signed_list_id"
    assert [tuple(one) for one in await database.fetch(found)] == [("SIGNED_LIST", "READY")]
    said = await typed(clerk, "city", "ask-change", "武汉", "--reason", "一人退出")
    assert said == "已向主办方申请修改，退回后即可修改。\n"
    (told,) = (await answer(typed, organiser, "inbox"))["messages"]
    assert told["text"] == "武汉市申请修改第 1 次上报的推荐名单。请查看原因，同意的话退回名单。"
    said = await typed(organiser, "city", "reopen", "武汉", "--reason", "同意")
    assert said == "第 1 次上报的名单已退回，市（州）可以修改。\n"
    with pytest.raises(CommandError, match="没有第 2 次上报"):
        await typed(clerk, "city", "sign", "武汉", paper, "--submission", 2)


@pytest.mark.usefixtures("working")
async def test_a_given_list_is_taken_in(typed: Typed, contest: AContest, organiser: APerson, tmp_path: Path) -> None:
    file = tmp_path / "名单.csv"
    file.write_text(f"姓名,身份证号\n甲,{an_id_number()}\n乙,{an_id_number()}\n", encoding="utf-8")
    said = await typed(organiser, "given-list", "import", file, "--key", "training", "--title", "培训名单")
    assert said == "培训名单：已完成，2 人。\n"
    (one,) = (await answer(typed, organiser, "given-list", "list"))["givenLists"]
    assert (one["key"], one["title"], one["people"], one["state"]) == ("training", "培训名单", 2, "DONE")


async def test_notices_are_published_listed_and_withdrawn(
    typed: Typed, contest: AContest, organiser: APerson, tmp_path: Path
) -> None:
    body = tmp_path / "notice.txt"
    body.write_text("报名开始。\n", encoding="utf-8")
    assert await typed(organiser, "notice", "publish", "报名通知", body) == "已发布第 1 号通知。 / Published.\n"
    shown = await typed(organiser, "notice", "show", 1)
    assert (shown.startswith("第 1 号　报名通知"), body.read_text(encoding="utf-8").strip() in shown) == (True, True)
    said = await typed(organiser, "notice", "withdraw", 1, "--reason", "日期有误")
    assert said == "已撤回第 1 号通知。 / Withdrawn.\n"
    (one,) = (await answer(typed, organiser, "notice", "list"))["notices"]
    assert (one["number"], one["title"], one["withdrawnReason"]) == (1, "报名通知", "日期有误")


async def test_messages_are_read_once_and_seen_by_organisers(
    typed: Typed, contest: AContest, clerk: APerson, organiser: APerson
) -> None:
    await a_contestant(contest)
    await typed(clerk, "people", "withdraw", 1, "--reason", "本人原因")
    told = "1 号选手已退出比赛，名额已空出。"
    found = await answer(typed, clerk, "inbox", "--keep-unread")
    assert (found["unread"], [one["text"] for one in found["messages"]]) == (1, [told])
    assert told in await typed(clerk, "inbox")
    assert await typed(clerk, "inbox", "--unread") == "没有消息。 / No messages.\n"
    sent = {one["code"]: one for one in (await answer(typed, organiser, "messages", "list"))["messages"]}
    assert sorted(sent) == ["CONTESTANT_LEFT", "YOU_WERE_WITHDRAWN"]
    assert sent["CONTESTANT_LEFT"]["city"] == {"name": "武汉市"}
    assert [[one["name"] for one in sent[code]["readings"]] for code in sorted(sent)] == [[clerk.login], []]


async def test_the_record_is_read(typed: Typed, contest: AContest, clerk: APerson, organiser: APerson) -> None:
    await a_contestant(contest)
    await typed(clerk, "people", "withdraw", 1, "--reason", "本人原因")
    found = await answer(typed, organiser, "audit", "log", "--city", "武汉", "--action", "WITHDRAW_CONTESTANT")
    assert found["totalCount"] == 1
    assert [(one["login"], one["reason"]) for one in found["entries"]] == [(clerk.login, "本人原因")]
    assert (await typed(organiser, "audit", "log")).endswith("共 1 条\n")
    in_words = await typed(organiser, "audit", "log", "--action", "选手退出", "--contestant", 1)
    assert f"选手退出  1 张三（武汉市）  {clerk.login}\n    已退出：否 → 是\n    原因：本人原因\n" in in_words
    with pytest.raises(CommandError, match="没有操作“退”"):
        await typed(organiser, "audit", "log", "--action", "退")
    head = await answer(typed, organiser, "audit", "head")
    assert (head["position"], head["waiting"], head["head"]) == (0, 1, f"0:{head['digest']}")
    assert "已封存 0 条，待封存 1 条。" in await typed(organiser, "audit", "head")


async def test_somebody_is_mended_when_there_is_something_to_mend(
    typed: Typed, contest: AContest, clerk: APerson, database: Pool
) -> None:
    await a_contestant(contest, eligibility=Eligibility.RETURNED)
    with pytest.raises(CommandError, match="--again"):
        await typed(clerk, "people", "mend", 1)
    said = await typed(clerk, "people", "mend", 1, "--name", "张三")
    assert said == "没有变更，所填与现有信息相同：1 号 张三\n"
    assert await database.fetchval("select eligibility from contestants") == "RETURNED"
    await typed(clerk, "people", "mend", 1, "--again")
    assert await database.fetchval("select eligibility from contestants") == "PENDING"


async def test_who_lost_the_password_gets_a_link(
    typed: Typed, contest: AContest, clerk: APerson, organiser: APerson, database: Pool
) -> None:
    made = await answer(typed, organiser, "invite", "renew", clerk.login, "--reason", "忘记密码")
    assert made["invitation"]["state"] == "OPEN"
    assert made["link"].endswith(made["invitationCode"])
    assert await database.fetchval("select user_id from invitations") == clerk.user_id
    assert json.loads(await typed(None, "accept", made["link"], "--json"))["login"] == clerk.login
    with pytest.raises(CommandError, match="没有登录名"):
        await typed(organiser, "invite", "renew", "nobody", "--reason", "忘记密码")


async def test_what_waits_for_organisers_is_listed_by_city(
    typed: Typed, contest: AContest, clerk: APerson, organiser: APerson, database: Pool
) -> None:
    assert await answer(typed, organiser, "waiting") == {"waiting": []}
    there = await a_contestant(contest, city=1, step=ReviewStep.ORGANISER)
    await a_contestant(contest, step=ReviewStep.ORGANISER)
    await typed(clerk, "city", "submit", "武汉", "--people", 1)
    await typed(clerk, "city", "ask-change", "武汉", "--reason", "一人退出")
    await database.execute(
        "insert into double_entries (id, contest_id, contestant_id, city_id, division_id, entry_way)"
        " values (gen_random_uuid(), $1, $2, $3, $4, 'SELF_REGISTERED')",
        *(contest.id, there.id, contest.cities[1], contest.divisions[0]),
    )
    await database.execute(
        "insert into uid_claims (id, contest_id, account_id, platform, uid, reason, state)"
        " select gen_random_uuid(), $1, id, platform, '7592', '后台截图', 'ASKED'"
        " from accounts where contestant_id = $2",
        *(contest.id, there.id),
    )
    found = (await answer(typed, organiser, "waiting"))["waiting"]
    assert [(one["city"]["name"], one["what"]["code"], one["count"], one["reason"]) for one in found] == [
        ("武汉市", "WAITING_LIST_CHANGE", 1, "一人退出"),
        ("武汉市", "WAITING_REVIEW", 1, ""),
        ("恩施州", "WAITING_REVIEW", 1, ""),
        ("恩施州", "WAITING_DOUBLE_ENTRY", 1, ""),
        ("恩施州", "WAITING_UID_CLAIM", 1, "后台截图"),
    ]
    said = await typed(organiser, "waiting")
    assert said.startswith("武汉市\n  申请修改已上报的推荐名单。原因：一人退出（")
    assert "    ./livecup review approve --city 恩施州\n" in said
    assert await answer(typed, clerk, "waiting") == {"waiting": []}
    assert "./livecup city status" in await typed(clerk, "waiting")
    await typed(organiser, "city", "reopen", "武汉", "--reason", "同意")
    left = (await answer(typed, organiser, "waiting"))["waiting"]
    assert "WAITING_LIST_CHANGE" not in {one["what"]["code"] for one in left}


async def test_an_identity_is_asked_for_and_parted(
    typed: Typed, clerk: APerson, database: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVECUP_PASSWORD", PASSWORD)
    assert await typed(clerk, "user", "identity", "list") == "没有关联统一登录账号。 / None is linked.\n"
    with pytest.raises(RefusedError, match="统一登录"):
        await typed(clerk, "user", "identity", "link")
    await database.execute(
        "insert into identities (issuer, subject, user_id) values ('https://sso.test', 'one', $1)", clerk.user_id
    )
    assert (await typed(clerk, "user", "identity", "list")).startswith("https://sso.test，")
    assert await answer(typed, clerk, "user", "identity", "unlink") == {"identities": 1}
    assert await database.fetchval("select count(*) from identities") == 0
