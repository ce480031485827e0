"""A page: a named operation and a template. It sees what any client of the API would see, and never touches SQL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request

MOST_DIGITS = 9  # GraphQL knows no larger numbers
Data = Mapping[str, Any]


class Number(Convertor[int]):
    """A number of ours in an address; one that is longer than any is 0, which nothing has."""

    regex = "[0-9]+"

    def convert(self, value: str) -> int:
        return int(value) if len(value) <= MOST_DIGITS else 0

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", Number())


def path_alone(request: Request) -> dict[str, Any]:
    """The variables of most pages: what stands in the address."""
    return dict(request.path_params)


def path_and(*names: str) -> Callable[[Request], dict[str, Any]]:
    """Of lists: what stands in the address, and of these parameters behind it those that are not empty."""

    def variables(request: Request) -> dict[str, Any]:
        given = {name: request.query_params[name] for name in names if request.query_params.get(name)}
        return {**request.path_params, **given}

    return variables


def no_variables(_: Request) -> dict[str, Any]:
    """Of pages whose operation takes none."""
    return {}


@dataclass(frozen=True, slots=True)
class Page:
    """`path` is Starlette's; `operation` names a query in some `operations.graphql`.

    Where a field that `subject` names (`contest`, `contest.round`) is null the page does not exist for this viewer.
    """

    path: str
    operation: str
    template: str  # `contests/contest.html` is services/api/contests/templates/contest.html
    subject: str = ""
    variables: Callable[[Request], dict[str, Any]] = path_alone
    signed_in: bool = False  # whoever is not is sent to sign in and comes back

    def exists(self, data: Data) -> bool:
        found: Any = data
        for name in self.subject.split(".") if self.subject else ():
            found = found[name]
            if found is None:
                return False
        return True


Typed = Mapping[str, str]  # what was typed, field by field


@dataclass(frozen=True, slots=True)
class Form:
    """What a page may send: a mutation with one `input`, made from what was typed, or none where `given` is none.

    When it is refused the page is shown again with the reason and everything that was typed, passwords and codes apart.
    """

    path: str
    mutation: str
    page: Page
    given: Callable[[Request, Typed], dict[str, Any]] | None
    then: Callable[[Request, Typed, Data], str]  # where to go once it is done


Pages = Sequence[Page | Form]
