"""What a sender states of a file, and what comes of it."""

from services.api.typed_figures.table import Typed, as_file
from services.sample.tables import delimited
from services.scorer.context import Scorer
from services.shared.database.pool import Pool
from services.shared.file_vocabulary import Source, UploadKind
from services.shared.storage import FileStore
from services.shared.vocabulary import ImportPolicy, Platform
from tests.factories import a_contest, an_account, an_upload
from tests.scorer.doing import codes, do, tuples
from tests.scorer.doing import row as row_of
from tests.scorer.files import orders, works, zipped

TEMPLATE = delimited(
    [["平台", "账号", "作品标题", "发布时间", "播放量"], ["快手", "lisi", "黑木耳", "2021-07-21 09:30", "12"]]
)
EXPORT = works(("甲", "2021-07-21 08:00:00", 1))


async def test_a_template_counts_only_when_its_sender_vouches_for_it(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    await an_account(contest, "lisi", platform=Platform.KUAISHOU)
    silent = await an_upload(contest, files, "作品.csv", TEMPLATE)
    await do(scorer, silent)
    assert (await row_of(database, "uploads", silent))["state"] == "REFUSED"
    assert await codes(database, silent) == ["TEMPLATE_NOT_ATTESTED"]
    vouched = await an_upload(contest, files, "作品.csv", TEMPLATE, attested=True)
    await do(scorer, vouched)
    upload = await row_of(database, "uploads", vouched)
    assert (upload["state"], upload["origin"], upload["rows_new"]) == ("ACCEPTED", "TEMPLATE", 1)


async def test_a_file_of_the_platform_needs_nobodys_word(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    upload_id = await an_upload(contest, files, "作品列表.csv", EXPORT, account=zhang)
    await do(scorer, upload_id)
    upload = await row_of(database, "uploads", upload_id)
    assert (upload["state"], upload["origin"], upload["attested"]) == ("ACCEPTED", "PLATFORM", False)


async def test_what_is_stated_of_an_archive_holds_for_its_files(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    await an_account(contest, "zhangsan")
    await an_account(contest, "lisi", platform=Platform.KUAISHOU)
    content = zipped(("抖音-zhangsan/作品列表.csv", EXPORT), ("快手-lisi/作品.csv", TEMPLATE))
    policy = ImportPolicy.GOOD_ROWS
    archive = await an_upload(contest, files, "全部.zip", content, policy=policy, attested=True)
    await do(scorer, archive)
    assert (await row_of(database, "uploads", archive))["origin"] is None  # it holds no figures itself
    members = "select name, state, origin, policy, attested from uploads where parent_id = $1 order by origin"
    assert await tuples(database, members, archive) == [
        ("抖音-zhangsan/作品列表.csv", "ACCEPTED", "PLATFORM", policy, True),
        ("快手-lisi/作品.csv", "ACCEPTED", "TEMPLATE", policy, True),
    ]


async def test_typed_figures_count_and_say_that_they_were_typed(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    li = await an_account(contest, "lisi", platform=Platform.KUAISHOU)
    row = [Typed("作品标题", "黑木耳, 新品"), Typed("发布时间", "2021-07-21 09:30"), Typed("plays", "1.2万")]
    content = as_file(Source.WORKS, Platform.KUAISHOU, "lisi", [row])
    kind = UploadKind.TEMPLATE_WORKS
    upload_id = await an_upload(contest, files, "人工录入.csv", content, account=li, kind=kind, attested=True)
    await database.execute("update uploads set typing_reason = '平台不提供导出'")
    await do(scorer, upload_id)
    upload = await row_of(database, "uploads", upload_id)
    assert (upload["state"], upload["origin"], upload["rows_new"]) == ("ACCEPTED", "TYPED", 1)
    assert await tuples(database, "select title, plays, likes from works") == [("黑木耳, 新品", 12000, None)]


async def test_lines_that_count_for_somebody_else_are_left_out_of_good_rows_and_refuse_the_whole_otherwise(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    zhang, li = [await an_account(contest, name, uid=uid) for name, uid in (("zhangsan", "71"), ("lisi", "72"))]
    paid = "2021-07-21 08:00:00"
    await do(
        scorer, await an_upload(contest, files, "一.csv", orders(("6917001", paid, "10.00", "-", "71")), account=zhang)
    )
    content = orders(("6917001", paid, "10.00", "-", "72"), ("6917002", paid, "5.00", "-", "72"))
    whole = await an_upload(contest, files, "二.csv", content, account=li)
    await do(scorer, whole)
    refused = await row_of(database, "uploads", whole)
    assert (refused["state"], refused["rows_read"], refused["rows_refused"]) == ("REFUSED", 2, 2)
    good = await an_upload(contest, files, "二.csv", content, account=li, policy=ImportPolicy.GOOD_ROWS)
    await do(scorer, good)
    upload = await row_of(database, "uploads", good)
    counts = [upload[f"rows_{name}"] for name in ("read", "new", "replaced", "unchanged", "refused")]
    assert (upload["state"], counts) == ("ACCEPTED", [2, 1, 0, 0, 1])
    assert await codes(database, good) == ["ORDER_COUNTED_ELSEWHERE"]
    held = "select contestant_id, order_line from orders order by order_line"
    assert await tuples(database, held) == [(zhang.contestant_id, "6917001"), (li.contestant_id, "6917002")]
