"""Sentences for people: what is so, and what to do about it."""

from collections.abc import Mapping
from typing import Any, Self

import strawberry

from services.api.problems import InLanguage, Parameter, parameters_of
from services.shared.problems import Coded
from services.shared.words import Language, put


@strawberry.type(description="What is so, and what to do about it. (说明与办法)")
class Statement:
    values: strawberry.Private[Mapping[str, Any]]
    code: str = strawberry.field(description="Stable, for programs. (代码)")

    @classmethod
    def of(cls, coded: Coded) -> Self:
        return cls(code=coded.code, values=coded.parameters)

    @strawberry.field(description="As a sentence. (说明)")
    def message(self, language: InLanguage = Language.ZH) -> str:
        return put(self.code, self.values, language)

    @strawberry.field(description="The values in the sentence. (参数)")
    def parameters(self) -> list[Parameter]:
        return parameters_of(self.values)
