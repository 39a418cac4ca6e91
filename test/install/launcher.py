"""The launcher's branch for systems without exec, and what it asks Windows for. Run: launcher.py [FOLDER OF python/]"""
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
from spikelab import child, kernel, node  # noqa: E402

SLEEPER = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(9)); print('up', flush=True); time.sleep(60)"


class FakeKernel32:
    """What Windows would be told; each call is kept."""

    def __init__(self, job=77):
        self.calls = []
        self.job = job
        outer = self

        class Create:
            restype = None

            def __call__(self, *args):
                outer.calls.append(("create", args))
                return outer.job

        self.CreateJobObjectW = Create()

    def SetInformationJobObject(self, handle, kind, information, size):
        self.calls.append(("limit", handle.value, kind, information._obj[4], size))
        return 1

    def AssignProcessToJobObject(self, handle, process):
        self.calls.append(("assign", handle.value, process.value))
        return 1


class Child(unittest.TestCase):
    def test_exit_codes_pass_through(self):
        for code in (0, 3, 75):
            self.assertEqual(child.run_child([sys.executable, "-c", "import sys; sys.exit(%d)" % code]), code)

    @unittest.skipIf(os.name == "nt", "signals as POSIX has them")
    def test_signals_pass_through(self):
        outer = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.path.insert(0, %r)\nfrom spikelab.child import run_child\nsys.exit(run_child([sys.executable, '-c', %r]))" % (sys.path[0], SLEEPER)],
            stdout=subprocess.PIPE,
        )
        self.assertEqual(outer.stdout.readline(), b"up\n")
        outer.send_signal(signal.SIGTERM)
        self.assertEqual(outer.wait(60), 9)
        outer.stdout.close()

    @unittest.skipIf(os.name == "nt", "signals as POSIX has them")
    def test_death_by_signal_is_128_and_its_number(self):
        self.assertEqual(child.run_child([sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]), 137)

    def test_windows_ends_the_child_with_us(self):
        class Process:
            _handle = 42

        windows = FakeKernel32()
        self.assertIsNotNone(child.end_together(Process, windows))
        size = 144 if ctypes.sizeof(ctypes.c_void_p) == 8 else 112
        self.assertEqual(windows.calls[1:], [("limit", 77, 9, 0x2000, size), ("assign", 77, 42)])
        self.assertIsNone(child.end_together(Process, FakeKernel32(job=0)))


class Node(unittest.TestCase):
    def test_what_the_user_names_is_the_only_candidate(self):
        self.assertEqual(node.candidates("b", {"SPIKELAB_NODE": "a"}), [("a", "SPIKELAB_NODE")])
        self.assertEqual(node.candidates("b", {}), [("b", "spikelab install --node")])

    def test_path_comes_last(self):
        with tempfile.TemporaryDirectory() as folder:
            name = os.path.join(folder, "node.exe" if os.name == "nt" else "node")
            open(name, "w").close()
            found = node.candidates(None, {"PATH": os.pathsep.join(["", os.path.join(folder, "nothing"), folder])})
            self.assertEqual(found[-1], (name, "PATH"))

    def test_faults(self):
        self.assertIn("does not tell a version", node.fault_of(sys.executable))
        self.assertRegex(node.fault_of(os.path.join("no", "where")), "(?i)no such file|cannot find")

    def test_arguments(self):
        self.assertEqual(kernel.arguments(["--node", "x", "file"]), ("x", ["file"]))
        self.assertEqual(kernel.arguments(["file"]), (None, ["file"]))


if __name__ == "__main__":
    unittest.main()
