"""Erasing a person's data at their request: what goes, what stays under a mask, and who may."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Eligibility, Role
from tests.api.conftest import Ask, gid
from tests.api.test_personal_data import entries, reveal
from tests.factories import RULES, AContest, APerson, a_comparison, a_contest, a_person, a_run, a_scored_run
from tests.kept import keys, put
from tests.people import AContestant, a_contestant

ERASE = """mutation ($input: EraseContestantInput!) { eraseContestant(input: $input) { __typename
  ... on EraseContestantPayload { documents files contestant { number name idNumber phone erasedAt experience remark
    account { handle uid } } } ... on InvalidInput { field } ... on Error { code } } }"""


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def someone(contest: AContest) -> AContestant:
    return await a_contestant(contest)


async def erase(ask: Ask, person: APerson | None, who: UUID, reason: str = "本人 11 月 3 日来信要求") -> Any:
    given = {"contestantId": gid("Contestant", who), "reason": reason}
    return (await ask(ERASE, person, input=given))["eraseContestant"]


async def a_printed_line(contest: AContest, someone: AContestant) -> None:
    """They stand on a list that was submitted."""
    submission = new_id()
    await contest.pool.execute(
        "insert into submissions (id, contest_id, city_id, number, state, sha256, people)"
        " values ($1, $2, $3, 1, 'SUBMITTED', '', 1)",
        *(submission, contest.id, contest.cities[0]),
    )
    await contest.pool.execute(
        "insert into submission_lines (submission_id, division_id, position, contestant_id, printed_sealed)"
        " values ($1, $2, 1, $3, 'sealed')",
        *(submission, contest.divisions[0], someone.id),
    )


async def test_an_erased_person_is_gone_but_for_the_mask(ask: Ask, database: Pool, contest: AContest) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    someone = await a_contestant(contest, "欧阳小明", eligibility=Eligibility.APPROVED, handle="zy_ouyang")
    user = await a_person(database, Role.CONTESTANT, contest, contestant=someone.id)
    await database.execute(
        "update contestants set experience = '优秀主播', remark = '联系人欧阳' where id = $1", someone.id
    )
    await database.execute("update accounts set uid = 'uid-777-xyz' where id = $1", someone.account_id)
    await database.execute(
        "insert into uid_claims (id, contest_id, account_id, platform, uid, reason, state)"
        " values ($1, $2, $3, 'DOUYIN', 'uid-777-xyz', '欧阳小明的截图', 'APPROVED')",
        *(new_id(), contest.id, someone.account_id),
    )
    await database.execute(
        "insert into links (id, contest_id, contestant_id, kind, title, url)"
        " values ($1, $2, $3, 'WORK', '欧阳的橙子', 'https://www.douyin.com/user/zy_ouyang')",
        *(new_id(), contest.id, someone.id),
    )
    await database.execute(
        "insert into flags (id, contest_id, contestant_id, code, about, state, reason, conclusion)"
        " values ($1, $2, $3, 'RAISED_BY_A_PERSON', 'x', 'EXPLAINED', '欧阳的播放量', '欧阳已说明')",
        *(new_id(), contest.id, someone.id),
    )
    await written_by_judges(contest, someone, organiser)
    await a_printed_line(contest, someone)
    answer = await erase(ask, organiser, someone.id)
    assert answer["contestant"].pop("erasedAt") is not None
    assert answer == {
        "__typename": "EraseContestantPayload",
        "documents": 0,
        "files": 0,
        "contestant": {
            "number": someone.number,
            "name": "欧**",
            "idNumber": None,
            "phone": None,
            "experience": "",
            "remark": "",
            "account": {"handle": "z**", "uid": None},
        },
    }
    row = await database.fetchrow("select * from contestants")
    assert row is not None
    assert (row["id_number_sealed"], row["phone_sealed"], row["withdrawn_at"] is not None) == (b"", b"", True)
    assert await database.fetchval("select until_at is not null and handle_sealed is null from approvals") is True
    assert await database.fetchval("select count(*) from submission_lines where printed_sealed is null") == 1
    gone = await database.fetchrow("select * from users where id = $1", user.user_id)
    assert gone is not None
    assert (gone["name"], gone["password_hash"], gone["disabled_at"] is not None) == ("欧**", None, True)
    assert await database.fetchval("select count(*) from sessions where user_id = $1", user.user_id) == 0
    kept = ("zy_ouyang", "欧阳", "uid-777-xyz", user.login)
    of_people = ("contestants", "accounts", "uid_claims", "approvals", "users", "messages", "links", "flags")
    for table in (*of_people, "penalties", "jury_recusals", "jury_marks"):
        text = await database.fetchval(f"select coalesce(string_agg(t::text, ' '), '') from {table} t")
        assert [value for value in kept if value in text] == [], table
    assert [entry[:4] for entry in await entries(database)] == [
        ("ERASE_CONTESTANT", organiser.login, someone.id, "本人 11 月 3 日来信要求")
    ]
    assert await database.fetchval("select code from messages where city_id = $1", contest.cities[0]) == (
        "PERSON_ERASED_OF_CITY"
    )


async def written_by_judges(contest: AContest, someone: AContestant, judge: APerson) -> None:
    """A penalty, a mark and a recusal, whose reasons name them."""
    pool, who = contest.pool, (contest.id, someone.id)
    await pool.execute(
        "insert into penalties (id, contest_id, contestant_id, round_id, kind, reason, revoked_at, revoked_reason)"
        " values ($1, $2, $3, $4, 'ZERO', '欧阳刷量', now(), '欧阳已说明')",
        *(new_id(), *who, contest.round_id),
    )
    await pool.execute(
        "insert into jury_recusals (id, contest_id, contestant_id, judge_id, reason)"
        " values ($1, $2, $3, $4, '欧阳之兄')",
        *(new_id(), *who, judge.user_id),
    )
    await pool.execute(
        "insert into jury_marks (id, contest_id, contestant_id, panel_id, judge_id, given_by, criteria, reason)"
        " values ($1, $2, $3, $1, $4, $4, '{}', '欧阳的评分表')",
        *(new_id(), *who, judge.user_id),
    )


async def test_what_lay_in_files_goes_with_the_person(ask: Ask, app: Any, database: Pool, contest: AContest) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    someone, other = await a_contestant(contest, "张三丰"), await a_contestant(contest, "李四")
    files = app.state.resources.files
    uploads, document, invitation = sorted([new_id(), new_id()]), new_id(), new_id()
    for upload, whose in zip(uploads, (someone, other), strict=True):
        await database.execute(
            "insert into uploads (id, contest_id, name, size, sha256, state, account_id, exported_at,"
            " exported_at_stated) values ($1, $2, '张三丰_作品.csv', 1, 'x', 'ACCEPTED', $3, now(), true)",
            *(upload, contest.id, whose.account_id),
        )
        await put(files, f"uploads/{upload}", b"clear yet")
        await put(files, f"originals/{upload}", b"sealed")
    await database.execute(
        "insert into upload_problems (upload_id, position, severity, code, parameters) values"
        " ($1, 0, 'ERROR', 'X', $2)",
        *(uploads[1], {"name": "张三丰", "handle": someone.handle, "other": "张三丰收"}),
    )
    await database.execute(
        "insert into documents (id, contest_id, contestant_id, purpose, title, state, size, sha256, key_sealed)"
        " values ($1, $2, $3, 'EVIDENCE', '张三丰的证件', 'READY', 1, 'x', $4)",
        *(document, contest.id, someone.id, b"\x01key"),
    )
    await put(files, f"documents/{document}", b"x")
    await database.execute(
        "insert into invitations (id, role, contest_id, contestant_id, name, code_hash, expires_at)"
        " values ($1, 'CONTESTANT', $2, $3, '张三丰', $4, now() + interval '1 day')",
        *(invitation, contest.id, someone.id, b"hash"),
    )
    answer = await erase(ask, organiser, someone.id)
    assert (answer["documents"], answer["files"]) == (1, 1)
    assert await keys(files) == {f"uploads/{uploads[1]}", f"originals/{uploads[1]}"}
    rows = await database.fetch("select id, name from uploads")
    assert {row["id"]: row["name"] for row in rows} == {uploads[0]: "张**", uploads[1]: "张三丰_作品.csv"}
    parameters = await database.fetchval("select parameters from upload_problems")
    assert parameters == {"name": "张**", "handle": f"{someone.handle[0]}**", "other": "张三丰收"}
    kept = await database.fetchrow("select state, title, key_sealed, deleted_at is not null from documents")
    assert tuple(kept or ()) == ("DELETED", "", None, True)
    code = await database.fetchrow("select name, revoked_at is not null from invitations")
    assert tuple(code or ()) == ("张**", True)


async def test_evidence_of_penalties_goes_unless_it_is_about_somebody_else_too(
    ask: Ask, database: Pool, contest: AContest, someone: AContestant
) -> None:
    other, alone, shared = await a_contestant(contest, "李四"), new_id(), new_id()
    for document in (alone, shared):
        await database.execute(
            "insert into documents (id, contest_id, purpose, title, state, size, sha256)"
            " values ($1, $2, 'PENALTY', '欧阳的截图', 'READY', 5, '')",
            *(document, contest.id),
        )
    for who, shown in ((someone, [alone, shared]), (other, [shared])):
        await database.execute(
            "insert into penalties (id, contest_id, contestant_id, round_id, kind, reason, document_ids)"
            " values ($1, $2, $3, $4, 'ZERO', '刷量', $5)",
            *(new_id(), contest.id, who.id, contest.round_id, shown),
        )
    organiser = await a_person(database, Role.ORGANISER, contest)
    assert (await erase(ask, organiser, someone.id))["documents"] == 1
    states = await database.fetch("select id, state, title from documents")
    assert {tuple(row) for row in states} == {(alone, "DELETED", ""), (shared, "READY", "欧阳的截图")}


async def test_somebody_with_another_task_keeps_their_sign_in_without_being_a_contestant(
    ask: Ask, database: Pool, contest: AContest, someone: AContestant
) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    user = await a_person(database, Role.CONTESTANT, contest, contestant=someone.id)
    await database.execute(
        "insert into grants (id, user_id, role, contest_id) values ($1, $2, 'JUDGE', $3)",
        *(new_id(), user.user_id, contest.id),
    )
    await erase(ask, organiser, someone.id)
    row = await database.fetchrow("select login, disabled_at from users where id = $1", user.user_id)
    assert tuple(row or ()) == (user.login, None)
    assert await database.fetchval("select role from grants where user_id = $1", user.user_id) == "JUDGE"


async def test_a_person_is_erased_once_even_by_two_at_once(
    ask: Ask, database: Pool, contest: AContest, someone: AContestant
) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    answers = await asyncio.gather(*(erase(ask, organiser, someone.id) for _ in range(3)))
    assert sorted(answer["__typename"] for answer in answers) == ["Conflict", "Conflict", "EraseContestantPayload"]
    assert {answer.get("code") for answer in answers} == {None, "PERSON_ERASED"}
    assert (await reveal(ask, organiser, someone.id))["code"] == "PERSON_ERASED"
    assert [entry[0] for entry in await entries(database)] == ["ERASE_CONTESTANT"]


async def test_the_same_person_may_come_in_again_as_somebody_new(ask: Ask, database: Pool, contest: AContest) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    first, second = await a_contestant(contest), await a_contestant(contest, "张三")
    await erase(ask, organiser, first.id)
    index = await database.fetchval("select id_number_index from contestants where id = $1", first.id)
    assert len(index) == 32
    assert (await reveal(ask, organiser, second.id))["idNumber"] == second.id_number


@pytest.mark.parametrize("role", [Role.CITY_CLERK, Role.CONTESTANT, Role.AUDITOR, None])
async def test_only_organisers_erase(
    ask: Ask, database: Pool, contest: AContest, someone: AContestant, role: Role | None
) -> None:
    city = contest.cities[0] if role is Role.CITY_CLERK else None
    own = someone.id if role is Role.CONTESTANT else None
    person = await a_person(database, role, contest, city=city, contestant=own) if role else None
    assert (await erase(ask, person, someone.id))["code"] == "NOT_ALLOWED"
    assert await database.fetchval("select name from contestants") == "张三"


async def test_an_organiser_of_another_contest_does_not_find_anybody(
    ask: Ask, database: Pool, someone: AContestant
) -> None:
    person = await a_person(database, Role.ORGANISER, await a_contest(database))
    assert (await erase(ask, person, someone.id))["code"] == "NOT_FOUND"


async def test_a_run_under_way_is_waited_for(ask: Ask, database: Pool, contest: AContest, someone: AContestant) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    await a_run(contest)
    assert (await erase(ask, organiser, someone.id))["code"] == "RUN_UNDER_WAY"
    await database.execute("update scoring_runs set state = 'CANCELLED'")
    assert (await erase(ask, organiser, someone.id))["__typename"] == "EraseContestantPayload"


async def test_a_comparison_is_waited_for_and_forgets_whom_it_named(
    ask: Ask, database: Pool, contest: AContest, someone: AContestant
) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    comparison = await a_comparison(contest, await a_scored_run(contest, []), rules=RULES)
    assert (await erase(ask, organiser, someone.id))["code"] == "RUN_UNDER_WAY"
    error = {"code": "FIGURES_MISSING", "parameters": {"accounts": f"DOUYIN {someone.handle}"}}
    await database.execute("update comparisons set state = 'FAILED', error = $2 where id = $1", comparison, error)
    assert (await erase(ask, organiser, someone.id))["__typename"] == "EraseContestantPayload"
    assert someone.handle not in await database.fetchval("select error::text from comparisons")
