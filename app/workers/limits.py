"""What a worker may not do: take more memory than its budget, or speak to the network."""

from __future__ import annotations

import os
import platform
import sys
import threading
import time
from pathlib import Path
from typing import Final

from app.errors import LimitReached

MEMORY_SETTING: Final = "query_memory_mb"
"""The setting that bounds a worker's memory."""

_MIB = 2**20


def over_memory(memory_mb: int) -> LimitReached:
    """The error of a query that wanted more memory than it may have."""
    return LimitReached(
        MEMORY_SETTING,
        memory_mb,
        f"It needs more than {memory_mb} MiB of memory, the limit here ({MEMORY_SETTING}). "
        "Ask for less: bind more terms, add LIMIT, or leave out ORDER BY, DISTINCT or GROUP BY.",
    )


def limit_memory(budget_mb: int) -> None:
    """Bounds this process's memory at what it has now and so many MiB more.

    On Linux the address space is bounded: an overrun aborts the process with "memory allocation
    … failed" on stderr. Elsewhere a thread watches the resident size and does the same.
    """
    size = _address_space()
    if size is not None:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (size + budget_mb * _MIB, hard))
    else:
        _watch_resident_size(budget_mb)


def unlimit_memory() -> None:
    """Lifts the bound for a moment, as opening another generation needs address space."""
    if _address_space() is not None:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def deny_network() -> bool:
    """Whether this process, from now on and for good, can open no socket.

    A second wall: what reaches for the network is refused before by name. Linux alone has it,
    by a seccomp filter that answers socket(2) with "permission denied".
    """
    return _filter_sockets(((_RETURN, 0, 0, _DENY),))


def allow_port(port: int) -> bool:
    """Whether this process, from now on and for good, can speak to one TCP port and no other.

    It can open no socket but for TCP over IPv4, so that it cannot even look a name up; and where
    Landlock bounds ports (Linux 6.7), connects to this one alone.
    """
    family, kind, tcp_over_ipv4 = 16, 24, (2, 1)
    bounded = _connect_to(port)
    return (
        _filter_sockets(
            (
                (_LOAD, 0, 0, family),
                (_EQUAL, 0, 3, tcp_over_ipv4[0]),
                (_LOAD, 0, 0, kind),
                (_AND, 0, 0, 0xF),  # without SOCK_CLOEXEC and SOCK_NONBLOCK
                (_EQUAL, 1, 0, tcp_over_ipv4[1]),
                (_RETURN, 0, 0, _DENY),
            )
        )
        and bounded
    )


_LOAD, _EQUAL, _AT_LEAST, _RETURN, _AND = 0x20, 0x15, 0x35, 0x06, 0x54
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 13  # EACCES

_Instruction = tuple[int, int, int, int]


def _filter_sockets(sockets: tuple[_Instruction, ...]) -> bool:
    """Whether a filter stands: instructions that end in a denial, and fall through to allow.

    Source: seccomp(2); the numbers are those of linux/audit.h and the kernel's system call tables.
    """
    known = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    import ctypes
    import struct

    architecture, socket_call = known
    instructions = (
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, 2 + len(sockets), architecture),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, len(sockets), 0, 0x40000000),  # the x32 numbers name the same calls again
        (_EQUAL, 0, len(sockets), socket_call),
        *sockets,
        (_RETURN, 0, 0, _ALLOW),
    )
    program = b"".join(struct.pack("=HBBI", *one) for one in instructions)

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    pr_set_seccomp, filter_mode = 22, 2
    filtered = Program(len(program) // 8, program)
    if not _no_new_privileges():
        return False
    status: int = ctypes.CDLL(None).prctl(pr_set_seccomp, filter_mode, ctypes.byref(filtered), 0, 0)
    return status == 0


def _connect_to(port: int) -> bool:
    """Whether TCP connections are bounded to the port. Source: landlock(7)."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        return False
    import ctypes
    import struct

    system = ctypes.CDLL(None, use_errno=True).syscall
    system.restype = ctypes.c_long
    create, add, restrict = 444, 445, 446  # the same on both
    bind_and_connect, connect, by_port = 0b11, 0b10, 2
    handled = struct.pack("=QQ", 0, bind_and_connect)
    rules = system(create, handled, ctypes.c_size_t(len(handled)), 0)
    if rules < 0:
        return False
    try:
        rule = struct.pack("=QQ", connect, port)
        return (
            system(add, rules, by_port, rule, 0) == 0
            and _no_new_privileges()
            and system(restrict, rules, 0) == 0
        )
    finally:
        os.close(rules)


def _no_new_privileges() -> bool:
    import ctypes

    pr_set_no_new_privs = 38
    status: int = ctypes.CDLL(None).prctl(pr_set_no_new_privs, 1, 0, 0, 0)
    return status == 0


def _address_space() -> int | None:
    """Bytes of address space in use; None where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def _watch_resident_size(budget_mb: int) -> None:
    import resource

    scale = 1 if sys.platform == "darwin" else 1024
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def watch() -> None:
        while True:
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start) * scale
            if grown > budget_mb * _MIB:
                os.write(2, b"memory allocation past the budget failed\n")
                os.abort()
            time.sleep(0.05)

    threading.Thread(target=watch, name="memory", daemon=True).start()
