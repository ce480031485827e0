"""One viewer of each kind, seen from the first city of a contest."""

from typing import Any

from starlette.applications import Starlette
from strawberry.types import ExecutionResult

from services.api.access import PUBLIC, Viewer
from services.api.context import Context
from services.api.masking import said
from services.api.users.sessions import token_hash
from services.api.users.store import find_viewer
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from services.shared.words import Language
from tests.api.access.planted import HERE, Planted
from tests.factories import APerson, a_contest, a_person

KINDS = (
    "organiser",
    "auditor",
    "judge",
    "clerk",
    "leader",
    "contestant",
    "nobody",
    "public",
    "organiser elsewhere",
    "auditor elsewhere",
)


async def viewer_of(pool: Pool, planted: Planted, kind: str) -> Viewer:
    """Clerk, leader and contestant are of the first city; `elsewhere` is in another contest."""
    contest, city = planted.contest, planted.contest.cities[HERE]
    match kind:
        case "public":
            return PUBLIC
        case "nobody":
            person = await a_person(pool)
        case "clerk":
            person = await a_person(pool, Role.CITY_CLERK, contest, city=city)
        case "leader":
            person = planted.leaders[HERE]
        case "contestant":
            person = await a_person(pool, Role.CONTESTANT, contest, contestant=planted.people[HERE].id)
        case "organiser elsewhere" | "auditor elsewhere":
            person = await a_person(pool, Role(kind.split(maxsplit=1)[0].upper()), await a_contest(pool))
        case _:
            person = await a_person(pool, Role(kind.upper()), contest)
    return await signed_in(pool, person)


async def signed_in(pool: Pool, person: APerson) -> Viewer:
    viewer = await find_viewer(pool, token_hash(person.token))
    assert viewer is not None
    return viewer


class Asker:
    """Asks operations as one viewer, and answers them as they would be sent."""

    def __init__(self, app: Starlette, viewer: Viewer) -> None:
        self._resources = app.state.resources
        self.schema = app.state.operations._schema
        self.viewer = viewer

    def context(self) -> Context:
        return Context(self._resources, self.viewer, address="192.0.2.1")

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        result: ExecutionResult = await self.schema.execute(
            document, variable_values=variables, context_value=self.context()
        )
        errors = [said(error, Language.ZH).formatted for error in result.errors or ()]
        for error in errors:
            code = error.get("extensions", {}).get("code")
            assert code is not None, f"not a valid document: {error['message']}\n{document}"
            assert code != "UNEXPECTED", f"{result.errors}\n{document}"
        return {"data": result.data, "errors": [{**error, "locations": None} for error in errors]}
