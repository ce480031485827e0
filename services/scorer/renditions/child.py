"""Making documents in a child process: what they need of memory goes with the child, and a crash costs one document."""

import asyncio
import signal
import sys
from pathlib import Path

import services
from services.shared.processes import as_child


class ChildError(Exception):
    """The child did not make the document."""


async def made_in_child(module: str, *arguments: str, given: bytes) -> bytes:
    """What `python -m module` writes when it is given these bytes; raises ChildError with what it complains of."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=Path(services.__file__).parents[1],
        preexec_fn=as_child(signal.SIGKILL),
    )
    try:
        made, said = await child.communicate(given)
    except BaseException:  # cancelled: nobody waits for it any more
        child.kill()
        await child.wait()
        raise
    if child.returncode != 0:
        raise ChildError(f"{module} {arguments}: {child.returncode} {said.decode(errors='replace')[-500:]}")
    return made
