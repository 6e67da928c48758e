"""Runs between fork and exec of a child: gives up root, ties its life to its parent's, becomes it.

Called as `python -I -S launch.py SIGNAL PARENT_PID UID GID COMMAND [ARGUMENT ...]`, where UID and
GID are -1 to stay who we are. It stands alone, on the standard library, so that it starts fast
and needs no package that another user might not be allowed to read.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1
_SAME = -1


def become_user(uid: int, gid: int) -> None:
    """Give up every right of the present user for those of `uid` and `gid`, for good."""
    if uid == _SAME:
        return
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def die_with_parent(signal_number: int, parent_pid: int) -> None:
    """Ask the kernel to send this process a signal when its parent dies.

    The request survives exec, but not a change of user: change the user first.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the parent-death signal cannot be set")
    if os.getppid() != parent_pid:  # it died before the request was made
        sys.exit("the parent of this process has died")


def main(arguments: list[str]) -> None:
    signal_number, parent_pid, uid, gid = (int(text) for text in arguments[:4])
    command = arguments[4:]
    os.umask(0o077)
    become_user(uid, gid)
    die_with_parent(signal_number, parent_pid)
    os.execv(command[0], command)  # noqa: S606 - the command is our own, and no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
