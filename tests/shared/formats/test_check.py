"""A format of a contest's own is checked when it is saved: each mistake with the line it stands on."""

import pytest

from services.shared.formats.catalogue import catalogue
from services.shared.formats.check import InvalidFormat, check_format
from services.shared.formats.draft import draft
from services.shared.formats.own import Own, OwnFormat
from services.shared.formats.waiting import SeenColumn, Waiting
from services.shared.words import Language, put

GOOD = """\
source = "WORKS"
platform = "KUAISHOU"
known = "频道"
columns = [
    { heading = "上线时刻", to = "published_at", style = "time", needed = true, filled = true },
    { heading = "状态", to = "visibility", style = "word", words = { "公开" = "PUBLIC" }, other = "PRIVATE" },
    { heading = "围观", also = ["围观数"], to = "plays", style = "count", needed = true },
]
"""


def wrong(document: str) -> list[tuple[int | None, str]]:
    with pytest.raises(InvalidFormat) as caught:
        check_format(document)
    for problem in caught.value.problems:
        for language in Language:
            assert "{" not in put(problem.code, problem.parameters, language).replace("{ ", "")
    return [(problem.line, problem.code) for problem in caught.value.problems]


def test_a_good_format_is_one_that_files_are_read_by() -> None:
    own = Own(formats={"CITY_WORKS": OwnFormat("市台作品", check_format(GOOD))})
    found = catalogue(own.text).recognise(["上线时刻", "围观数", "频道"])
    assert found is not None
    assert not isinstance(found, str)
    assert found.name == "CITY_WORKS"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (('source = "WORKS"', "source = WORKS"), [(1, "FORMAT_NOT_TOML")]),
        (('source = "WORKS"\n', ""), [(1, "FORMAT_KEY_MISSING")]),
        (('"WORKS"', '"SONGS"'), [(1, "FORMAT_VALUE_UNKNOWN")]),
        (("known =", "knwon ="), [(3, "FORMAT_KEY_UNKNOWN")]),
        (('known = "频道"', "known = 7"), [(3, "FORMAT_VALUE_WRONG")]),
        (('heading = "围观"', 'heading = ""'), [(7, "FORMAT_LENGTH")]),
        (('to = "plays", ', ""), [(7, "FORMAT_KEY_MISSING")]),
        (('"plays"', '"watched"'), [(7, "FORMAT_FIELD_UNKNOWN")]),
        (('"plays", style = "count"', '"plays", style = "money"'), [(7, "FORMAT_STYLE_WRONG")]),
        (('words = { "公开" = "PUBLIC" }, ', ""), [(6, "FORMAT_WORDS_NEEDED")]),
        (('"公开" = "PUBLIC"', '"公开" = "OPEN"'), [(6, "FORMAT_WORD_UNKNOWN")]),
        (('style = "count"', 'style = "count", other = "PUBLIC"'), [(7, "FORMAT_WORDS_NOT_USED")]),
        (("围观数", "状 态"), [(6, "FORMAT_HEADING_TWICE"), (7, "FORMAT_HEADING_TWICE")]),
        (("needed = true, filled = true", "needed = true"), [(4, "FORMAT_FIELD_NEEDED")]),
        (('platform = "KUAISHOU"\n', ""), [(3, "FORMAT_FIELD_NEEDED")]),
        (('style = "count", needed = true', 'style = "count"'), [(4, "FORMAT_TOO_VAGUE")]),
        (("known =", 'without = ["围观"]\nknown ='), [(3, "FORMAT_WITHOUT_ITS_OWN")]),
        (("围观数", "收件人手机号"), [(7, "FORMAT_HEADING_PERSONAL")]),
        (("围观数", "围观数" * 99), [(7, "FORMAT_LENGTH")]),
    ],
)
def test_mistakes_point_at_their_line(change: tuple[str, str], found: list[tuple[int, str]]) -> None:
    assert change[0] in GOOD
    assert wrong(GOOD.replace(*change)) == found


def test_of_a_title_only_one_column_is_read_but_counts_of_several_are_added_up() -> None:
    twice = '    { heading = "转发", to = "plays", style = "count" },\n]'
    check_format(GOOD[: GOOD.rindex("]")] + twice)
    times = '    { heading = "又", to = "published_at", style = "time" },\n]'
    assert wrong(GOOD[: GOOD.rindex("]")] + times) == [(5, "FORMAT_FIELD_TWICE"), (8, "FORMAT_FIELD_TWICE")]


@pytest.mark.parametrize(
    ("source", "field", "style"),
    [("ORDERS", "order_line", "id"), ("ACCOUNT_DAYS", "day", "date")],
)
def test_what_a_source_cannot_do_without_is_asked_for(source: str, field: str, style: str) -> None:
    column = f'{{ heading = "键", to = "{field}", style = "{style}", needed = true, filled = true }}'
    assert (3, "FORMAT_FIELD_NEEDED") in wrong(f'source = "{source}"\nplatform = "DOUYIN"\ncolumns = [\n{column}\n]\n')


@pytest.mark.parametrize("document", ["[" * 3000, 'a = "' + "x" * 60_000 + '"', "\x00", "columns = 1979-05-27"])
def test_whatever_is_written_there_is_a_typed_answer(document: str) -> None:
    assert wrong(document)


def test_a_draft_has_what_is_known_and_asks_for_the_rest() -> None:
    columns = [
        SeenColumn("作品名称", known=True, style="text", filled=True),
        SeenColumn("发布时间", known=True, style="time", filled=True),
        SeenColumn("播放量", known=True, style="count", filled=True),
        SeenColumn('获"赞', known=False, style="count", filled=True),
        SeenColumn("收件人手机号", known=False, style="id", filled=True),
    ]
    document = draft(Waiting("DOUYIN_WORKS", ["点赞量"], columns), catalogue())
    assert '# { heading = "获\\"赞", to = "", style = "count" },' in document
    assert 'personal = "收件人手机号"' in document
    done = document.replace('# { heading = "获\\"赞", to = ""', '{ heading = "获\\"赞", to = "likes"')
    own = Own(formats={"MINE": OwnFormat("我的", check_format(done))})
    found = catalogue(own.text).recognise(["作品名称", "发布时间", "播放量", '获"赞', "收件人手机号"])
    assert found is not None
    assert not isinstance(found, str)
    assert (found.name, found.source) == ("MINE", "WORKS")


@pytest.mark.parametrize("key", [".".join("a" * 60), " . ".join(["'a'"] * 60), f"x = {{ {'.'.join('a' * 60)}"])
@pytest.mark.parametrize("end", [" = 1", "]"])
def test_a_key_of_very_many_parts_is_refused_before_anybody_reads_it(key: str, end: str) -> None:
    """Reading one of 25 000 parts, which a document has room for, takes minutes and gigabytes."""
    start = "[" if end == "]" else ""
    assert wrong(f"# zhu. zhu\n{start}{key}{end}\n") == [(2, "FORMAT_NOT_TOML")]


def test_dots_in_texts_and_numbers_are_no_key() -> None:
    dots = "." * 60
    assert wrong(f'known = "{dots}{"a." * 60}"  # {"a." * 60}\nx = {[1.5] * 60}\n')[0][1] == "FORMAT_KEY_MISSING"
