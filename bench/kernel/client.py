"""One running kernel as a front end sees it, for measure.py: started from its kernelspec, spoken to over ZeroMQ."""
import atexit
import json
import os
import signal
import subprocess
import time
import uuid
from pathlib import Path

import psutil
import zmq
from jupyter_client.connect import write_connection_file
from jupyter_client.session import Session


class Kernel:
    """Starts at once. `arrived` of a message is taken before it is parsed, so that the client's own speed does not count."""

    def __init__(self, spec: dict, folder: Path):
        key = uuid.uuid4().hex.encode()
        file, info = write_connection_file(str(folder / "connection.json"), ip="127.0.0.1", key=key)
        self.interrupt_by_message = spec.get("interrupt_mode") == "message"
        self.session = Session(key=key)
        self.context = zmq.Context()
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [part.replace("{connection_file}", file) for part in spec["argv"]],
            cwd=folder,
            env={**os.environ, **spec.get("env", {})},
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        atexit.register(self.close)  # also when measuring ends in an error
        self.sockets = {}
        for name, kind in (("shell", zmq.DEALER), ("control", zmq.DEALER), ("stdin", zmq.DEALER), ("iopub", zmq.SUB), ("hb", zmq.REQ)):
            socket = self.context.socket(kind)
            socket.linger = 0
            # The default of 100 ms would round every start up to the next tenth of a second.
            socket.reconnect_ivl = 2
            socket.rcvhwm = 0
            if kind == zmq.DEALER:
                socket.identity = b"bench"
            if kind == zmq.SUB:
                socket.subscribe(b"")
            socket.connect(f"tcp://127.0.0.1:{info[f'{name}_port']}")
            self.sockets[name] = socket
        self.poller = zmq.Poller()
        for name in ("shell", "control", "stdin", "iopub"):
            self.poller.register(self.sockets[name], zmq.POLLIN)
        self.messages: list[dict] = []
        self.damaged: list[str] = []
        """Messages that could not be read, as the error says it."""

    def send(self, channel: str, kind: str, content: dict, parent: dict | None = None) -> str:
        return self.session.send(self.sockets[channel], kind, content, parent=parent)["header"]["msg_id"]

    def wait(self, wanted, timeout: float, since: int = 0) -> dict | None:
        """The first message from number `since` on for which `wanted` holds; None when none comes in `timeout` seconds."""
        end = time.perf_counter() + timeout
        seen = since
        while True:
            for message in self.messages[seen:]:
                if wanted(message):
                    return message
            seen = len(self.messages)
            left = end - time.perf_counter()
            if left <= 0 or (self.process.poll() is not None and not self.poller.poll(200)):
                return None
            for socket, _ in self.poller.poll(min(left, 0.5) * 1000):
                frames = socket.recv_multipart()
                arrived = time.perf_counter()
                try:
                    _, parts = self.session.feed_identities(frames)
                    message = self.session.deserialize(parts)
                except ValueError as error:
                    self.damaged.append(str(error))
                    continue
                message["arrived"] = arrived
                message["channel"] = next(name for name, one in self.sockets.items() if one is socket)
                self.messages.append(message)

    def request(self, channel: str, kind: str, content: dict, timeout: float) -> tuple[dict | None, float]:
        """The reply to a request, and milliseconds until it arrived."""
        sent = time.perf_counter()
        id = self.send(channel, kind, content)
        reply = self.wait(lambda m: m["channel"] == channel and m["parent_header"].get("msg_id") == id, timeout, len(self.messages))
        return reply, (reply["arrived"] - sent) * 1000 if reply else float("nan")

    def begin(self, code: str, **options) -> str:
        return self.send("shell", "execute_request", {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True, **options})

    def idle(self, id: str, timeout: float, since: int = 0) -> dict | None:
        return self.wait(lambda m: m["msg_type"] == "status" and m["parent_header"].get("msg_id") == id and m["content"]["execution_state"] == "idle", timeout, since)

    def execute(self, code: str, timeout: float = 30, **options) -> tuple[list[dict], float]:
        """The iopub messages of a cell until `idle`, and milliseconds until reply and idle were both there; nan when one never came."""
        since, sent = len(self.messages), time.perf_counter()
        id = self.begin(code, **options)
        idle = self.idle(id, timeout, since)
        reply = self.wait(lambda m: m["channel"] == "shell" and m["parent_header"].get("msg_id") == id, timeout if idle else 1, since)
        own = self.outputs(id, since)
        return own, (max(idle["arrived"], reply["arrived"]) - sent) * 1000 if idle and reply else float("nan")

    def outputs(self, id: str, since: int = 0) -> list[dict]:
        return [m for m in self.messages[since:] if m["channel"] == "iopub" and m["parent_header"].get("msg_id") == id]

    def interrupt(self) -> None:
        if self.interrupt_by_message:
            self.send("control", "interrupt_request", {})
        else:
            os.killpg(self.process.pid, signal.SIGINT)

    def heartbeat(self, timeout: float) -> float:
        sent = time.perf_counter()
        self.sockets["hb"].send(b"ping")
        if not self.sockets["hb"].poll(timeout * 1000):
            return float("nan")
        self.sockets["hb"].recv()
        return (time.perf_counter() - sent) * 1000

    def processes(self) -> list[psutil.Process]:
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def memory(self) -> dict[str, float]:
        """MiB of all processes: resident, and proportional (what several processes share counts once), which only Linux knows."""
        infos = [process.memory_full_info() for process in self.processes()]
        shared = [getattr(info, "pss", None) for info in infos]
        return {"resident": sum(info.rss for info in infos) / 2**20, "proportional": sum(shared) / 2**20 if None not in shared else float("nan")}

    def shutdown(self) -> float:
        """Milliseconds from the request until the last process is gone; nan when they had to be killed."""
        processes = self.processes()
        sent = time.perf_counter()
        self.send("control", "shutdown_request", {"restart": False})
        while time.perf_counter() - sent < 8:
            if self.process.poll() is not None and not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes[1:] if p.is_running()):
                self.close()
                return (time.perf_counter() - sent) * 1000
            time.sleep(0.001)
        self.close()
        return float("nan")

    def close(self) -> None:
        for process in reversed(self.processes() if self.process.poll() is None else []):
            process.kill()
        self.process.wait()
        self.context.destroy(linger=0)
        atexit.unregister(self.close)


def read_specs(folder: Path) -> dict[str, dict]:
    return {path.parent.name: json.loads(path.read_text()) for path in sorted(folder.glob("*/kernel.json"))}
