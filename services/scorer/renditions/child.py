"""Making documents in a child process: what they need of memory goes with the child, and a crash costs one document.

A child has so much address space and so much time of a processor, and is ended when it needs more.
"""

import asyncio
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import services
from services.shared.processes import as_child

MEMORY = 4 << 30  # bytes of address space; the PDF of 100 000 people maps less than 2 GiB
CPU_SECONDS = 1_800


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
        preexec_fn=_limited(as_child(signal.SIGKILL)),
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


def _limited(prepare: Callable[[], None]) -> Callable[[], None]:
    """A `preexec_fn` that sets the limits too: the kernel refuses memory, and ends what takes too much time."""
    memory, cpu_seconds = MEMORY, CPU_SECONDS

    def prepare_and_limit() -> None:
        prepare()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))

    return prepare_and_limit
