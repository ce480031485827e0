"""Penalties as somebody types them."""

import json

import pytest

from services.cli.errors import CommandError
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.cli.conftest import Typed
from tests.factories import a_contest, a_person, an_account


async def test_a_penalty_from_its_proposal_to_its_end(typed: Typed, database: Pool) -> None:
    contest = await a_contest(database)
    await an_account(contest, "first")
    organiser, second = [await a_person(database, Role.ORGANISER, contest) for _ in range(2)]
    said = await typed(organiser, "penalty", "two", "--needed", "--reason", "章程第八条")
    assert said == "扣罚须由一人提出、另一人确认。\n"
    with pytest.raises(CommandError, match="减半、计零分、扣分、取消成绩"):
        await typed(organiser, "penalty", "apply", 1, "警告", "--reason", "迟到")
    words = ("扣分", "--item", "SALES", "--points", "5", "--reason", "虚假宣传", "--json")
    made = json.loads(await typed(organiser, "penalty", "apply", 1, *words))
    listed = await typed(second, "penalty", "list", "--state", "待确认")
    assert listed.startswith("1 first（武汉市，抖音 first）：SALES 扣分 5，选手全员赛，待确认\n    理由：虚假宣传\n")
    assert await typed(second, "penalty", "confirm", made["id"]) == "SALES 扣分 5：生效。\n"
    revoke = ("penalty", "revoke", made["id"], "--reason", "申诉成立")
    assert await typed(second, *revoke) == "SALES 扣分 5：申请撤销，待另一人同意。\n"
    assert "申请撤销，待另一人同意：" in await typed(organiser, "penalty", "list", "--person", 1)
    assert await typed(organiser, "penalty", "keep", made["id"], "--reason", "证据充分") == "SALES 扣分 5：生效。\n"
    await typed(second, *revoke)
    assert await typed(organiser, "penalty", "agree-to-revoke", made["id"]) == "SALES 扣分 5：已撤销。\n"
    assert "撤销：" in await typed(second, "penalty", "list", "--person", 1)
