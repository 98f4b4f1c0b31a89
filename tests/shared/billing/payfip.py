"""A server that answers as PayFiP does, on a real socket of this machine."""

from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from beffroi.shared.billing.online.standin import StandIn


class Bank:
    """The stand-in with a clock that moves by hand; `broken` makes it answer something else."""

    def __init__(self):
        self.operations = {}
        self.moved = timedelta()
        self.broken = None
        self.calls = 0
        self.standin = StandIn(self.operations, self.now)

    def now(self):
        return datetime.now() + self.moved

    def pay(self, operation, result="P"):
        return self.standin.choose(operation, result)

    def answer(self, content):
        self.calls += 1
        return self.broken or self.standin.handle(content)


@contextmanager
def serve(bank):
    """The address of a running server."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):  # noqa: N802
            status, body = bank.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status if self.path == "/tpa/services/securite" else 404)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/tpa"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
