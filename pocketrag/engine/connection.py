"""The client's end of a connection to an engine: HTTP over its socket, once both sides have proved it."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import suppress

from pocketrag.engine.protocol import signature
from pocketrag.engine.record import EngineRecord, proof, proves
from pocketrag.engine.sockets import connected
from pocketrag.engine.wire import WireError, error_of
from pocketrag.errors import EngineStopped, EngineUnreachable
from pocketrag.typed_json import Json, Value, decode, encode

HELLO_SECONDS = 30.0
"""How long an engine may take to answer a newcomer: it may be importing a library."""


class EngineGone(Exception):
    """No engine listens where the record says; or something does that is not the engine."""


class Connection(http.client.HTTPConnection):
    """One connection to an engine; for one request at a time."""

    auto_open = 0  # once lost, it stays lost: another one would have to be proved anew

    def __init__(self, record: EngineRecord, name: str) -> None:
        """Connect, and find out that it is the engine: it learns nothing before.

        Raises EngineGone if it is not, or EngineUnreachable if it says nothing for half a minute.
        """
        super().__init__("engine")
        self.record = record
        self._name = name
        try:
            self._authorization = self._hello(name)
        except TimeoutError as error:
            self.close()
            raise _unreachable(record) from error
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            self.close()
            raise EngineGone from error
        except EngineGone:
            self.close()
            raise
        self._line.settimeout(None)

    def connect(self) -> None:
        """Connect to the address that the record tells."""
        self.sock = self._line = connected(self.record.address, HELLO_SECONDS)

    def call(self, method: str, *arguments: object) -> Value:
        """Return what the engine's method returns, or raise what it raises, or EngineStopped."""
        try:
            said = json.loads(self._asked(method, arguments).read())
            if "error" in said:
                raise error_of(said["error"])
            return decode(signature(method).result, said["value"])
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            raise stopped() from error

    def events(self, method: str, *arguments: object) -> Iterator[Value]:
        """Yield the events of the engine's method; closing this iterator closes the engine's."""
        kind = signature(method).result
        try:
            answer = self._asked(method, arguments)
            while "event" in (said := self._next(answer)):
                yield decode(kind, said["event"])
            if "error" in said:
                raise error_of(said["error"])
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            raise stopped() from error
        finally:
            self.hang_up()

    def again(self) -> Connection:
        """Return another connection to the same engine. Raises EngineGone if it takes no more."""
        return Connection(self.record, self._name)

    def wait_for_end(self, seconds: float) -> bool:
        """Return whether the engine has closed this connection, within so many seconds."""
        self._line.settimeout(seconds)
        try:
            return self._line.recv(1) == b""
        except TimeoutError:
            return False
        except OSError:
            return True

    def alive(self) -> bool:
        """Return whether the engine still holds the other end; it says nothing unasked."""
        try:
            self._line.settimeout(0)
            return self._line.recv(1) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            with suppress(OSError):
                self._line.settimeout(None)

    def hang_up(self) -> None:
        """End the connection, also under an answer that is still coming."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self.close()
        self._line.close()

    def _hello(self, name: str) -> str:
        """Return the proof that goes with each request, once the engine has given its own."""
        ours = secrets.token_hex(32)
        said = json.dumps({"client": name, "pid": os.getpid(), "nonce": ours})
        self.connect()
        self.request("POST", "/hello", said)
        answer = json.loads(self.getresponse().read())
        theirs = str(answer["nonce"])
        if not proves(answer["proof"], proof(self.record, "engine", ours, theirs)):
            raise EngineGone
        return proof(self.record, "client", ours, theirs)

    def _asked(self, method: str, arguments: tuple[object, ...]) -> http.client.HTTPResponse:
        said = json.dumps([encode(argument) for argument in arguments])
        self.request("POST", f"/call/{method}", said, {"Authorization": self._authorization})
        return self.getresponse()

    def _next(self, answer: http.client.HTTPResponse) -> Json:
        if answer.status != http.client.OK:  # refused before the first event: one object, and no lines
            return json.loads(answer.read())
        line = answer.readline()
        if not line.endswith(b"\n"):
            raise WireError("the engine stopped in the middle of a line")
        return json.loads(line)


def stopped() -> EngineStopped:
    """Return the error of a request whose engine has died."""
    return EngineStopped(
        "The engine stopped unexpectedly.",
        "Do the same again: that starts another; nothing is lost. `pocketrag engine status` may say why.",
    )


def _unreachable(record: EngineRecord) -> EngineUnreachable:
    return EngineUnreachable(
        f"The library's engine (process {record.pid}) has not answered for {HELLO_SECONDS:.0f} seconds.",
        f"If it does not come to itself, end process {record.pid}; the next command starts another.",
    )
