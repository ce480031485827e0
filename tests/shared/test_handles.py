"""An account reads the same in a roster, as a folder of an archive, on the command line and through the API."""

import pytest

from services.shared.handles import handle_key, read_account, read_platform
from services.shared.vocabulary import Platform

DOUYIN, KUAISHOU = Platform.DOUYIN, Platform.KUAISHOU


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("抖音-zhangsan", (DOUYIN, "zhangsan")),
        ("抖音: zhangsan", (DOUYIN, "zhangsan")),
        ("抖音：zhangsan", (DOUYIN, "zhangsan")),
        ("抖音—zhangsan", (DOUYIN, "zhangsan")),
        ("抖音_zhangsan", (DOUYIN, "zhangsan")),
        ("抖音 zhangsan", (DOUYIN, "zhangsan")),
        ("抖音zhangsan", (DOUYIN, "zhangsan")),
        ("抖音号：@zhang.san_1-2 ", (DOUYIN, "zhang.san_1-2")),
        ("快手账号-Zhang San", (KUAISHOU, "Zhang San")),
        ("KUAISHOU-lisi", (KUAISHOU, "lisi")),
        ("ｄｏｕｙｉｎ-ｌｉｓｉ", (DOUYIN, "lisi")),
        ("抖音-张三", None),
        ("抖音数据", None),
        ("抖音", None),
        ("抖音-", None),
        ("zhangsan", None),
        ("微博-zhangsan", None),
    ],
)
def test_an_account_as_people_write_it(text: str, account: tuple[Platform, str] | None) -> None:
    assert read_account(text) == account


@pytest.mark.parametrize("handle", ["zhangsan", "Zhang San", "ＺＨＡＮＧＳＡＮ", "@zhangsan", " zhang\u3000san "])
def test_spellings_of_one_handle_are_one_account(handle: str) -> None:
    assert handle_key(handle) == "zhangsan"


def test_platforms_have_a_chinese_and_an_english_name() -> None:
    assert [read_platform(name) for name in (" 抖音", "Kuaishou ", "微博")] == [DOUYIN, KUAISHOU, None]
