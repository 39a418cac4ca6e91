"""jupyter_kernel_test on our kernel and its peers. Run: peers_conformance.py NAME ...; prints {name: {run, passed, problems, skipped}}."""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "test/kernel"))
import conformance  # noqa: E402
import jupyter_kernel_test  # noqa: E402

jupyter_kernel_test.TIMEOUT = 5  # peers that never answer are waited for often
conformance.Patience.seconds = 8

PEERS = {
    "spikelab": {},
    "tslab": {
        "code_display_data": [{"code": "import { display } from 'tslab'; display.html('<b>p</b>')", "mime": "text/html"}],
        "code_page_something": "",
        "code_clear_output": "",
    },
    "deno": {
        "code_display_data": [{"code": "await Deno.jupyter.display({ 'text/html': '<b>p</b>' }, { raw: true })", "mime": "text/html"}],
        "code_execute_result": [{"code": "1 + 1"}, {"code": "[1, 2, 3].map((x) => x * 2)"}, {"code": "'text'"}],
        "code_page_something": "",
        "code_clear_output": "",
    },
    "ipykernel": {
        "language_name": "python",
        "file_extension": ".py",
        "code_hello_world": "print('hello, world')",
        "code_stderr": "import sys; print('oops', file=sys.stderr)",
        "completion_samples": [{"text": "zi", "matches": {"zip"}}],
        "complete_code_samples": ["1", "print('hello')", "def f(x):\n  return x*2\n\n\n"],
        "incomplete_code_samples": ["print('''hello", "def f(x):\n  x*2"],
        "invalid_code_samples": ["import = 7q"],
        "code_generate_error": "raise ValueError('expected')",
        "code_execute_result": [{"code": "1 + 1", "result": "2"}, {"code": "[2 * x for x in (1, 2)]", "result": "[2, 4]"}],
        "code_display_data": [{"code": "from IPython.display import HTML, display; display(HTML('<b>p</b>'))", "mime": "text/html"}],
        "code_inspect_sample": "zip",
        "code_page_something": "zip?",
        "code_clear_output": "from IPython.display import clear_output; clear_output()",
        "code_history_pattern": "1?+*",
    },
}

results = {}
for name in sys.argv[1:]:
    for attribute, sample in PEERS[name].items():
        setattr(conformance.SpikelabTests, attribute, sample)
    print(f"jupyter_kernel_test: {name}", file=sys.stderr)
    results[name] = conformance.run(name, verbosity=0)
    for attribute in PEERS[name]:
        setattr(conformance.SpikelabTests, attribute, conformance.SAMPLES[attribute])
print(json.dumps(results))
