"""What the users of `npm run test:hub` do, through the hub's proxy: `hub_session.py USER ...` reads one JSON request a line, answers one a line.

`{"user": U, "start": true}` starts a server and a kernel, `{"user": U, "run": CODE}` runs a cell, `{"user": U, "stop": true}` ends the server.
"""
import json
import os
import sys
import time
import uuid

import requests
import websocket

url = "http://127.0.0.1:%s" % os.environ["HUB_PORT"]
session = requests.Session()
session.headers["Authorization"] = "token %s" % os.environ["HUB_TOKEN"]
sockets = {}


def ask(method, path, ok=(200, 201, 202, 204), **more):
    answer = session.request(method, url + path, timeout=300, **more)
    if answer.status_code not in ok:
        raise RuntimeError("%s %s: %d %s" % (method, path, answer.status_code, answer.text[:300]))
    return answer.json() if answer.content else None


def start(user):
    began = time.monotonic()
    ask("POST", "/hub/api/users/%s" % user, ok=(201, 409))
    ask("POST", "/hub/api/users/%s/server" % user)
    while not ask("GET", "/hub/api/users/%s" % user)["servers"].get("", {}).get("ready"):
        if time.monotonic() - began > 300:
            raise RuntimeError("the server of %s is not ready after five minutes" % user)
        time.sleep(0.2)
    server = time.monotonic() - began
    names = sorted(ask("GET", "/user/%s/api/kernelspecs" % user)["kernelspecs"])
    page = session.get("%s/user/%s/lab" % (url, user), timeout=300).text
    kernel = ask("POST", "/user/%s/api/kernels" % user, json={"name": "spikelab"})["id"]
    sockets[user] = websocket.create_connection(
        "%s/user/%s/api/kernels/%s/channels" % (url.replace("http", "ws"), user, kernel),
        header={"Authorization": session.headers["Authorization"]},
        timeout=600,
    )
    return {"serverSeconds": server, "kernelspecs": names, "extension": "@spikelab/jupyterlab" in page}


def run(user, code):
    began, ident = time.monotonic(), uuid.uuid4().hex
    header = {"msg_id": ident, "msg_type": "execute_request", "username": user, "session": "hub", "version": "5.4", "date": ""}
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
    socket = sockets[user]
    socket.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}))
    result, text, pictures, reply, idle = None, "", 0, None, False
    while not (reply and idle):
        raw = socket.recv()
        message = json.loads(raw) if isinstance(raw, str) else {}
        if message.get("parent_header", {}).get("msg_id") != ident:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "execute_result":
            result = content["data"].get("text/plain")
        elif kind == "stream":
            text += content["text"]
        elif kind in ("display_data", "update_display_data"):
            pictures += 1
        elif kind == "execute_reply":
            reply = content
        elif kind == "status":
            idle = content["execution_state"] == "idle"
    if reply["status"] != "ok":
        raise RuntimeError("%s: %s" % (reply.get("ename"), reply.get("evalue")))
    return {"result": result, "text": text, "pictures": pictures, "seconds": time.monotonic() - began}


def stop(user):
    sockets.pop(user).close()
    ask("DELETE", "/hub/api/users/%s/server" % user)
    return {}


for line in sys.stdin:
    request = json.loads(line)
    try:
        user = request["user"]
        answer = start(user) if "start" in request else run(user, request["run"]) if "run" in request else stop(user)
    except Exception as error:
        answer = {"error": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps(answer), flush=True)
