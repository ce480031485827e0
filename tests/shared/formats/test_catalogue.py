"""What a contest has added lies on top of the built-in formats, for this contest alone."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.shared.file_vocabulary import Source, UploadKind
from services.shared.formats.catalogue import Format, catalogue
from services.shared.formats.own import Alias, Own, OwnFormat
from services.shared.vocabulary import Platform

WORKS = ["作品名称", "发布时间", "播放量", "点赞量"]
SECTION: dict[str, Any] = {
    "source": "ACCOUNT_DAYS",
    "platform": "KUAISHOU",
    "known": "备注",
    "columns": [
        {"heading": "统计日", "to": "day", "style": "date", "needed": True, "filled": True},
        {"heading": "曝光", "to": "PLAYS", "style": "count", "needed": True},
    ],
}


def test_nothing_added_is_the_built_in_catalogue() -> None:
    assert Own().text == ""
    assert catalogue(Own().text) is catalogue()


def test_an_alias_counts_for_its_kind_and_contest_only() -> None:
    own = Own([Alias("DOUYIN_WORKS", "获赞（次）", "likes")]).text
    drifted = ["作品名称", "发布时间", "播放量", "获赞 (次)"]
    found = catalogue(own).recognise(drifted)
    assert isinstance(found, Format)
    assert found.kind is UploadKind.DOUYIN_WORKS
    assert catalogue().recognise(drifted) is None
    same = catalogue(own).recognise(WORKS)
    assert isinstance(same, Format)
    assert same.kind is UploadKind.DOUYIN_WORKS


def test_a_field_takes_as_many_aliases_as_there_are() -> None:
    many = [Alias("DOUYIN_WORKS", f"获赞第{number}种", "likes") for number in range(120)]
    taken = catalogue(Own(many).text)
    for heading in ("获赞第0种", "获赞第119种"):
        assert isinstance(found := taken.recognise(["作品名称", "发布时间", "播放量", heading]), Format)
        assert found.kind is UploadKind.DOUYIN_WORKS


def test_an_alias_may_be_a_heading_that_was_known_but_unused_or_told_the_file_apart() -> None:
    own = Own([Alias("DOUYIN_ACCOUNT_DAYS", "点赞量", "LIKES"), Alias("DOUYIN_WORKS", "作品时长", "likes")]).text
    assert isinstance(found := catalogue(own).recognise(["日期", "点赞量"]), Format)
    assert found.kind is UploadKind.DOUYIN_ACCOUNT_DAYS
    assert isinstance(found := catalogue(own).recognise(["作品名称", "发布时间", "播放量", "作品时长"]), Format)
    assert found.kind is UploadKind.DOUYIN_WORKS


def test_an_alias_of_a_column_that_is_gone_changes_nothing() -> None:
    own = Own([Alias("DOUYIN_WORKS", "获赞", "gone"), Alias("GONE", "获赞", "likes")]).text
    assert catalogue(own).of("DOUYIN_WORKS") == catalogue().of("DOUYIN_WORKS")


def test_an_own_format_is_recognised_by_its_key() -> None:
    own = Own(formats={"CITY_DAYS": OwnFormat("市台日报", SECTION)}).text
    found = catalogue(own).recognise(["统计日", "曝光", "备注"])
    assert isinstance(found, Format)
    assert (found.name, found.title, found.kind) == ("CITY_DAYS", "市台日报", UploadKind.OWN)
    assert (found.source, found.platform) == (Source.ACCOUNT_DAYS, Platform.KUAISHOU)
    assert catalogue().recognise(["统计日", "曝光", "备注"]) is None
    assert catalogue(own).names == f"{catalogue().names},市台日报"


def test_of_equally_good_formats_the_contests_own_is_taken() -> None:
    twin = {**SECTION, "columns": [{**SECTION["columns"][0], "heading": "日期"}, SECTION["columns"][1]]}
    twin["columns"] = [twin["columns"][0], {**twin["columns"][1], "heading": "播放量"}]
    found = catalogue(Own(formats={"MINE": OwnFormat("我的", twin)}).text).recognise(["日期", "播放量"])
    assert isinstance(found, Format)
    assert found.name == "MINE"


def test_the_same_additions_give_the_same_text() -> None:
    aliases = [Alias("DOUYIN_WORKS", "获赞", "likes"), Alias("DOUYIN_ORDERS", "金额", "amount")]
    formats = {"B": OwnFormat("乙", SECTION), "A": OwnFormat("甲", SECTION)}
    turned = dict(reversed(formats.items()))
    assert Own(aliases, formats).text == Own(aliases[::-1], turned).text
    assert Own.read(Own(aliases, formats).text).formats == formats


@pytest.mark.parametrize("wrong", [{"colums": []}, {"source": "SONGS"}, {"columns": []}])
def test_a_section_that_is_none_is_not_taken(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        catalogue(Own(formats={"MINE": OwnFormat("我的", {**SECTION, **wrong})}).text)
