"""The table of who sees what, as a page for people: docs/permissions.md."""

import re
from collections.abc import Iterable, Sequence

from graphql import GraphQLObjectType, GraphQLSchema

from services.api.access import Decision, Reach
from services.api.decisions.fields import FIELDS
from services.api.decisions.mutations import MUTATIONS
from services.api.decisions.rows import ROWS
from services.api.enums import ENUMS
from services.api.tokens.scopes import BY_TOKEN
from services.shared.vocabulary import Role, TokenScope

CHINESE = re.compile(r"\(([^()]*)\)\s*$")

CELLS = {
    Reach.EVERYWHERE: "所有 all",
    Reach.CONTEST: "本赛事 contest",
    Reach.INSTALLATION: "全平台 installation",
    Reach.CITY: "本市州 city",
    Reach.SELF: "本人 self",
}
NOTHING = "—"

PAGE = """\
# Who sees what, and who does what（权限表）

This page is written by `./livecup schema` from the one table that the program itself goes by,
[services/api/decisions](../services/api/decisions). 本页由程序所用的权限表自动生成，与程序一致。

| 表中写法 in the tables | 意思 meaning |
|---|---|
| {all} | 任何人，无需登录 whoever asks, signed in or not |
| {contest} | 授权所在赛事的全部；授权不限赛事的，所有赛事 everything of the contest of the right |
| {installation} | 仅限授权不限赛事的人 only with a right that is bound to no contest |
| {city} | 授权所在市州 the city of the right |
| {self} | 选手本人 the contestant themselves |
| {nothing} | 看不到，等同于不存在；不能做 it is as if it did not exist; it cannot be done |

What lies outside somebody's reach is to them as if it did not exist: in lists, counts, filters, by its id, in messages.
Inside it the state of things decides too: windows, quotas, locks.
超出范围的内容等同于不存在；范围之内还受报名时间、名额、锁定等限制。

## 能看到哪些内容 · Which rows exist for whom

{rows}

## 只有部分人能看的字段 · Fields that not everyone sees who sees the row

{fields}

## 能做哪些操作 · What may be changed

The right-most columns: whether a program may do it with a personal token of that scope, as far as its holder may.
右侧各列：程序凭该权限范围的个人令牌能否代为操作（以本人权限为限）。

{mutations}
"""


def render_permissions(schema: GraphQLSchema) -> str:
    """The page; the same for the same tables and descriptions."""
    roles = [role.value for role in Role]
    titles = [f"{_chinese(ENUMS[Role][1][role])}<br>{role}" for role in roles]
    fields = [
        (f"`{type_name}.{name}` {_of_field(schema, type_name, name)}", decision)
        for type_name, decisions in FIELDS.items()
        for name, decision in decisions.items()
        if decision is not None
    ]
    mutations = [
        [f"`{name}` {_of_field(schema, 'Mutation', name)}", *_cells(decision), *_by_token(name)]
        for name, decision in MUTATIONS.items()
    ]
    return PAGE.format(
        all=CELLS[Reach.EVERYWHERE],
        contest=CELLS[Reach.CONTEST],
        installation=CELLS[Reach.INSTALLATION],
        city=CELLS[Reach.CITY],
        self=CELLS[Reach.SELF],
        nothing=NOTHING,
        rows=_table(
            ["内容 what", *titles],
            ([f"`{name}` {_of_type(schema, name)}", *_cells(each)] for name, each in ROWS.items()),
        ),
        fields=_table(["字段 field", *titles], ([name, *_cells(decision)] for name, decision in fields)),
        mutations=_table(["操作 mutation", *titles, *(f"令牌<br>{scope}" for scope in TokenScope)], mutations),
    )


def _cells(decision: Decision) -> list[str]:
    """How far each role reaches; what the public may, everyone may."""
    public = decision.get(Role.PUBLIC)
    reaches = (decision.get(role, public) for role in Role)
    return [CELLS[reach] if reach else NOTHING for reach in reaches]


def _by_token(mutation: str) -> list[str]:
    return ["✓" if mutation in BY_TOKEN[scope] else NOTHING for scope in TokenScope]


def _table(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [headings, ["---"] * len(headings), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _of_type(schema: GraphQLSchema, name: str) -> str:
    return _chinese(schema.type_map[name].description) if name in schema.type_map else ""


def _of_field(schema: GraphQLSchema, type_name: str, name: str) -> str:
    type_ = schema.type_map.get(type_name)
    return _chinese(type_.fields[name].description) if isinstance(type_, GraphQLObjectType) else ""


def _chinese(description: str | None) -> str:
    """The Chinese of a description, which stands in brackets at its end."""
    found = CHINESE.search(description or "")
    return found[1] if found else ""
