"""Exporting a city's list as the form: who is on it is settled and recorded when it is asked for, then fetched once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.context import Info, Resources
from services.api.decisions.mutations import MUTATIONS
from services.api.downloads.file import Download, DownloadKind, File
from services.api.downloads.store import open_download
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotFoundError,
    TooManyAttempts,
)
from services.api.nodes import key_of
from services.api.personal_data.limits import check_exports
from services.api.submissions import store
from services.api.submissions.form import city_form
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.database.pool import Connection

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@strawberry.input(description="Which list to export. (导出推荐名单)")
class ExportCityListInput:
    city_id: strawberry.ID = strawberry.field(description="The city. (市州)")
    division_id: strawberry.ID = strawberry.field(description="The division. (组别)")
    submission_id: strawberry.ID | None = strawberry.field(
        default=None, description="As it was submitted; without, the people who hold a place now. (上报名单)"
    )
    reason: str | None = strawberry.field(
        default=None, description="Why ID and phone numbers are needed whole; masked without. (查看完整信息的原因)"
    )


@strawberry.type(description="The form can be fetched once. (已生成)")
class ExportCityListPayload:
    url: str = strawberry.field(description="GET it here, once, signed in; may be relative to the API. (下载地址)")
    expires_at: datetime = strawberry.field(description="Until when. (有效至)")
    people: int = strawberry.field(description="How many people it names. (人数)")


ExportCityListResult = Annotated[
    ExportCityListPayload | InvalidInput | NotFound | NotAllowed | Conflict | TooManyAttempts,
    strawberry.union("ExportCityListResult", description="What exportCityList answers. (导出名单的结果)"),
]


@strawberry.type
class CityListExportMutation:
    @strawberry.mutation(description="The recommendation table of a city and division, to be printed. (导出推荐名单)")
    async def export_city_list(
        self,
        info: Info,
        input: Annotated[ExportCityListInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> ExportCityListResult:
        context = info.context
        if input.reason is not None:
            check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            city_id, division_id = key_of(input.city_id, "City"), key_of(input.division_id, "Division")
            scope = context.may("exportCityList")
            contest = await store.find_listed_in(connection, scope, city_id, division_id)
            if contest is None or city_id is None or division_id is None:
                raise NotFoundError
            submission = key_of(input.submission_id, "Submission")
            if input.submission_id is not None and submission is None:
                raise NotFoundError
            people = await _people(connection, city_id, division_id, submission)
            if input.reason is not None:
                await check_exports(connection, context.viewer.user_id)
            whole = [] if input.reason is None else await store.find_present(connection, city_id, people)
            await context.record(connection, *_entries(contest, city_id, len(people), whole, input.reason))
            given = {
                "division": str(division_id),
                "submission": submission and str(submission),
                "people": [str(person) for person in people],
                "whole": [str(person) for person in whole],
            }
            url, expires_at = await open_download(
                connection, DownloadKind.CITY_LIST, city_id, context.viewer.user_id, given
            )
        return ExportCityListPayload(url=url, expires_at=expires_at, people=len(people))


async def _people(connection: Connection, city_id: UUID, division_id: UUID, submission: UUID | None) -> list[UUID]:
    """Those on the list, in its order."""
    if submission is None:
        found = await store.find_recommended(connection, city_id)
        people = [person.id for person in found if person.division_id == division_id]
    else:
        lines = await store.find_submitted(connection, city_id, submission)
        if lines is None:
            raise NotFoundError
        people = [line.contestant_id for line in lines if line.division_id == division_id]
    if not people:
        raise ConflictError("LIST_EMPTY")
    return people


def _entries(contest: UUID, city_id: UUID, people: int, whole: Sequence[UUID], reason: str | None) -> list[Entry]:
    """The export, and of each person whose numbers are shown whole, that they are."""
    changes = {"people": (None, people), "whole": (None, len(whole))}
    exported = Entry(Action.EXPORT_CITY_LIST, "City", city_id, contest, city_id, changes=changes, reason=reason or "")
    return [exported] + [
        Entry.of_contestant(Action.EXPORT_PERSONAL_DATA, person, contest, city_id, reason=reason or "")
        for person in whole
    ]


async def render_city_list(resources: Resources, download: Download) -> File:
    """The form of a download, as far as who fetches it may still have it; raises NotFoundError.

    Of a submission it is what was printed then; of people who have been erased, what is left of them. Whole are those
    whom the record says so of, while they are in the city.
    """
    given, city = download.parameters, download.subject_id
    division = UUID(given["division"])
    scope = download.viewer.scope(MUTATIONS["exportCityList"])
    if await store.find_listed_in(resources.pool, scope, city, division) is None:
        raise NotFoundError("DOWNLOAD_NOT_FOUND")
    people, whole = ([UUID(person) for person in given[which]] for which in ("people", "whole"))
    submission = UUID(given["submission"]) if given.get("submission") else None
    head, lines = await store.find_form(
        resources.pool, resources.vault, city, division, people, whole=whole, submission=submission
    )
    return File(city_form(head, lines), f"{head.city}_{head.division}_推荐表.xlsx", _XLSX)
