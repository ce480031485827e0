"""Problems as clients see them: a code, its parameters, and a sentence in the language that is asked for."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

import strawberry

from services.api.rows import RowWithGaps
from services.shared.vocabulary import Severity
from services.shared.words import Language, put

InLanguage = Annotated[Language, strawberry.argument(description="Language of the sentence. (语言)")]


@strawberry.type(description="A named value inside a sentence or formula. (参数)")
class Parameter:
    name: str = strawberry.field(description="Its name. (名称)")
    value: str = strawberry.field(description="Its value as plain text. (值)")


def parameters_of(values: Mapping[str, Any]) -> list[Parameter]:
    return [Parameter(name=name, value=str(value)) for name, value in values.items()]


@strawberry.type(description="What is wrong with a file, a roster or a run, and where. (问题)")
class Problem:
    values: strawberry.Private[Mapping[str, Any]]
    severity: Severity = strawberry.field(description="Whether it keeps the line or file from counting. (严重程度)")
    code: str = strawberry.field(description="Stable, for programs. (问题代码)")
    sheet: str | None = strawberry.field(description="Name of the sheet. (工作表)")
    line: int | None = strawberry.field(description="Row number as Excel shows it, from 1. (行号)")
    column: str | None = strawberry.field(description="Heading as the file has it. (列名)")

    @classmethod
    def of(cls, row: RowWithGaps) -> Self:
        """From a row of upload_problems or an entry of a JSON list of problems; a run's error has no place."""
        return cls(
            values=row.get("parameters") or {},
            severity=Severity(row.get("severity") or Severity.ERROR),
            code=row["code"],
            sheet=row.get("sheet"),
            line=row.get("line"),
            column=row.get("column"),
        )

    @strawberry.field(description="What happened and what to do. (说明)")
    def message(self, language: InLanguage = Language.ZH) -> str:
        return put(self.code, self.values, language)

    @strawberry.field(description="What the cell says, where a cell is wrong; never of a personal column. (单元格内容)")
    def value(self) -> str | None:
        found = self.values.get("value")
        return None if found is None or self.line is None else str(found)

    @strawberry.field(description="The values in the sentence. (参数)")
    def parameters(self) -> list[Parameter]:
        return parameters_of(self.values)
