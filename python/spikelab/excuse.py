"""A kernel without Node: it answers every cell with the reason: the notebook says it, and not only the terminal."""
import json
import sys


def explain(connection_file, reason):
    """Serves until Jupyter ends it. Returns an exit code; at once 1 where Jupyter's client packages are missing."""
    sys.stderr.write("spikelab: %s\n" % reason)
    try:
        with open(connection_file, encoding="utf-8") as file:
            info = json.load(file)
        excuse = Excuse(info, reason)
    except (ImportError, OSError, ValueError, KeyError) as error:
        sys.stderr.write("spikelab: the notebook cannot be told: %s\n" % error)
        return 1
    excuse.serve()
    return 0


class Excuse:
    """The sockets of a kernel and its answers. `info` is the content of Jupyter's connection file."""

    def __init__(self, info, reason):
        import zmq
        from jupyter_client.session import Session

        self.reason, self.count = reason, 0
        self.session = Session(key=info["key"].encode(), signature_scheme=info["signature_scheme"])
        context = zmq.Context.instance()
        separator = "-" if info["transport"] == "ipc" else ":"

        def bind(kind, channel):
            socket = context.socket(kind)
            socket.linger = 1000
            socket.bind("%s://%s%s%d" % (info["transport"], info["ip"], separator, info[channel + "_port"]))
            return socket

        self.shell, self.control, self.stdin = (bind(zmq.ROUTER, one) for one in ("shell", "control", "stdin"))
        self.iopub, self.heartbeat = bind(zmq.PUB, "iopub"), bind(zmq.ROUTER, "hb")
        self.poller = zmq.Poller()
        for socket in (self.shell, self.control, self.heartbeat):
            self.poller.register(socket, zmq.POLLIN)

    def serve(self):
        self.session.send(self.iopub, "status", {"execution_state": "starting"}, ident=b"status")
        going = True
        while going:
            try:
                ready = [socket for socket, _ in self.poller.poll()]
            except KeyboardInterrupt:
                continue
            for socket in ready:
                if socket is self.heartbeat:
                    socket.send_multipart(socket.recv_multipart())
                else:
                    going = self.answer(socket) and going

    def answer(self, socket):
        """Answers one message. Returns whether to go on."""
        try:
            idents, message = self.session.recv(socket, mode=0)
        except Exception as error:  # a wrong signature, or no message of Jupyter's
            sys.stderr.write("spikelab: a message was refused: %s\n" % error)
            return True
        if message is None:
            return True
        kind, content = message["header"]["msg_type"], message["content"]
        self.publish(message, "status", {"execution_state": "busy"})
        reply = self.reply_to(kind, content, message)
        if kind.endswith("_request"):
            self.session.send(socket, kind[: -len("request")] + "reply", reply, parent=message, ident=idents)
        self.publish(message, "status", {"execution_state": "idle"})
        return kind != "shutdown_request"

    def publish(self, parent, kind, content):
        self.session.send(self.iopub, kind, content, parent=parent, ident=kind.encode())

    def reply_to(self, kind, content, message):
        if kind == "execute_request":
            return self.execute(content, message)
        ok = {"status": "ok"}
        if kind == "kernel_info_request":
            language = {"name": "typescript", "version": "", "mimetype": "text/typescript", "file_extension": ".ts"}
            ok.update(protocol_version="5.4", implementation="spikelab", implementation_version="0")
            ok.update(language_info=language)
            ok.update(banner=self.reason, help_links=[])
        elif kind == "is_complete_request":
            ok["status"] = "complete"
        elif kind == "complete_request":
            cursor = content.get("cursor_pos", 0)
            ok.update(matches=[], cursor_start=cursor, cursor_end=cursor, metadata={})
        elif kind == "inspect_request":
            ok.update(found=False, data={}, metadata={})
        elif kind == "history_request":
            ok["history"] = []
        elif kind == "comm_info_request":
            ok["comms"] = {}
        elif kind == "shutdown_request":
            ok["restart"] = content.get("restart", False)
        return ok

    def execute(self, content, message):
        if not content.get("silent"):
            self.count += 1
            self.publish(message, "execute_input", {"code": content["code"], "execution_count": self.count})
        error = {"ename": "NoNode", "evalue": self.reason.splitlines()[0], "traceback": self.reason.splitlines()}
        self.publish(message, "error", error)
        return dict(error, status="error", execution_count=self.count, user_expressions={}, payload=[])
