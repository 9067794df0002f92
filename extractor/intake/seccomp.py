"""No network and no other programs for a process: a seccomp filter, in Linux on x86_64 and aarch64, by ctypes alone.

Calls are refused (``EACCES``), not answered with death: a library that tries one by habit goes on without.
Numbers: ``arch/x86/entry/syscalls/syscall_64.tbl`` and ``include/uapi/asm-generic/unistd.h`` of Linux.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

# Sockets come from these; io_uring would open them past the filter. Programs, other processes and namespaces besides.
_REFUSED = {
    "x86_64": {
        "socket": 41, "connect": 42, "bind": 49, "listen": 50, "socketpair": 53, "execve": 59, "ptrace": 101,
        "mount": 165, "unshare": 272, "perf_event_open": 298, "setns": 308, "process_vm_readv": 310,
        "process_vm_writev": 311, "bpf": 321, "execveat": 322, "userfaultfd": 323, "io_uring_setup": 425,
        "io_uring_enter": 426, "io_uring_register": 427,
    },
    "aarch64": {
        "mount": 40, "unshare": 97, "ptrace": 117, "socket": 198, "socketpair": 199, "bind": 200, "listen": 201,
        "connect": 203, "execve": 221, "perf_event_open": 241, "setns": 268, "process_vm_readv": 270,
        "process_vm_writev": 271, "bpf": 280, "execveat": 281, "userfaultfd": 282, "io_uring_setup": 425,
        "io_uring_enter": 426, "io_uring_register": 427,
    },
}  # fmt: skip
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SECCOMP_CALL = {"x86_64": 317, "aarch64": 277}
_X32 = 0x40000000
"""Set in call numbers of the x32 ABI, which name the same calls once more."""
_PR_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER, _FLAG_ALL_THREADS = 1, 1
# Instructions of the classic packet filter and what a filter answers (linux/filter.h, linux/seccomp.h).
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _ANSWER = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_CALL_AT, _ARCH_AT = 0, 4


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def refuse_network() -> bool:
    """Forbid all threads of this process, and what it starts, sockets and other programs; for good.

    Returns whether that holds now: not on other systems and processors, nor where the kernel has no seccomp.
    """
    machine = platform.machine()
    if not sys.platform.startswith("linux") or machine not in _REFUSED or struct.calcsize("P") != 8:
        return False
    code = filter_program(machine)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    call = ctypes.c_long(_SECCOMP_CALL[machine])
    return bool(libc.syscall(call, _SET_MODE_FILTER, _FLAG_ALL_THREADS, ctypes.byref(program)) == 0)


def filter_program(machine: str) -> bytes:
    """The filter as packet filter instructions of 8 bytes: refused calls and foreign call tables, the rest is allowed."""
    calls = sorted(_REFUSED[machine].values())
    body = [(_JUMP_EQUAL, len(calls) - k, 0, number) for k, number in enumerate(calls)]
    ahead = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_JUMP_EQUAL, 0, len(calls) + 3, _AUDIT_ARCH[machine]),
        (_LOAD, 0, 0, _CALL_AT),
        (_JUMP_AT_LEAST, len(calls) + 1, 0, _X32),
    ]
    end = [(_ANSWER, 0, 0, _ALLOW), (_ANSWER, 0, 0, _REFUSE)]
    return b"".join(struct.pack("=HBBI", *line) for line in (*ahead, *body, *end))


if os.name != "posix":  # pragma: no cover - ctypes.CDLL(None) and prctl are of POSIX systems
    _REFUSED.clear()
