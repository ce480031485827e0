"""A given list becomes blind indexes: whoever is on it is found again, and no number of theirs is kept."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from services.scorer.context import Scorer
from services.scorer.given_lists.parse import GivenLine, ParsedGivenList, parse_given_list
from services.scorer.uploads.children import ParserPool
from services.shared.database.pool import Pool
from services.shared.personal_data import Key, Vault
from services.shared.personal_data.keys import known_keys
from tests.factories import AContest, a_contest
from tests.kept import keys
from tests.lists import a_given_list, a_recommended, id_number
from tests.scorer.doing import do, row


def read(folder: Path, text: str) -> ParsedGivenList:
    path = folder / "list"
    path.write_bytes(text.encode("gb18030"))
    return parse_given_list(path, "名单.csv")


@pytest.mark.parametrize("heading", ["身份证号", "身份证号码", "居民身份证号(18位)", "证件号码", " ID Number"])
def test_the_column_is_found_under_its_names(tmp_path: Path, heading: str) -> None:
    found = read(tmp_path, f"2020 年培训名单\n姓名,{heading},备注\n甲,{id_number(1)},\n乙, {id_number(2)} ,\n")
    assert found == ParsedGivenList([GivenLine(3, id_number(1)), GivenLine(4, id_number(2))])


def test_a_line_is_refused_with_its_reason_and_a_person_counts_once(tmp_path: Path) -> None:
    found = read(tmp_path, f"姓名,身份证号\n甲,{id_number(1)}\n乙,123\n丙,4.20106E+17\n丁,\n甲,'{id_number(1)}\n")
    assert found.lines == [GivenLine(2, id_number(1))]
    assert found.refused == 2
    assert [(one.code, one.line, one.column) for one in found.problems] == [
        ("ID_NUMBER_INVALID", 3, "身份证号"),
        ("ID_NUMBER_LOST_DIGITS", 4, "身份证号"),
    ]


def test_numbers_that_excel_has_eaten_are_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "身份证号"])
        sheet.write_string(1, 1, id_number(1))
        sheet.write_number(2, 1, int(id_number(10)[:17] + "0"))
    (tmp_path / "list").write_bytes(file.getvalue())
    found = parse_given_list(tmp_path / "list", "名单.xlsx")
    assert found.lines == [GivenLine(2, id_number(1))]
    assert [(one.code, one.line) for one in found.problems] == [("ID_NUMBER_LOST_DIGITS", 3)]


@pytest.mark.parametrize(
    ("text", "code"),
    [("姓名,电话\n甲,1\n", "GIVEN_LIST_WITHOUT_ID_NUMBERS"), ("姓名,身份证号\n", "GIVEN_LIST_EMPTY")],
)
def test_a_list_without_people_says_why(tmp_path: Path, text: str, code: str) -> None:
    found = read(tmp_path, text)
    assert ([one.code for one in found.problems], found.lines) == ([code], [])


async def test_a_child_reads_the_same(tmp_path: Path) -> None:
    here = read(tmp_path, f"姓名,身份证号\n甲,{id_number(1)}\n乙,123\n")
    async with ParserPool(1) as pool:
        assert await pool.parse_given_list(tmp_path / "list", "名单.csv") == here


async def handed_in(scorer: Scorer, contest: AContest, content: bytes) -> Any:
    """The list's row after its job."""
    list_id = await a_given_list(contest, scorer.files, content)
    upload_id = (await row(scorer.pool, "given_lists", list_id))["upload_id"]
    await do(scorer, upload_id)
    assert (await row(scorer.pool, "uploads", upload_id))["kind"] == "GIVEN_LIST"
    await do(scorer, list_id)
    return await row(scorer.pool, "given_lists", list_id)


async def test_blind_indexes_are_kept_and_the_file_is_not(scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database)
    content = f"姓名,身份证号\n甲,{id_number(1)}\n乙,123\n丙,{id_number(3)}\n".encode()
    done = await handed_in(scorer, contest, content)
    assert (done["state"], done["people"]) == ("DONE", 2)
    assert [(one["code"], one["line"]) for one in done["problems"]] == [("ID_NUMBER_INVALID", 3)]
    kept = await database.fetch("select id_number_index, line from given_list_people order by line")
    assert [tuple(one) for one in kept] == [
        (scorer.vault.index(id_number(1)), 2),
        (scorer.vault.index(id_number(3)), 4),
    ]
    assert await keys(scorer.files) == set()
    assert (await row(database, "uploads", done["upload_id"]))["bytes_at"] is None


async def test_a_list_without_people_is_refused_and_not_kept_either(scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database)
    done = await handed_in(scorer, contest, "姓名,电话\n甲,1\n".encode())
    assert (done["state"], done["people"]) == ("REFUSED", 0)
    assert [one["code"] for one in done["problems"]] == ["GIVEN_LIST_WITHOUT_ID_NUMBERS"]
    assert await keys(scorer.files) == set()


async def test_a_list_read_under_the_next_key_finds_contestants_who_stand_under_the_one_before(
    scorer: Scorer, database: Pool
) -> None:
    contest = await a_contest(database)
    who = await a_recommended(contest, scorer.vault, "甲", id_number(1))
    next_key = Vault([Key(9, bytes(range(32))), *known_keys(scorer.settings)])
    await handed_in(replace(scorer, vault=next_key), contest, f"身份证号\n{id_number(1)}\n{id_number(2)}\n".encode())
    found = "select p.id from contestants p join given_people g on g.id_number_index = p.id_number_index"
    assert [one["id"] for one in await database.fetch(found)] == [who]
    kept = await database.fetch("select id_number_index from given_list_people order by line")
    assert [one[0] for one in kept] == [scorer.vault.index(id_number(1)), next_key.index(id_number(2))]
