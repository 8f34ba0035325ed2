"""A web server on the loopback interface that answers as it is told: also wrongly, late, or with half a file."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Answer:
    """What a path is answered with; `length` is what the header promises, -1 for no promise."""

    body: bytes = b""
    status: int = 200
    length: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0  # seconds before the body
    hold: float = 0.0  # seconds behind it, before the connection is closed


@dataclass
class Server:
    """Where it listens, what it serves, and the paths that were asked for, in order."""

    url: str
    answers: dict[str, Answer]
    asked: list[str] = field(default_factory=list)


@contextlib.contextmanager
def serving(files: Mapping[str, bytes] | None = None) -> Iterator[Server]:
    """A running server of these files; what it does not have is answered with 404."""
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.lstrip("/")
            server.asked.append(path)
            answer = server.answers.get(path, Answer(b"<h1>no such file</h1>", 404))
            self.send_response(answer.status)
            if answer.length != -1:
                length = len(answer.body) if answer.length is None else answer.length
                self.send_header("Content-Length", str(length))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.flush()
            if answer.wait:
                closing.wait(answer.wait)
            with contextlib.suppress(ConnectionError):  # who asked may have hung up
                self.wfile.write(answer.body)
            if answer.hold:
                closing.wait(answer.hold)

        def log_message(self, *arguments: object) -> None:
            """Nothing on stderr."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{httpd.server_port}/", {})
    server.answers.update({name: Answer(body) for name, body in (files or {}).items()})
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        closing.set()
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def closed_port() -> str:
    """An address on the loopback interface at which nobody listens."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = httpd.server_port
    httpd.server_close()
    return f"http://127.0.0.1:{port}/"
