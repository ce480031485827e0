"""What the demo prints at its end: standings, proposals, the cities at a glance, sign-ins, and what to try next."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from services.cli.coverage import counts_said
from services.cli.demo_cast import DemoUser
from services.cli.demo_overview import count, is_confirmed, overview_json
from services.cli.demo_story import Story
from services.cli.finalists import changes, finalists_table
from services.cli.instance import Instance
from services.cli.output import emit, notes, results, word
from services.cli.problems import summary_lines
from services.cli.rankings import standings_table, teams_table
from services.cli.score import run_line
from services.cli.table import Column, table

# What the parts of the demo are called where their seconds are told.
_STAGES = {
    "start": "启动",
    "files": "写文件",
    "contest": "赛事",
    "officials": "工作人员",
    "rosters": "推荐表",
    "reviews": "审核上报",
    "uids": "达人ID",
    "uploads": "上传读取",
    "scoring": "核算",
    "finalists": "名单",
    "judging": "核看",
    "publishing": "公示",
    "teams": "参赛队",
    "final": "总决赛",
    "overview": "一览",
    "total": "合计",
}

_CITY_COLUMNS = (
    Column("市州", "city", whole=True),
    Column("通过", "approved", number=True),
    Column("待审", "pending", number=True),
    Column("退回", "returned", number=True),
    Column("不通过", "rejected", number=True),
    Column("退出", "withdrawn", number=True),
    Column("名单", "list", whole=True),
    Column("主播", "streamers", number=True),
    Column("参赛队", "team"),
)


def show(story: Story, *, as_json: bool) -> None:
    if as_json:
        emit(story.as_json())
    elif story.cities:
        results.print(standings_table(story.best), "", finalists_table(story.cities, reasons=False), "", sep="\n")
        results.print("入选理由与候补名单 / reasons and reserves: ./livecup finalists", soft_wrap=True)
        results.print(*summary_lines(story.uploads["warnings"]), sep="\n", soft_wrap=True)
        if story.final:
            results.print("\n总决赛 / the final", standings_table(story.final["best"]), sep="\n")
            results.print("\n参赛队 / teams", teams_table(story.final["teams"]), sep="\n")
        if story.overview:
            results.print("", cities_table(story.overview["cities"]), sep="\n")
            results.print(*_facts(story), sep="\n", soft_wrap=True, markup=False)
        results.print(
            f"{story.contest['title']}：计分选手 {story.contestants} 人，文件 {story.uploads['loaded']} 个，"
            f"数据 {story.uploads['rows']} 行。\n{run_line(story.run)}",
            soft_wrap=True,
        )
        spent = "，".join(f"{_STAGES[name]} {seconds:.1f} 秒" for name, seconds in story.seconds.items())
        results.print(f"用时：{spent}", soft_wrap=True)


def cities_table(cities: list[dict[str, Any]]) -> Table:
    """One line a city: its people by state, its list, its team."""
    return table(_CITY_COLUMNS, map(_city_row, cities), title="市州一览 / the cities at a glance")


def _city_row(city: dict[str, Any]) -> list[str | Text]:
    pending = count(city, "pendingAtCity") + count(city, "pendingAtOrganiser")
    counts = [count(city, "approved"), pending, *(count(city, name) for name in ("returned", "rejected", "withdrawn"))]
    team = city["status"]["team"]
    return [
        city["name"],
        *(str(number) if number else "-" for number in counts),
        _list_of(city),
        str(len(team["streamers"])) if team else "-",
        _team_of(city),
    ]


def _list_of(city: dict[str, Any]) -> str:
    """`第 2 次 14 人`"""
    last = city["status"]["submission"]
    return f"第 {last['number']} 次 {last['people']} 人" if city["status"]["submitted"] and last else "未上报"


def _team_of(city: dict[str, Any]) -> Text:
    team = city["status"]["team"]
    if team is None:
        return Text("-")
    if is_confirmed(city):
        return Text("已确认", "green")
    missing = team["status"]["missing"]
    return Text(missing[0]["message"], "yellow") if missing else Text("待领队确认")


def _facts(story: Story) -> Iterator[str]:
    """What the table does not tell."""
    found = overview_json(story.overview)
    states, matters, head = found["states"], found["open"], found["auditHead"]
    yield (
        f"待审 {states['pendingAtCity'] + states['pendingAtOrganiser']} 人中，"
        f"{states['pendingAtCity']} 人等市州审核，{states['pendingAtOrganiser']} 人等主办方审核；"
        f"重复报名 {matters['doubleEntries']} 件、账号别名 {matters['aliases']} 件等主办方处理。"
    )
    yield f"每周数据：{counts_said(found['exports'])}。第 1 周的到今天已过交齐时间，照常计分。"
    for city in story.cities:
        yield from (f"{city['city']['name']}确认人选之后：{change}" for change in changes(city))
    judged = story.judged
    yield (
        f"数据核验：抽中 {judged['drawn']} 人，连同拟推荐共应核验 {judged['required']} 人，"
        f"待核验 {judged['open']} 人；待核实的数据提示 {matters['flags']} 条。"
    )
    told = story.published
    yield (
        f"公示第 {told['corrects']} 版后，第 {told['objection']} 号异议成立；第 {told['run']} 次核算与前一次相比 "
        f"{told['changed']} 人有变化（{told['up']} 人上升，{told['down']} 人下降），更正为第 {told['revision']} 版，"
        f"摘要 {told['digest']}。"
    )
    told = story.final
    yield (
        f"总决赛：{len(told['teams'])} 支参赛队、主播 {told['people']} 人；现场两人录入 {told['typed']} 场，"
        f"平台导出后以导出为准；公布第 {told['revision']} 版，摘要 {told['digest']}；"
        f"签发证书 {told['certificates']} 张，查验码如 {told['code']}。"
    )
    yield f"已发出通知 {found['notices']} 份、消息 {found['messages']} 条。"
    yield f"操作记录已封存 {head['position']} 条，链头 {head['position']}:{head['digest']}"


def say_how_to_go_on(story: Story, instance: Instance, *, as_json: bool) -> None:
    """With --json the object has told the sign-ins already; nothing else goes to standard output."""
    home = instance.settings.home
    if not as_json:
        results.print("", _sign_ins(story.users), sep="\n")
    (notes if as_json else results).print(
        f"网页 / pages: {instance.url}/",
        f"GraphQL: {instance.url}/graphql",
        f"文件 / files: {home / 'sample'}",
        "接着试试（已用 organiser 登录） / try next, signed in as organiser:",
        *(f"  LIVECUP_HOME={home} ./livecup {command}" for command in _to_try(story, instance.url)),
        "按 Ctrl-C 停止。 / Ctrl-C stops it.",
        sep="\n",
        soft_wrap=True,
    )


def _to_try(story: Story, url: str) -> Iterator[str]:
    """Commands that show something: the city with most to tell, a team that is short, the city of the replacement."""
    cities = story.overview["cities"]
    yield f"city status {max(cities, key=lambda one: len(one['submissions']))['name']}"
    yield from (f"team show {one['name']}" for one in cities if one["status"]["team"]["shortage"])
    yield f"finalists --city {story.replaced}" if story.replaced else "finalists"
    yield "coverage --city 神农架"
    yield "unclaimed list"
    yield "flags list"
    yield "publish show"
    yield "compare 1 2"
    yield "rankings --round final --teams"
    yield "awards list --round final"
    yield f"certificate check {story.final['code']}"
    yield "double-entries list"
    yield "audit log --first 20"
    yield "audit verify"
    leader = next(one.login for one in story.users if one.role == "CITY_LEADER" and one.shown)
    yield f"sign-in {leader} --server {url}"


def _sign_ins(users: list[DemoUser]) -> Table:
    headings = (("身份", "role"), ("姓名", "who"), ("登录名", "login"), ("密码", "password"))
    columns = [Column(heading, english, whole=True) for heading, english in headings]
    rows = [(word(one.role), one.who, one.login, one.password) for one in users if one.shown]
    return table(columns, rows, title="登录 / sign-ins")
