"""Becomes a program inside another root folder, as an ordinary user, tied to its parent's life.

Called as `python chroot_launch.py ROOT UID GID FOLDER COMMAND [ARGUMENT ...]`.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    root, uid, gid, folder, *command = arguments
    libc = ctypes.CDLL(None, use_errno=True)
    os.chroot(root)
    os.chdir(folder)
    os.setgroups([])
    os.setresgid(int(gid), int(gid), int(gid))
    os.setresuid(int(uid), int(uid), int(uid))
    # A change of user forgets the request, so it comes last.
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT, 0, 0, 0)
    os.execve(command[0], command, {"LC_ALL": "C", "TZ": "UTC"})  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
