"""jupyter_kernel_test with every sample filled in. Run: python conformance.py KERNEL_NAME; prints one JSON line with the counts."""
import io
import json
import signal
import sys
import unittest

import jupyter_kernel_test


class Patience:
    """Some of the suite's waits have no end: a kernel that does not answer must fail, not stop the run."""

    seconds = 500
    timeout = 120  # the suite's own bounds are for a machine that has nothing else to do

    def setUp(self) -> None:
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, self.give_up)
            signal.alarm(self.seconds)

    def tearDown(self) -> None:
        if hasattr(signal, "SIGALRM"):
            signal.alarm(0)

    def execute_helper(self, code, **options):
        return super().execute_helper(code, **{"timeout": self.timeout, **options})

    def history_helper(self, execute_first, **options):
        return super().history_helper(execute_first, **{"timeout": self.timeout, **options})

    def give_up(self, *_) -> None:
        raise TimeoutError(f"no answer in {self.seconds} s")


class SpikelabTests(Patience, jupyter_kernel_test.KernelTests):
    kernel_name = "spikelab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world");'
    code_stderr = 'console.error("oops");'
    completion_samples = [
        {"text": "[1, 2].reduceR", "matches": {"reduceRight"}},
        {"text": "process.stdou", "matches": {"stdout"}},
    ]
    complete_code_samples = ["1", "console.log(1)", "function f(x: number) {\n  return x * 2;\n}", "`a\n${1}`"]
    incomplete_code_samples = ["console.log(", "function f(x: number) {", "`text", "/* comment", "[1,"]
    invalid_code_samples = ["import = 7q", "const = ;", "} {"]
    code_generate_error = 'throw new Error("expected")'
    code_execute_result = [
        {"code": "1 + 1", "result": "2"},
        {"code": "[1, 2, 3].map((x) => x * 2)", "result": "[ 2, 4, 6 ]"},
        {"code": "'text'", "result": "'text'"},
    ]
    code_display_data = [
        {"code": 'show({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "p", "image/png": "iVBORw0KGgo=" }) })', "mime": "image/png"}
    ]
    code_history_pattern = "1 +*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "console.log"
    code_page_something = "page('a long text')"
    code_clear_output = "clearOutput()"


class WelcomeTests(Patience, jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "spikelab"
    support_iopub_welcome = True


SAMPLES = {name: value for name, value in vars(SpikelabTests).items() if not name.startswith("_") and name != "kernel_name"}


def left_out() -> list[str]:
    """Samples and test classes that the installed version asks for and that are not filled in here."""
    wanted = [name for name, value in vars(jupyter_kernel_test.KernelTests).items() if not name.startswith("_") and value in ("", [], ())]
    classes = [
        name
        for name, value in vars(jupyter_kernel_test).items()
        if isinstance(value, type) and issubclass(value, unittest.TestCase) and value is not unittest.TestCase
    ]
    used = [base.__name__ for case in (SpikelabTests, WelcomeTests) for base in case.__mro__]
    return [name for name in wanted if not getattr(SpikelabTests, name)] + [name for name in classes if name not in used]


def run(kernel: str, verbosity: int = 2) -> dict:
    SpikelabTests.kernel_name = WelcomeTests.kernel_name = kernel
    load = unittest.defaultTestLoader.loadTestsFromTestCase
    suite = unittest.TestSuite([load(SpikelabTests), load(WelcomeTests)])
    result = unittest.TextTestRunner(stream=sys.stderr if verbosity else io.StringIO(), verbosity=verbosity).run(suite)
    problems = sorted({test.id().split(" ")[0].split(".")[-1] for test, _ in result.failures + result.errors})
    skipped = [[test.id().split(".")[-1], reason] for test, reason in result.skipped]
    bad = set(problems) | {name.split(" ")[0] for name, _ in skipped}
    return {"run": result.testsRun, "passed": result.testsRun - len(bad), "problems": problems, "skipped": skipped, "left_out": left_out()}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1])))
