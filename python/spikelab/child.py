"""Runs Node below this process where there is no exec (Windows): signals and the exit code pass, and it ends with us."""
import os
import signal
import subprocess


def run_child(command, name=os.name):
    """Runs the command to its end. Returns its exit code, 128 + number after a signal."""
    child = subprocess.Popen(command)
    job = end_together(child) if name == "nt" else None  # the job lives as long as this name
    if name == "nt":
        # Windows sends Ctrl-C and Ctrl-Break to every process of the console: the child has its own already.
        for one in ("SIGINT", "SIGBREAK"):
            if hasattr(signal, one):
                signal.signal(getattr(signal, one), signal.SIG_IGN)
    else:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, lambda number, frame: child.send_signal(number))
    code = child.wait()
    del job
    return code if code >= 0 else 128 - code


def end_together(child, kernel32=None):
    """Puts the child into a job that Windows ends when our handle closes, however we end.

    Returns the handle; None if refused."""
    import ctypes

    kernel32 = kernel32 or ctypes.WinDLL("kernel32", use_last_error=True)
    kernel32.CreateJobObjectW.restype = ctypes.c_void_p
    job = kernel32.CreateJobObjectW(None, None)
    if not job:
        return None
    # JOBOBJECT_EXTENDED_LIMIT_INFORMATION; LimitFlags lies behind two 64-bit times, and is all that is set.
    information = (ctypes.c_uint32 * ((144 if ctypes.sizeof(ctypes.c_void_p) == 8 else 112) // 4))()
    information[4] = 0x2000  # JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
    handle = ctypes.c_void_p(job)
    kernel32.SetInformationJobObject(handle, 9, ctypes.byref(information), ctypes.sizeof(information))
    return handle if kernel32.AssignProcessToJobObject(handle, ctypes.c_void_p(int(child._handle))) else None
