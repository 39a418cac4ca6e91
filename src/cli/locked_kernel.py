"""Starts a kernel that may write to its own folder and to temporary files only, and that cannot read the course: hidden tests, solutions, marks.

    python locked_kernel.py COURSE TEMPORARY COMMAND...

Linux's Landlock does it, without rights of an administrator, for the kernel and every process it starts. Where there is none (other systems,
kernels before 5.13), the command runs without the lock; `available()` tells.
"""
import ctypes
import os
import sys

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
NO_NEW_PRIVILEGES, PATH_BENEATH, SCOPE_SIGNAL = 38, 1, 2
WRITE_FILE, READ_FILE, READ_FOLDER = 1 << 1, 1 << 2, 1 << 3
# Making, removing, linking, and (as the interface grew) moving and truncating.
CHANGE_BY_VERSION = (sum(1 << bit for bit in range(4, 13)), 1 << 13, 1 << 14)
OF_FILES = WRITE_FILE | READ_FILE | 1 << 14


class Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def system_call(*args):
    return ctypes.CDLL(None, use_errno=True).syscall(*args)


def available():
    """The version of Landlock's interface, 0 where there is none."""
    return max(0, system_call(CREATE_RULESET, None, 0, 1)) if sys.platform == "linux" else 0


def beside(course):
    """Everything that is not on the way to the course: what a lock on the course alone leaves."""
    while course != os.path.dirname(course):
        parent, name = os.path.split(course)
        yield from (os.path.join(parent, entry) for entry in os.listdir(parent) if entry != name)
        course = parent


def lock(course, *own):
    version = available()
    change = sum(CHANGE_BY_VERSION[:version])
    everything = WRITE_FILE | READ_FILE | READ_FOLDER | change
    # Signals only from version 6 on: the grader itself is then out of reach, too.
    rules = Ruleset(everything, 0, SCOPE_SIGNAL if version >= 6 else 0)
    size = 24 if version >= 6 else 8
    ruleset = system_call(CREATE_RULESET, ctypes.byref(rules), size, 0)

    def allow(path, rights):
        try:
            folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return  # gone, or not ours to see
        if not os.path.isdir(path):
            rights &= OF_FILES & everything
        rule = PathRule(rights, folder)
        system_call(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)
        os.close(folder)

    for path in beside(os.path.realpath(course)):
        allow(path, READ_FILE | READ_FOLDER)
    for path in (*own, "/dev"):
        allow(os.path.realpath(path), everything)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0 or libc.syscall(RESTRICT_SELF, ruleset, 0) != 0:
        raise OSError(ctypes.get_errno(), "Landlock is there and does not lock")


if __name__ == "__main__":
    root, temporary, *command = sys.argv[1:]
    if available():
        lock(root, os.getcwd(), temporary)
    os.execvp(command[0], command)
