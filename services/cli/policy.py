"""`--policy` of rosters and exports: what one refused line means for the others."""

from typing import Annotated

import typer

from services.cli.errors import CommandError
from services.shared.vocabulary import ImportPolicy

Policy = Annotated[
    str, typer.Option("--policy", help="有一行有误时：all 全部不导入，good 只导入无误的行 / all or nothing, good rows")
]


def read_policy(text: str) -> ImportPolicy:
    """What `--policy` means; raises CommandError that names what can be written."""
    policies = {"all": ImportPolicy.ALL_OR_NOTHING, "good": ImportPolicy.GOOD_ROWS}
    found = policies.get(text.lower()) or next((one for one in ImportPolicy if one == text.upper()), None)
    if found is None:
        raise CommandError(f"没有导入方式“{text}”，可写 all 或 good。 / Write all or good.")
    return found
