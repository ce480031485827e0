"""What may be refused, and how it is said: as a member of a mutation's result, or as an error of the whole operation.

Every refusal has a stable code, a sentence in the viewer's language (`shared/words`), and for mutations a type.
"""

from datetime import datetime
from typing import Any

import strawberry

from services.shared.beijing import BEIJING
from services.shared.problems import Problem as StoredProblem
from services.shared.words import Language, put


class RefusalError(Exception):
    """The base of every expected failure. `code` is stable; `parameters` fill its sentence."""

    default_code = "REFUSED"
    status = 200  # of an HTTP answer outside GraphQL

    def __init__(self, code: str | None = None, **parameters: str | int) -> None:
        self.code = code or self.default_code
        self.parameters = parameters
        super().__init__(self.code)

    def message(self, language: Language) -> str:
        return put(self.code, self.parameters, language)

    def as_member(self, language: Language) -> "Failure":
        """The error as a member of a mutation's result union."""
        member: Failure = MEMBERS[type(self)](code=self.code, message=self.message(language), **self.details())
        return member

    def details(self) -> dict[str, Any]:
        """Fields of the member beside code and message."""
        return {}


class NotFoundError(RefusalError):
    """It does not exist, or the viewer may not know that it does."""

    default_code = "NOT_FOUND"
    status = 404


class NotAllowedError(RefusalError):
    """The viewer may see it but not do this to it."""

    default_code = "NOT_ALLOWED"
    status = 403


class InvalidInputError(RefusalError):
    """A field of the input is wrong; `field` is its GraphQL name, with dots and places inside lists."""

    default_code = "INVALID_INPUT"
    status = 400

    def __init__(self, code: str | None = None, *, field: str, **parameters: str | int) -> None:
        super().__init__(code, field=field, **parameters)
        self.field = field

    def details(self) -> dict[str, Any]:
        return {"field": self.field}


class CursorOfAnotherListError(InvalidInputError):
    """The cursor belongs to another list, filter or run."""

    def __init__(self) -> None:
        super().__init__("CURSOR_OF_ANOTHER_LIST", field="after")


class ConflictError(RefusalError):
    """It does not fit the present state."""

    default_code = "CONFLICT"
    status = 409


class DocumentRefusedError(RefusalError):
    """A document is not valid; `problems` say where."""

    status = 400

    def __init__(self, problems: list[StoredProblem]) -> None:
        super().__init__(count=len(problems))
        self.problems = problems

    def in_lines(self, language: Language) -> "list[LineProblem]":
        """The problems for a person."""
        return [
            LineProblem(line=problem.line, code=problem.code, message=put(problem.code, problem.parameters, language))
            for problem in self.problems
        ]


class RulesRefusedError(DocumentRefusedError):
    """The rules document is not valid."""

    default_code = "INVALID_RULES"

    def as_member(self, language: Language) -> "Failure":
        return InvalidRules(code=self.code, message=self.message(language), problems=self.in_lines(language))


class FormatRefusedError(DocumentRefusedError):
    """The format document is not valid."""

    default_code = "INVALID_FORMAT"

    def as_member(self, language: Language) -> "Failure":
        return InvalidFormat(code=self.code, message=self.message(language), problems=self.in_lines(language))


class SignInRefusedError(RefusalError):
    """Login, password and code do not go together, or the user may not sign in."""

    default_code = "SIGN_IN_REFUSED"
    status = 401


class SessionEndedError(RefusalError):
    """The token is no session's, or its session has ended."""

    default_code = "SESSION_ENDED"
    status = 401


class TooManyAttemptsError(RefusalError):
    """The login is locked for a while, or the client's address has tried too often."""

    default_code = "TOO_MANY_ATTEMPTS"
    status = 429

    def __init__(self, retry_at: datetime) -> None:
        super().__init__(retry_at=f"{retry_at.astimezone(BEIJING):%H:%M:%S}")
        self.retry_at = retry_at

    def details(self) -> dict[str, Any]:
        return {"retry_at": self.retry_at}


@strawberry.interface(name="Error", description="An expected failure of a mutation. (可预期的失败)")
class Failure:
    code: str = strawberry.field(description="Stable, for programs. (错误代码)")
    message: str = strawberry.field(description="For people, in the language of the request. (说明)")


@strawberry.type(description="It does not exist, or the viewer may not see it. (不存在)")
class NotFound(Failure):
    pass


@strawberry.type(description="The viewer may not do this. (无权限)")
class NotAllowed(Failure):
    pass


@strawberry.type(description="A field of the input is wrong. (输入有误)")
class InvalidInput(Failure):
    field: str = strawberry.field(description="Which one, such as `rounds.0.opensAt`. (字段)")


@strawberry.type(description="It does not fit the present state; read again and decide. (与当前状态冲突)")
class Conflict(Failure):
    pass


@strawberry.type(description="One thing wrong with a document. (文档的一处问题)")
class LineProblem:
    line: int | None = strawberry.field(description="Line of the document, from 1. (行号)")
    code: str = strawberry.field(description="Stable, for programs. (问题代码)")
    message: str = strawberry.field(description="For people. (说明)")


@strawberry.type(description="The rules document cannot be used as it is. (规则文档有误)")
class InvalidRules(Failure):
    problems: list[LineProblem] = strawberry.field(description="Everything that is wrong with it. (问题清单)")


@strawberry.type(description="The format document cannot be used as it is. (格式文档有误)")
class InvalidFormat(Failure):
    problems: list[LineProblem] = strawberry.field(description="Everything that is wrong with it. (问题清单)")


@strawberry.type(description="What was given does not prove who it is. (登录名、密码或验证码不正确)")
class SignInRefused(Failure):
    pass


@strawberry.type(description="Too many attempts; no more are taken for a while. (尝试次数过多)")
class TooManyAttempts(Failure):
    retry_at: datetime = strawberry.field(description="When the next attempt is taken. (可重试时间)")


MEMBERS: dict[type[RefusalError], Any] = {
    NotFoundError: NotFound,
    NotAllowedError: NotAllowed,
    InvalidInputError: InvalidInput,
    CursorOfAnotherListError: InvalidInput,
    ConflictError: Conflict,
    RulesRefusedError: InvalidRules,
    FormatRefusedError: InvalidFormat,
    SignInRefusedError: SignInRefused,
    TooManyAttemptsError: TooManyAttempts,
}
