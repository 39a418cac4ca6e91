"""The message types of the Jupyter messaging documents, one test for each, in the four tiers of runtimed/kernel-testbed's list, through jupyter_client.
Run: python testbed.py KERNEL_NAME; prints one JSON object {test: null or what went wrong}. Stricter than the list: contents are checked, not only types."""
import json
import sys
import tempfile
import traceback
from queue import Empty

from jupyter_client.manager import start_new_kernel
from jupyter_kernel_test.msgspec_v5 import schema_fragments, validate_message

TIMEOUT = 300  # seconds: a busy machine may be ten times slower


class Testbed:
    def __init__(self, kernel: str):
        # Not in this project's folder: its tsconfig.json would be the notebook's.
        self.manager, self.client = start_new_kernel(kernel_name=kernel, cwd=tempfile.gettempdir())

    # What the tests have in common

    def reply(self, id: str, kind: str, channel: str = "shell") -> dict:
        """The reply to a request; it must be of the right shape, and the only one."""
        get = getattr(self.client, f"get_{channel}_msg")
        while True:
            message = get(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") == id:
                validate_message(message, kind, id)
                return message["content"]

    def request(self, kind: str, content: dict, channel: str = "shell") -> dict:
        message = self.client.session.msg(f"{kind}_request", content)
        getattr(self.client, f"{channel}_channel").send(message)
        return self.reply(message["header"]["msg_id"], f"{kind}_reply", channel)

    def published(self, id: str) -> list[dict]:
        """Everything on iopub for a request, from its `busy` to its `idle`."""
        messages = []
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") != id:
                continue
            if message["msg_type"] in schema_fragments:
                validate_message(message, message["msg_type"], id)
            messages.append(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return messages

    def execute(self, code: str, **options) -> tuple[dict, list[dict]]:
        id = self.client.execute(code, **options)
        messages = self.published(id)
        return self.reply(id, "execute_reply"), messages

    def only(self, code: str, kind: str) -> dict:
        """The content of the one message of a type that a cell publishes."""
        found = [m["content"] for m in self.execute(code)[1] if m["msg_type"] == kind]
        assert len(found) == 1, f"{len(found)} messages of type {kind}"
        return found[0]

    # Tier 1: basic protocol

    def heartbeat_responds(self):
        socket = self.client.context.socket(3)  # REQ
        socket.connect(f"tcp://127.0.0.1:{self.client.hb_port}")
        for payload in (b"ping", b"", bytes(range(256))):
            socket.send(payload)
            assert socket.poll(1000), "no echo in a second"
            assert socket.recv() == payload
        socket.close(0)

    def kernel_info_reply_valid(self):
        for channel in ("shell", "control"):
            assert self.request("kernel_info", {}, channel)["status"] == "ok"

    def kernel_info_has_language_info(self):
        language = self.request("kernel_info", {})["language_info"]
        assert (language["name"], language["file_extension"], language["mimetype"]) == ("typescript", ".ts", "text/typescript"), language

    def kernel_info_has_protocol_version(self):
        major, minor = map(int, self.request("kernel_info", {})["protocol_version"].split(".")[:2])
        assert (major, minor) >= (5, 4), (major, minor)

    def execute_stdout(self):
        assert self.only("console.log('hello')", "stream") == {"name": "stdout", "text": "hello\n"}

    def execute_stderr(self):
        assert self.only("console.error('an error')", "stream") == {"name": "stderr", "text": "an error\n"}

    def execute_reply_ok(self):
        reply, _ = self.execute("1 + 1")
        assert reply["status"] == "ok" and reply["user_expressions"] == {} and isinstance(reply["payload"], list), reply

    def status_busy_idle_lifecycle(self):
        messages = self.execute("1 + 1")[1]
        states = [m["content"]["execution_state"] for m in messages if m["msg_type"] == "status"]
        assert states == ["busy", "idle"], states
        assert messages[0]["msg_type"] == messages[-1]["msg_type"] == "status"

    def execute_input_broadcast(self):
        reply, messages = self.execute("40 + 2")
        shown = [m["content"] for m in messages if m["msg_type"] == "execute_input"]
        assert shown == [{"code": "40 + 2", "execution_count": reply["execution_count"]}], shown

    # Tier 2: interactive features

    def complete_request(self):
        self.execute("const neuron = { threshold: 20, refractory: 2 }")
        reply = self.request("complete", {"code": "neuron.thr", "cursor_pos": 10})
        assert reply["matches"] == ["threshold"] and (reply["cursor_start"], reply["cursor_end"]) == (7, 10), reply

    def inspect_request(self):
        self.execute("/** Fires. */ function fire(step: number) { return step }")
        reply = self.request("inspect", {"code": "fire", "cursor_pos": 4, "detail_level": 0})
        assert reply["found"] and "step: number" in reply["data"]["text/plain"], reply
        assert self.request("inspect", {"code": "   ", "cursor_pos": 1, "detail_level": 0})["found"] is False

    def is_complete_complete(self):
        assert self.request("is_complete", {"code": "const x = 1"})["status"] == "complete"

    def is_complete_incomplete(self):
        reply = self.request("is_complete", {"code": "function f() {"})
        assert reply["status"] == "incomplete" and isinstance(reply["indent"], str), reply

    def history_request(self):
        self.execute("'remember me'")
        for query in ({"hist_access_type": "tail", "n": 1}, {"hist_access_type": "search", "pattern": "*remember*", "n": 1}):
            rows = self.request("history", {"output": False, "raw": True, **query})["history"]
            assert [row[2] for row in rows] == ["'remember me'"], rows

    def comm_info_request(self):
        assert self.request("comm_info", {})["comms"] == {}

    def error_handling(self):
        for code, name in (("const = ;", "SyntaxError"), ("throw new RangeError('bad')", "RangeError"), ("const s: string = 1", "TypeError")):
            reply, messages = self.execute(code)
            errors = [m["content"] for m in messages if m["msg_type"] == "error"]
            assert reply["status"] == "error" and len(errors) == 1, reply
            for field in ("ename", "evalue", "traceback"):
                assert reply[field] == errors[0][field], field
            assert reply["ename"] == name and reply["traceback"], reply

    # Tier 3: rich output

    def display_data(self):
        shown = self.only("show({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>b</b>', 'text/plain': 'b' }) }); await snn.displaysSettled()", "display_data")
        assert shown["data"] == {"text/html": "<b>b</b>", "text/plain": "b"}, shown

    def update_display_data(self):
        history = "{ epochs: [{ epoch: 1, trainAccuracy: 0.5, cost: 1, seconds: 1, learningRate: 0.1 }], progress: [] }"
        messages = self.execute(f"show(curves({history} as never))")[1]
        shown = [(m["msg_type"], m["content"]["transient"]["display_id"]) for m in messages if "data" in m["content"]]
        assert [kind for kind, _ in shown] == ["display_data", "update_display_data"] and shown[0][1] == shown[1][1], shown

    def execute_result(self):
        reply, messages = self.execute("[1, 2].map((x) => x * 2)")
        shown = [m["content"] for m in messages if m["msg_type"] == "execute_result"]
        assert shown == [{"data": {"text/plain": "[ 2, 4 ]"}, "metadata": {}, "execution_count": reply["execution_count"]}], shown

    def rich_execute_result(self):
        shown = self.only("({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<i>i</i>', 'text/plain': 'i' }) })", "execute_result")
        assert shown["data"] == {"text/html": "<i>i</i>", "text/plain": "i"}, shown

    # Tier 4: advanced features

    def stdin_input_request(self):
        id = self.client.execute("prompt('name')", allow_stdin=True)
        asked = self.client.get_stdin_msg(timeout=TIMEOUT)
        assert asked["msg_type"] == "input_request" and asked["parent_header"]["msg_id"] == id
        assert asked["content"] == {"prompt": "name ", "password": False}, asked["content"]
        self.client.input("Ada 🧠")
        results = [m["content"]["data"]["text/plain"] for m in self.published(id) if m["msg_type"] == "execute_result"]
        assert results == ["'Ada 🧠'"] and self.reply(id, "execute_reply")["status"] == "ok", results

    def comms_lifecycle(self):
        def send(kind: str, content: dict, buffers=()) -> list[dict]:
            message = self.client.session.msg(kind, content)
            self.client.session.send(self.client.shell_channel.socket, message, buffers=list(buffers))
            return [m for m in self.published(message["header"]["msg_id"]) if m["msg_type"].startswith("comm_")]

        refused = send("comm_open", {"comm_id": "c0", "target_name": "nobody", "data": {}})
        assert [(m["msg_type"], m["content"]["comm_id"]) for m in refused] == [("comm_close", "c0")]
        self.execute("comms.register('echo', (comm) => { comm.onMessage = ({ data, buffers }) => comm.send(data, { buffers }) })")
        assert send("comm_open", {"comm_id": "c1", "target_name": "echo", "data": {}}) == []
        assert self.request("comm_info", {"target_name": "echo"})["comms"] == {"c1": {"target_name": "echo"}}
        (echo,) = send("comm_msg", {"comm_id": "c1", "data": {"n": 1}}, [b"\x00\xff"])
        assert echo["content"] == {"comm_id": "c1", "data": {"n": 1}} and [bytes(b) for b in echo["buffers"]] == [b"\x00\xff"], echo
        send("comm_close", {"comm_id": "c1", "data": {}})
        assert self.request("comm_info", {})["comms"] == {}

    def interrupt_request(self):
        self.execute("let kept = 7")
        id = self.client.execute("while (true) {}")
        while self.client.get_iopub_msg(timeout=TIMEOUT)["msg_type"] != "execute_input":
            pass
        assert self.request("interrupt", {}, "control")["status"] == "ok"
        assert self.reply(id, "execute_reply")["status"] == "error"
        self.published(id)
        assert self.only("kept", "execute_result")["data"]["text/plain"] == "7"

    def execution_count_increments(self):
        first, second = (self.execute("1")[0]["execution_count"] for _ in range(2))
        assert second == first + 1
        assert self.execute("1", silent=True)[0]["execution_count"] == second
        assert self.execute("1", store_history=False)[0]["execution_count"] == second

    def parent_header_correlation(self):
        id = self.client.execute("console.log('hello'); 5")
        kinds = [m["msg_type"] for m in self.published(id)]  # only messages with this parent; each validated against it
        assert kinds == ["status", "execute_input", "stream", "execute_result", "status"], kinds
        self.reply(id, "execute_reply")

    # Message types of the documents that the list leaves out

    def connect_request(self):
        ports = self.request("connect", {})
        for channel in ("shell", "iopub", "stdin", "control", "hb"):
            assert ports[f"{channel}_port"] == getattr(self.client, f"{channel}_port"), channel

    def clear_output(self):
        assert self.only("clearOutput({ wait: true })", "clear_output") == {"wait": True}

    # Last

    def shutdown_reply(self):
        assert self.request("shutdown", {"restart": False}, "control") == {"status": "ok", "restart": False}
        self.manager.provisioner.process.wait(timeout=TIMEOUT)


def main() -> None:
    testbed = Testbed(sys.argv[1])
    outcome: dict[str, str | None] = {}
    for name, test in vars(Testbed).items():
        if name.startswith("_") or name in ("reply", "request", "published", "execute", "only"):
            continue
        try:
            test(testbed)
            outcome[name] = None
        except (Exception, Empty):
            outcome[name] = traceback.format_exc(limit=-2)
    testbed.client.stop_channels()
    if testbed.manager.has_kernel:
        testbed.manager.shutdown_kernel(now=True)
    print(json.dumps(outcome))


main()
