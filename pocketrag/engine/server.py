"""The engine's door: HTTP/1.1 over a socket, a thread for each connection.

A connection begins with `POST /hello`, in which both sides prove that they know the engine's secret
and learn nothing else. Then `POST /call/METHOD` asks for a method, its arguments a JSON array. What
it returns comes as one JSON object (`value` or `error`); the events of a method that yields come as
lines of JSON (`event` each, then `end` or `error`), chunked, and the connection closes after them.
A client that goes away closes the events it was listening to.
"""

from __future__ import annotations

import json
import logging
import secrets
import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn

from pocketrag.engine.following import Following
from pocketrag.engine.protocol import METHODS, Signature, signature
from pocketrag.engine.record import EngineRecord, proof, proves
from pocketrag.engine.service import Service, unexpected
from pocketrag.engine.wire import error_values
from pocketrag.errors import EngineUnreachable, PocketRagError
from pocketrag.logs import where_raised
from pocketrag.typed_json import Json, decode, encode

log = logging.getLogger(__name__)

HANDSHAKE_SECONDS = 10.0
"""How long a stranger may take to prove who it is."""

HELLO_BYTES = 4096
"""How much a stranger may say."""

REQUEST_BYTES = 64_000_000
"""How much a client may say: a question and a conversation."""

SENDING_SECONDS = 60.0
"""How long a client may leave events lying before it is let go of: it may have been stopped."""


class EngineServer(ThreadingMixIn, TCPServer):
    """Answers clients until it is shut down."""

    daemon_threads = True

    def __init__(self, listening: socket.socket, record: EngineRecord, service: Service) -> None:
        """Answer on a socket that listens already."""
        self.address_family = listening.family
        super().__init__(("", 0), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.record = record
        self.service = service

    def get_request(self) -> tuple[socket.socket, str]:
        """Return the next connection; a Unix socket's client has no address."""
        return self.socket.accept()[0], "a client"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing on the terminal of a client that went away."""
        log.info("a connection was lost")


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: EngineServer

    def setup(self) -> None:
        """Begin a connection of which nobody has said yet who it is."""
        super().setup()
        self.connection.settimeout(HANDSHAKE_SECONDS)
        self._expected = ""
        self._introduced: tuple[str, int] | None = None
        self._visit: int | None = None

    def finish(self) -> None:
        """Take leave of the client, if one had introduced itself."""
        if self._visit is not None:
            self.server.service.clients.leave(self._visit)
        with suppress(OSError):  # it is gone already
            super().finish()

    def do_POST(self) -> None:
        """Answer a request."""
        try:
            if self.path == "/hello" and self.server.service.ending.is_set():
                self.close_connection = True  # who comes now is to find another engine, or start it
            elif self.path == "/hello":
                self._hello(self._body(HELLO_BYTES))
            elif not self._known():
                self._hear_out()
                self._refuse(403, "Prove first that you know the engine's secret.")
            else:
                self._call(self.path.removeprefix("/call/"), self._body(REQUEST_BYTES))
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            log.info("a request made no sense: %s", where_raised(error))
            self._refuse(400, "That request makes no sense.")

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: what is asked for is nobody's business."""

    # ── who is there ────────────────────────────────────────────────────────────────────────

    def _hello(self, said: Json) -> None:
        """Prove who we are, and keep what the client must say to prove who it is."""
        theirs, ours = str(said["nonce"]), secrets.token_hex(32)
        record = self.server.record
        self._introduced = str(said["client"])[:40], int(said["pid"])
        self._expected = proof(record, "client", theirs, ours)
        self._reply({"nonce": ours, "proof": proof(record, "engine", theirs, ours)})

    def _known(self) -> bool:
        """Return whether the client has proved who it is; from then on it is one of the engine's clients."""
        if not self._expected or not proves(self.headers.get("Authorization"), self._expected):
            return False
        if self._visit is None and self._introduced is not None:
            self._visit = self.server.service.clients.enter(*self._introduced)
            self.connection.settimeout(None)
        return True

    # ── what it wants ───────────────────────────────────────────────────────────────────────

    def _call(self, method: str, said: Json) -> None:
        if method not in METHODS:
            self._refuse(404, "This engine knows nothing of that name.")
            return
        wanted = signature(method)
        arguments = [decode(kind, value) for kind, value in zip(wanted.parameters, said, strict=True)]
        try:
            with self.server.service.call(method, arguments) as outcome:
                if wanted.streams:
                    self._stream(outcome, wanted)
                else:
                    self._reply({"value": encode(outcome)})
        except PocketRagError as error:
            self.server.service.met(error)
            self._reply({"error": error_values(error)}, status=422)

    def _stream(self, events: Iterator[object], wanted: Signature) -> None:
        """Send events as they come, until there are no more or nobody listens."""
        self.close_connection = True
        self.connection.settimeout(SENDING_SECONDS)
        self.send_response(200)
        self.send_header("Content-Type", "application/jsonl")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        listener = _Listener(self.connection, events)
        try:
            self._chunk(self._told(listener, events))
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            log.info("a client left before the end")
        finally:
            listener.over()

    def _told(self, listener: _Listener, events: Iterator[object]) -> Json:
        """Send every event; return the last line, which says how it ended."""
        with closing(_with_words(events)) as told:
            try:
                for event in told:
                    if listener.gone.is_set() or self.server.service.ending.is_set():
                        break
                    self._chunk({"event": encode(event)})
            except PocketRagError as error:
                self.server.service.met(error)
                return {"error": error_values(error)}
        ended = self.server.service.why_ended()
        return {"error": error_values(ended)} if ended is not None else {"end": True}

    # ── HTTP ────────────────────────────────────────────────────────────────────────────────

    def _body(self, limit: int) -> Json:
        length = int(self.headers.get("Content-Length", "0"))
        if not 0 <= length <= limit:
            raise ValueError("too long")
        return json.loads(self.rfile.read(length))

    def _hear_out(self) -> None:
        """Take what a stranger says: refused in the midst of it, one learns of a broken pipe and not why."""
        length = int(self.headers.get("Content-Length", "0"))
        self.rfile.read(max(0, min(length, HELLO_BYTES)))

    def _chunk(self, line: Json) -> None:
        data = json.dumps(line).encode() + b"\n"
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def _refuse(self, status: int, message: str) -> None:
        self.close_connection = True
        error = EngineUnreachable(message, "Update PocketRAG, or run `pocketrag engine stop`.")
        self._reply({"error": error_values(error)}, status)

    def _reply(self, said: Json, status: int = 200) -> None:
        data = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _with_words(events: Iterator[object]) -> Generator[object, None, None]:
    """Yield the events; what goes wrong with them is an error for people. Closing it closes them."""
    try:
        yield from events
    except PocketRagError:
        raise
    except Exception as error:
        raise unexpected(error) from error


class _Listener:
    """Notices that the client of a stream has gone, also while nothing is being sent."""

    def __init__(self, connection: socket.socket, events: Iterator[object]) -> None:
        self.gone = threading.Event()
        self._connection = connection
        self._events = events
        threading.Thread(target=self._listen, name="listener", daemon=True).start()

    def over(self) -> None:
        """Stop listening: the stream is over."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        while True:
            try:
                self._connection.recv(1, socket.MSG_PEEK)
            except TimeoutError:
                continue
            except OSError:
                pass  # reset: it was killed
            break
        self.gone.set()
        if isinstance(self._events, Following):  # which may be waiting for the next event
            self._events.close()
