"""jupyter_kernel_test with every sample filled in. Run: python conformance.py KERNEL_NAME; prints one JSON line with the counts."""
import json
import sys
import unittest

import jupyter_kernel_test


class SpikelabTests(jupyter_kernel_test.KernelTests):
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


if __name__ == "__main__":
    SpikelabTests.kernel_name = sys.argv[1]
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(SpikelabTests)
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=2).run(suite)
    problems = [str(test) for test, _ in result.failures + result.errors]
    skipped = [[str(test), reason] for test, reason in result.skipped]
    print(json.dumps({"run": result.testsRun, "problems": problems, "skipped": skipped}))
