"""Child processes that do not outlive us, however we die, and that need not be root."""

import ctypes
import os
import pwd
import signal
import struct
import sys
from collections.abc import Callable

# From linux/prctl.h and linux/capability.h.
_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2
_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(with_signal: signal.Signals = signal.SIGKILL) -> None:
    """Asks the kernel to send this process a signal when the thread that started it ends. Linux only."""
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_PDEATHSIG, int(with_signal))


def as_child(with_signal: signal.Signals, user: pwd.struct_passwd | None = None) -> Callable[[], None]:
    """A `preexec_fn` for `subprocess`: changes to `user` if one is given, then ties the child to its parent's life."""
    parent = os.getpid()

    def prepare() -> None:
        os.setsid()  # a Ctrl-C at the terminal reaches the parent alone, which stops its children in order
        if user is not None:
            _become(user)
        die_with_parent(with_signal)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return prepare


def _become(user: pwd.struct_passwd) -> None:
    """Changes to another user but keeps the right to pass through folders such as root's own (mode 0700)."""
    capabilities = 1 << _CAP_DAC_OVERRIDE | 1 << _CAP_DAC_READ_SEARCH
    _libc.prctl(_PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    for wanted in (capabilities, 1 << _CAP_DAC_OVERRIDE):  # containers often grant only the second
        if _libc.capset(header, struct.pack("6I", wanted, wanted, wanted, 0, 0, 0)) == 0:
            break
    for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0)
