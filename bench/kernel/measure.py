"""Measures every kernel of a folder of kernelspecs, in turn, round by round. Run: measure.py FOLDER ROUNDS; prints JSON:
{kernel: {measures: {name: [values]}, facts: {name: text}}}. Times are milliseconds; a value that never came is null."""
import json
import math
import signal
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from client import Kernel, read_specs

JAVASCRIPT = {
    "object": "const bench = { threshold: 1, kept: 41 };",
    "complete": "bench.thr",
    "loop_setup": "let n = 2e7; let total = 0;",
    "loop": "for (let i = 0; i < n; i++) { total += i & 7; }",
    "flood": "for (let i = 0; i < 10000; i++) console.log(`line ${i}`);",
    "compute": "{ const end = Date.now() + 1500; while (Date.now() < end) {} }",
    "forever": "while (true) {}",
    "forever_later": "await new Promise((done) => setTimeout(done, 50)); while (true) {}",
    "kept": "console.log(bench.kept + 1)",
    "throw": "throw new RangeError('bad')",
    "mistyped": "const wrong: string = 1;",
    "prompt": "prompt('name')",
}
PYTHON = {
    "object": "class Bench:\n  threshold = 1\n  kept = 41\nbench = Bench()",
    "complete": "bench.thr",
    "loop_setup": "n = int(2e7); total = 0",
    "loop": "for i in range(n): total += i & 7",
    "flood": "for i in range(10000): print('line', i)",
    "compute": "import time\nend = time.time() + 1.5\nwhile time.time() < end: pass",
    "forever": "while True: pass",
    "forever_later": "import asyncio\nawait asyncio.sleep(0.05)\nwhile True: pass",
    "kept": "print(bench.kept + 1)",
    "throw": "raise ValueError('bad')",
    "prompt": "input('name')",
    "display": "display({'text/plain': 'x' * 10**7}, raw=True)",
}
DISPLAY = {
    "spikelab": "show({ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 'x'.repeat(1e7) }) });",
    "tslab": "{ const { display } = require('tslab'); display.raw('text/plain', 'x'.repeat(1e7)); }",
    "deno": "await Deno.jupyter.display({ 'text/plain': 'x'.repeat(1e7) }, { raw: true });",
}


def text_of(messages: list[dict]) -> str:
    """What a cell printed, and its results as text."""
    return "".join(m["content"].get("text") or m["content"].get("data", {}).get("text/plain", "") for m in messages if m["msg_type"] in ("stream", "execute_result", "display_data"))


def shown_as(messages: list[dict], text: str) -> str:
    for message in messages:
        content = message["content"]
        if text in json.dumps(content) and message["msg_type"] not in ("execute_input", "status"):
            return f"text on {content['name']}" if message["msg_type"] == "stream" else message["msg_type"]
    return "nowhere"


class Bench:
    def __init__(self, name: str, spec: dict):
        self.name, self.spec = name, spec
        self.code = {**(PYTHON if spec["language"] == "python" else JAVASCRIPT)}
        self.code.setdefault("display", DISPLAY.get(name.split("-")[0], ""))
        self.measures: dict[str, list] = defaultdict(list)
        self.facts: dict[str, str] = {}

    def note(self, name: str, value: float) -> None:
        self.measures[name].append(None if math.isnan(value) else value)

    def start(self) -> Kernel:
        """A kernel that has answered `kernel_info` and is known to publish to us."""
        self.folder = tempfile.TemporaryDirectory(prefix="kernel-bench-")
        kernel = Kernel(self.spec, Path(self.folder.name))
        reply, _ = kernel.request("shell", "kernel_info_request", {}, 30)
        if reply is None:
            raise SystemExit(f"{self.name} did not answer kernel_info_request in 30 s")
        self.info = (reply["arrived"] - kernel.started) * 1000
        while not kernel.wait(lambda m: m["channel"] == "iopub", 0.01):
            kernel.request("shell", "kernel_info_request", {}, 10)
        return kernel

    def round(self) -> None:
        kernel = self.start()
        self.note("cold.info", self.info)
        own, _ = kernel.execute("1 + 1", 30)
        value = next((m for m in own if "2" in text_of([m])), None)
        self.note("cold.result", (value["arrived"] - kernel.started) * 1000 if value else math.nan)
        kernel.execute(self.code["object"])
        time.sleep(1)
        for name, mebibytes in kernel.memory().items():
            self.note(f"memory.{name}", mebibytes)
        for _ in range(3):
            kernel.execute("1 + 1")
        for _ in range(20):
            self.note("warm", kernel.execute("1 + 1")[1])
        for _ in range(3):
            kernel.request("shell", "complete_request", {"code": self.code["complete"], "cursor_pos": 9}, 5)
        for _ in range(10):
            self.note("complete.idle", kernel.request("shell", "complete_request", {"code": self.code["complete"], "cursor_pos": 9}, 5)[1])
        kernel.execute(self.code["loop_setup"])
        self.note("loop", kernel.execute(self.code["loop"], 60)[1])
        self.flood(kernel)
        self.display(kernel)
        self.while_computing(kernel)
        self.note("shutdown", kernel.shutdown())

    def flood(self, kernel: Kernel) -> None:
        since, sent = len(kernel.messages), time.perf_counter()
        id = kernel.begin(self.code["flood"])
        idle = kernel.idle(id, 5, since)
        # What comes late is waited for, as long as anything comes; looked at only then, so that looking delays nothing.
        seen = -1
        while seen < len(kernel.messages):
            seen = len(kernel.messages)
            kernel.wait(lambda m: False, 0.5, seen)
        lines = lambda messages: sum(m["content"]["text"].count("\n") for m in messages if m["msg_type"] == "stream")
        own = lambda: kernel.outputs(id, since)
        before = [m for m in own() if idle and m["arrived"] <= idle["arrived"]]
        last = max((m["arrived"] for m in own()), default=math.nan)
        self.note("lines", (last - sent) * 1000 if lines(own()) == 10000 and idle else math.nan)
        self.note("lines.messages", sum(m["msg_type"] == "stream" for m in own()))
        self.note("lines.lost", 10000 - lines(own()))
        self.note("lines.afterIdle", lines(own()) - lines(before) if idle else math.nan)

    def display(self, kernel: Kernel) -> None:
        since, sent = len(kernel.messages), time.perf_counter()
        id = kernel.begin(self.code["display"])
        shown = kernel.wait(lambda m: m["msg_type"] == "display_data", 5, since)
        self.note("display", (shown["arrived"] - sent) * 1000 if shown and len(shown["content"]["data"]["text/plain"]) == 10**7 else math.nan)
        self.facts["display"] = "arrives damaged" if kernel.damaged else "does not come"
        kernel.idle(id, 5, since)

    def while_computing(self, kernel: Kernel) -> None:
        """Completion and heartbeat during 1.5 s of synchronous computation; an answer that only comes after it is none."""
        for measure in ("complete", "heartbeat"):
            since = len(kernel.messages)
            id = kernel.begin(self.code["compute"])
            kernel.wait(lambda m: m["parent_header"].get("msg_id") == id, 5, since)
            time.sleep(0.3)
            if measure == "heartbeat":
                took = kernel.heartbeat(0.8)
                if math.isnan(took):
                    kernel.sockets["hb"].poll(3000) and kernel.sockets["hb"].recv()
                self.note("heartbeat.computing", took)
            else:
                for _ in range(5):
                    asked = kernel.request("shell", "complete_request", {"code": self.code["complete"], "cursor_pos": 9}, 0.2)
                    self.note("complete.computing", asked[1])
                    if asked[0] is None:
                        break
            kernel.idle(id, 10, since)

    def stop(self) -> None:
        """The stop button; a kernel of its own each time, because some do not live through it."""
        for case in ("forever", "forever_later"):
            kernel = self.start()
            kernel.execute(self.code["object"])
            since = len(kernel.messages)
            id = kernel.begin(self.code[case])
            kernel.wait(lambda m: m["parent_header"].get("msg_id") == id, 5, since)
            time.sleep(0.5)
            sent = time.perf_counter()
            kernel.interrupt()
            reply = kernel.wait(lambda m: m["channel"] == "shell" and m["parent_header"].get("msg_id") == id, 5, since)
            self.note(f"stop.{case}", (reply["arrived"] - sent) * 1000 if reply else math.nan)
            if kernel.process.poll() is not None:
                fact = "kernel dies"
            elif reply is None:
                fact = "not within 5 s"
            else:
                time.sleep(0.5)  # tslab answers "abort" for a while after an error
                fact = "state kept" if "42" in text_of(kernel.execute(self.code["kept"], 10)[0]) else "variables lost"
            self.facts[f"stop.{case}"] = fact
            kernel.close()

    def behaviour(self) -> None:
        kernel = self.start()
        self.facts["value"] = shown_as(kernel.execute("40 + 2")[0], "42")
        self.facts["error"] = shown_as(kernel.execute(self.code["throw"], 10)[0], "bad")
        time.sleep(0.5)  # tslab answers "abort" for a while after an error
        if "mistyped" in self.code:
            shown = [m for m in kernel.execute(self.code["mistyped"], 10)[0] if m["msg_type"] in ("stream", "error")]
            self.facts["typeErrors"] = "yes" if shown else "no"
            time.sleep(0.5)
        reply, _ = kernel.request("shell", "history_request", {"hist_access_type": "tail", "n": 3, "output": False, "raw": True}, 3)
        self.facts["history"] = "yes" if reply and reply["content"].get("history") else "no"
        since = len(kernel.messages)
        reply, _ = kernel.request("shell", "comm_info_request", {}, 3)
        comm = kernel.send("shell", "comm_open", {"comm_id": "bench", "target_name": "nobody", "data": {}})
        closed = kernel.wait(lambda m: m["msg_type"] == "comm_close" and m["parent_header"].get("msg_id") == comm, 3, since)
        self.facts["comms"] = "yes" if reply and reply["content"].get("status") == "ok" and closed else "comm_info only" if reply else "no"
        since = len(kernel.messages)
        kernel.begin(self.code["prompt"], allow_stdin=True)
        asked = kernel.wait(lambda m: m["msg_type"] == "input_request", 3, since)
        self.facts["stdin"] = "yes" if asked else "no"
        kernel.close()


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends the kernel that is being measured
    benches = [Bench(name, spec) for name, spec in read_specs(Path(sys.argv[1])).items()]
    for number in range(int(sys.argv[2])):
        for bench in benches:
            print(f"round {number + 1}: {bench.name}", file=sys.stderr)
            bench.round()
    for bench in benches:
        print(f"behaviour: {bench.name}", file=sys.stderr)
        bench.stop()
        bench.behaviour()
    print(json.dumps({bench.name: {"measures": bench.measures, "facts": bench.facts} for bench in benches}))


main()
