"""What Typer itself says, in Chinese first: headings of the help, and what is wrong with a command as it was typed."""

import re
from collections.abc import Callable
from typing import Any

import typer
from typer import rich_utils
from typer._click.exceptions import BadParameter, MissingParameter, NoArgsIsHelpError, NoSuchOption, UsageError
from typer.core import TyperCommand, TyperGroup
from typer.models import CommandFunctionType

# Its own words for a value that does not fit its option, and ours.
_MISFITS = (
    (re.compile(r"valid integer|valid int\b"), "应是整数"),
    (re.compile(r"valid number|valid float"), "应是数字"),
    (re.compile(r"greater than or equal to (\S+)"), "不能小于 {}"),
    (re.compile(r"less than or equal to (\S+)"), "不能大于 {}"),
    (re.compile(r"is not in the range (\S+?)\.?$"), "应在 {} 之内"),
    (re.compile(r"does not exist"), "不存在"),
)

_MESSAGES = (
    (re.compile(r"No such command '(.*?)'\.?"), "没有命令 {}"),
    (re.compile(r"Missing command"), "请写明命令"),
    (re.compile(r"unexpected extra argument\(?s?\)? \((.*)\)"), "多出了 {}"),
    (re.compile(r"Option '(\S+)' requires an argument"), "{} 后面要有内容"),
    (re.compile(r"Option '(\S+)' does not take a value"), "{} 后面不写内容"),
)


class _Chinese:
    """Mixed into Typer's commands: the two things of the help that are no constants."""

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "显示帮助 / show this help"
        return option

    def get_usage(self, ctx: Any) -> str:
        said: str = super().get_usage(ctx)  # type: ignore[misc]
        return said.replace("Usage:", "用法 / usage:", 1)


class Command(_Chinese, TyperCommand):
    """One command."""


class Group(_Chinese, TyperGroup):
    """Commands under one name."""


def speak_chinese() -> None:
    """Gives the help's headings both languages."""
    rich_utils.ARGUMENTS_PANEL_TITLE = "参数 / arguments"
    rich_utils.OPTIONS_PANEL_TITLE = "选项 / options"
    rich_utils.COMMANDS_PANEL_TITLE = "命令 / commands"
    rich_utils.DEFAULT_STRING = "[默认 / default: {}]"
    rich_utils.REQUIRED_LONG_STRING = "[必填 / required]"


def explained(error: UsageError) -> str:
    """The line for a command that was typed wrongly, with where help is; empty when the help itself was shown."""
    if isinstance(error, NoArgsIsHelpError):
        return ""
    hint = f" 用法见 / help: {error.ctx.command_path} --help" if error.ctx is not None else ""
    return f"{_what(error)}。 / {error.format_message().rstrip('.')}.{hint}"


def _what(error: UsageError) -> str:
    if isinstance(error, MissingParameter):
        return f"缺少{_kind(error)} {_name(error)}"
    if isinstance(error, BadParameter):
        return f"{_name(error)} 的内容不对{_put(_MISFITS, error.message, '：{}', '')}"
    if isinstance(error, NoSuchOption):
        near = "，是不是 {}".format("、".join(sorted(error.possibilities))) if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}"
    return _put(_MESSAGES, error.message, "{}", "命令写法有误")


def _kind(error: BadParameter) -> str:
    return "选项" if error.param is not None and error.param.param_type_name == "option" else "参数"


def _name(error: BadParameter) -> str:
    """`--first`, or the argument by its name."""
    if error.param is None:
        return "参数"
    return error.param.opts[0] if error.param.param_type_name == "option" else (error.param.name or "")


def _put(known: tuple[tuple[re.Pattern[str], str], ...], message: str, into: str, otherwise: str) -> str:
    for pattern, sentence in known:
        if found := pattern.search(message):
            return into.format(sentence.format(*found.groups()))
    return otherwise


class Livecup(typer.Typer):
    """An application whose commands, and the groups among them, speak Chinese first."""

    def __init__(self, **given: Any) -> None:
        given = {"no_args_is_help": True, **given}
        super().__init__(cls=Group, add_completion=False, pretty_exceptions_enable=False, **given)

    def command(self, name: str | None = None, **named: Any) -> Callable[[CommandFunctionType], CommandFunctionType]:
        return super().command(name, **{"cls": Command, **named})
