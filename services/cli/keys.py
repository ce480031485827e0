"""`./livecup keys`: the secret keys that seal personal data: add one, put everything under it, drop the old one."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

import asyncpg
import typer

from services.cli.errors import CommandError
from services.cli.output import Json, emit, notes, results
from services.cli.table import Column, table
from services.cli.usage import Livecup
from services.cli.verify import open_database
from services.shared.audit.actions import Action
from services.shared.audit.store import Actor, Entry, record
from services.shared.key_rotation.rotate import (
    KeyUse,
    Rotated,
    TwicePersonError,
    UnreadableValueError,
    key_uses,
    rotate,
)
from services.shared.key_rotation.store import is_let_go
from services.shared.personal_data import Key, KeySettingError, UnknownKeyError, Vault
from services.shared.personal_data.keys import (
    changing_keys,
    keep_dropped,
    keep_keys,
    key_file,
    known_keys,
    with_new_key,
    write_keys,
)
from services.shared.settings import Settings

keys = Livecup(help="密钥：更换加密个人信息的密钥。 / Keys: change what seals personal data.")
_ACTOR = Actor(None, "livecup keys")
_COLUMNS = (
    Column("密钥", "key", number=True),
    Column("状态", "state"),
    Column("内容", "what"),
    Column("数量", "values", number=True),
)


@keys.command()
def new(*, as_json: Json = False) -> None:
    """新增一把密钥，以后的信息用它加密；旧密钥保留。 / Add a key as the present one; the old ones stay."""
    settings = Settings.read()
    with changing_keys(key_file(settings)):
        changed = with_new_key(_known(settings))
        recorded = True
        try:
            setting = asyncio.run(_keep_on_record(settings, changed, Action.NEW_KEY, (None, changed[0].id)))
        except (CommandError, asyncpg.PostgresError):  # a key is needed before there is a database
            recorded, setting = False, _keep(settings, changed)
            notes.print(
                "[yellow]![/yellow] 连不上数据库，没有写入操作记录。 / The database does not answer: not recorded."
            )
    if as_json:
        emit({"key": changed[0].id, "keys": [key.id for key in changed], "setting": setting, "recorded": recorded})
        return
    results.print(f"已新增第 {changed[0].id} 号密钥。 / Key {changed[0].id} is the present one.")
    _say_setting(setting)
    results.print(
        "接着：1. 重启全部服务；2. ./livecup keys rotate。 / Next: restart every service, then keys rotate.",
        markup=False,
    )


@keys.command("rotate")
def rotate_keys(*, as_json: Json = False) -> None:
    """把全部已加密的信息换到当前密钥下；可重复运行，中断不留半截。 / Put everything under the present key."""
    done, present = asyncio.run(_rotate(Settings.read()))
    if as_json:
        emit({"key": present, "people": done.people, "values": done.values, "listed": done.listed})
        return
    results.print(
        f"已换到第 {present} 号密钥：选手 {done.people} 人，其他 {done.values} 项，名单中 {done.listed} 人。"
        " 用 ./livecup keys status 查看旧密钥能否停用。 / Done; keys status says what still needs an old key.",
        markup=False,
    )


@keys.command()
def status(*, as_json: Json = False) -> None:
    """每把密钥下有多少信息，哪把可以停用。 / What stands under which key, and which may be dropped."""
    uses = asyncio.run(_uses(Settings.read()))
    if as_json:
        emit({"keys": [_as_json(use) for use in uses]})
    else:
        results.print(table(_COLUMNS, [row for use in uses for row in _rows(use)]))
    if not all(use.known for use in uses):
        missing = "、".join(str(use.key_id) for use in uses if not use.known)
        raise CommandError(f"缺少第 {missing} 号密钥，其下的信息打不开。 / Values stand under a key that is missing.")


@keys.command()
def drop(
    key_id: Annotated[int, typer.Argument(help="要停用的密钥号 / the key's id")], *, as_json: Json = False
) -> None:
    """停用一把旧密钥；仍有信息要用它时拒绝。 / Drop an old key; refused while anything still needs it."""
    settings = Settings.read()
    with changing_keys(key_file(settings)):
        left, setting = asyncio.run(_drop(settings, key_id))
    if as_json:
        emit({"dropped": key_id, "keys": [key.id for key in left], "setting": setting})
        return
    results.print(f"已停用第 {key_id} 号密钥，请重启全部服务。 / Dropped; restart every service.")
    _say_setting(setting)
    if setting is None:
        results.print(
            f"旧密钥留在 secret_key.dropped-{key_id}；确认一切正常后请移走或删除。"
            " / The old key is kept in that file: take it away once all is well.",
            markup=False,
        )


def _known(settings: Settings) -> tuple[Key, ...]:
    try:
        return known_keys(settings)
    except KeySettingError as error:
        raise CommandError(f"密钥设置有误。 / LIVECUP_SECRET_KEY or the file secret_key: {error}.") from None


async def _drop(settings: Settings, key_id: int) -> tuple[list[Key], str | None]:
    """The keys that are left, and what a setting must become; no service seals with the key that goes."""
    known = _known(settings)
    async with open_database(settings) as pool, pool.acquire() as connection, connection.transaction():
        if not await is_let_go(connection, key_id):
            raise CommandError(
                f"还有服务在用第 {key_id} 号密钥加密，什么也没有改动。请先重启全部服务，再运行 ./livecup keys rotate。"
                " / A service still seals with this key: restart every service, then run keys rotate."
            )
        _check_droppable(await key_uses(connection, Vault(known)), key_id)
        left = [key for key in known if key.id != key_id]
        await record(connection, _ACTOR, Entry(Action.DROP_KEY, "Key", None, changes={"key": (key_id, None)}))
        if not settings.secret_key.get_secret_value():
            keep_dropped(key_file(settings), next(key for key in known if key.id == key_id))
        return left, _keep(settings, left)


def _check_droppable(uses: Sequence[KeyUse], key_id: int) -> None:
    """Raises CommandError."""
    use = next((use for use in uses if use.key_id == key_id and use.known), None)
    if use is None:
        raise CommandError(f"没有第 {key_id} 号密钥。 / There is no such key.")
    if not use.droppable:
        needed = "、".join(f"{kept.what} {kept.values}" for kept in use.kept) or "当前密钥 / it is the present one"
        raise CommandError(
            f"第 {key_id} 号密钥还不能停用：{needed}。先运行 ./livecup keys rotate；"
            "given_list_people 是名单中尚未报名的人，请重新导入该名单；"
            "invitations 是还没有用的邀请码，请等用完、到期，或作废重发。"
            " / The key is still needed: run keys rotate; import given lists again; open invitations must end first."
        )


async def _keep_on_record(
    settings: Settings, changed: Sequence[Key], action: Action, key: tuple[int | None, int | None]
) -> str | None:
    """As `_keep`, with an entry in the audit: both or none."""
    async with open_database(settings) as pool, pool.acquire() as connection, connection.transaction():
        await record(connection, _ACTOR, Entry(action, "Key", None, changes={"key": key}))
        return await asyncio.to_thread(_keep, settings, changed)


def _keep(settings: Settings, changed: Sequence[Key]) -> str | None:
    """Keeps the keys in the home folder; where a setting gives them, answers what it must become."""
    if settings.secret_key.get_secret_value():
        return write_keys(changed)
    keep_keys(key_file(settings), changed)
    return None


def _say_setting(setting: str | None) -> None:
    if setting is not None:
        results.print("请把设置改为 / change the setting to:")
        typer.echo(f"LIVECUP_SECRET_KEY={setting}")


async def _rotate(settings: Settings) -> tuple[Rotated, int]:
    vault = Vault(_known(settings))
    async with open_database(settings) as pool, pool.acquire() as connection:
        try:
            async with connection.transaction():
                return await rotate(connection, vault, _ACTOR), vault.present
        except UnknownKeyError as error:
            raise CommandError(
                f"缺少第 {error.key_id} 号密钥，什么也没有改动。 / Key {error.key_id} is missing; nothing was changed."
            ) from None
        except UnreadableValueError as error:
            raise CommandError(
                f"{error.what} 打不开（行 {error.row}）：密钥不对，或内容被改动；什么也没有改动。"
                " / A value does not open: the key is wrong or the value was changed. Nothing was changed."
            ) from None
        except TwicePersonError as error:
            raise CommandError(
                f"编号 {error.numbers[0]} 和 {error.numbers[1]} 的选手是同一个身份证号，请先处理；什么也没有改动。"
                " / Two contestants have the same ID number; decide first. Nothing was changed."
            ) from None


async def _uses(settings: Settings) -> list[KeyUse]:
    vault = Vault(_known(settings))
    async with open_database(settings) as pool, pool.acquire() as connection:
        return await key_uses(connection, vault)


def _state(use: KeyUse) -> str:
    if not use.known:
        return "缺失"
    if use.present:
        return "当前"
    return "可停用" if use.droppable else "仍需要"


def _rows(use: KeyUse) -> list[tuple[str, str, str, str]]:
    kept = [(one.what, str(one.values)) for one in use.kept] or [("-", "0")]
    return [(str(use.key_id), _state(use), what, values) for what, values in kept]


def _as_json(use: KeyUse) -> dict[str, Any]:
    return {
        "key": use.key_id,
        "known": use.known,
        "present": use.present,
        "droppable": use.droppable,
        "values": {one.what: one.values for one in use.kept},
    }
