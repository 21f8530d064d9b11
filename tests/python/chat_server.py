"""A real HTTP server that speaks chat completions, and misbehaves as a prompt asks."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER = "Too many fields on the first screen"
MAIL = """Subject: A quick question

Hello,

Is "one place", für Sie, still a topic?

Ana"""


class ChatServer(ThreadingHTTPServer):
    """Answers by the word before the first colon of a prompt; counts what it got."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.keys: set[str] = set()
        self.at_once = self.most_at_once = 0
        self.delay = 0.0
        self.lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_port}/v1"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that is gone."""


class Handler(BaseHTTPRequestHandler):
    server: ChatServer

    def do_POST(self) -> None:
        server = self.server
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = asked["messages"][0]["content"]
        with server.lock:
            server.received[prompt] += 1
            count = server.received[prompt]
            server.keys.add(self.headers["Authorization"])
            server.at_once += 1
            server.most_at_once = max(server.most_at_once, server.at_once)
        time.sleep(server.delay)
        with server.lock:
            server.at_once -= 1
        if self.path != "/v1/chat/completions":
            self.fail(404, "no such path")
            return
        mode = prompt.partition(":")[0]
        getattr(self, f"do_{mode}", self.do_fine)(prompt, count)
        with server.lock:
            server.answered[prompt] += 1

    def send(self, status: int, body: bytes, kind: str, *, more: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) + more))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def send_json(self, value: Any, status: int = 200, more: int = 0) -> None:  # noqa: ANN401
        self.send(status, json.dumps(value).encode(), "application/json", more=more)

    def fail(self, status: int, message: str, code: str | None = None) -> None:
        self.send_json({"error": {"message": message, "code": code}}, status)

    def say(self, text: str | None, stopped: str = "stop", more: int = 0) -> None:
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": stopped}
        self.send_json({"object": "chat.completion", "choices": [choice]}, more=more)

    def do_fine(self, prompt: str, count: int) -> None:
        mail = "Subject:" in prompt
        self.say(MAIL if mail else ANSWER)

    def do_say(self, prompt: str, count: int) -> None:
        self.say(prompt.partition(":")[2])

    def do_none(self, prompt: str, count: int) -> None:
        self.say(None)

    def do_cut(self, prompt: str, count: int) -> None:
        self.say("Half a sent", stopped="length")

    def do_filtered(self, prompt: str, count: int) -> None:
        self.fail(400, "filtered", "content_filter")

    def do_status(self, prompt: str, count: int) -> None:
        key = self.headers["Authorization"].removeprefix("Bearer ")
        self.fail(int(prompt.split(":")[1]), f"no\nto {key}")

    def do_busy(self, prompt: str, count: int) -> None:
        if count > 1:
            self.do_fine(prompt, count)
            return
        self.send_response(429)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_broken(self, prompt: str, count: int) -> None:
        if count > 1:
            self.do_fine(prompt, count)
        else:
            self.fail(500, "broken")

    def do_hang(self, prompt: str, count: int) -> None:
        time.sleep(30)

    def do_garbage(self, prompt: str, count: int) -> None:
        self.send(200, b'{"choices": [{"mess', "application/json")

    def do_html(self, prompt: str, count: int) -> None:
        self.send(200, b"<html>Welcome to the portal</html>", "text/html")

    def do_other(self, prompt: str, count: int) -> None:
        self.send_json(json.loads(prompt.partition(":")[2]))

    def do_half(self, prompt: str, count: int) -> None:
        self.say(ANSWER, more=500)

    def do_gone(self, prompt: str, count: int) -> None:
        self.connection.close()

    def log_message(self, *words: object) -> None:
        """Keep quiet."""
