"""One session with a Chroma server: requests with time-outs, and what goes wrong with them in words.

chromadb's own HttpClient waits for ever, and asks the server while it is made. So its server interface is
used alone, over an HTTP client that is ours: it waits a few seconds, uses no proxy and follows no redirect.
A key comes from the environment (`CHROMA_API_KEY`), never from a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpx

from pocketrag.errors import VectorServerAway, VectorServerError
from pocketrag.settings import StorageSettings
from pocketrag.storage.chroma.home import HNSW

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.fastapi import FastAPI
    from chromadb.types import Collection as Described

KEY_VARIABLE, TENANT_VARIABLE, DATABASE_VARIABLE = "CHROMA_API_KEY", "CHROMA_TENANT", "CHROMA_DATABASE"

CONNECT_SECONDS, SILENCE_SECONDS = 3.0, 15.0
"""How long a server may take to say that it is there, and from then on to say something."""

BATCH = 1_000
"""Vectors in one request: half a megabyte to write, a few to read."""

CLOUD: Final = ".trychroma.com"
"""Whose hosts are Chroma Cloud's."""

CLOUD_BATCH = 300
"""Records that Chroma Cloud writes, or hands out, in one request (docs.trychroma.com/cloud/quotas-limits)."""

BUSY = 429

COMES_BACK = "It is tried again by itself; until then, searches go by words alone."


class Session:
    """A Chroma server as one library speaks to it."""

    def __init__(self, settings: StorageSettings) -> None:
        """Make ready; nothing is sent yet.

        Raises VectorServerError for an address that is none, or that holds a password.
        """
        from chromadb.api.fastapi import FastAPI
        from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT, Settings, System

        self.address = settings.url
        try:
            parts = urlsplit(settings.url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise self._error("has an address that is none") from error
        if parts.username is not None:
            raise VectorServerError(
                "The address of the Chroma server holds a name or a password.",
                f"Take it out; a key goes into the environment, as {KEY_VARIABLE}.",
            )
        self.is_cloud = (parts.hostname or "").endswith(CLOUD)
        configured: Any = Settings(
            _env_file=None,
            anonymized_telemetry=False,
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=settings.url.rstrip("/"),
            chroma_server_http_port=port,
            chroma_client_auth_provider=None,
        )
        self._server: FastAPI = System(configured).instance(FastAPI)
        self._client = self._speak()
        self._tenant = settings.tenant or os.environ.get(TENANT_VARIABLE, "")
        self._database = settings.database or os.environ.get(DATABASE_VARIABLE, "")
        if not self.is_cloud:
            self._tenant = self._tenant or DEFAULT_TENANT
            self._database = self._database or DEFAULT_DATABASE

    def _speak(self) -> httpx.Client:
        """Return the HTTP client by which chromadb speaks to the server: ours, in place of its own."""
        key = os.environ.get(KEY_VARIABLE, "")
        headers = {"X-Chroma-Token": key} if key else {}
        if key and not self.is_cloud:
            headers["Authorization"] = f"Bearer {key}"
        ours = httpx.Client(
            headers={**self._server.get_request_headers(), **headers},
            timeout=httpx.Timeout(CONNECT_SECONDS),
            limits=self._server.http_limits,
            trust_env=False,
            event_hooks={"response": [self._check]},
        )
        self._server._session.close()
        self._server._session = ours
        return ours

    @property
    def batch(self) -> int:
        """Vectors that one request may write or fetch."""
        return CLOUD_BATCH if self.is_cloud else BATCH

    def begin(self) -> None:
        """Find out who we are there, as far as nobody has said. Raises VectorServerError."""
        self._server.heartbeat()
        self._client.timeout = httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS)
        if self._tenant and self._database:
            return
        ours = self._server.get_user_identity()
        self._tenant = self._tenant or ours.tenant or ""
        if not self._database and ours.databases and len(ours.databases) == 1:
            self._database = ours.databases[0]
        if not (self._tenant and self._database):
            raise VectorServerError(
                f"The Chroma server {self.address} does not say which tenant and database are meant.",
                "Set storage.tenant and storage.database to them.",
            )

    def find(self, name: str) -> Collection | None:
        """Return a collection; None if it is not there."""
        from chromadb.errors import NotFoundError

        try:
            return self._collection(self._server.get_collection(name, self._tenant, self._database))
        except NotFoundError:
            return None

    def make(self, name: str) -> Collection:
        """Return a collection, made as needed: its distance is the cosine's."""
        shape: Any = {"spann": {"space": "cosine"}} if self.is_cloud else {"hnsw": HNSW}
        made = self._server.create_collection(
            name, configuration=shape, get_or_create=True, tenant=self._tenant, database=self._database
        )
        kinds = (made.configuration_json.get(kind) or {} for kind in ("hnsw", "spann"))
        if "cosine" not in [kind.get("space") for kind in kinds]:
            raise VectorServerError(
                f"The Chroma server {self.address} does not compare vectors by their cosine.",
                "Use another server, or `pocketrag storage move local`.",
            )
        return self._collection(made)

    def drop(self, name: str) -> None:
        """Drop a collection, if it is there."""
        if self.find(name) is not None:
            self._server.delete_collection(name, self._tenant, self._database)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _collection(self, described: Described) -> Collection:
        from chromadb import Collection

        return Collection(client=self._server, model=described, embedding_function=None)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say in words what can happen on the way to a server, and back."""
        from chromadb.errors import ChromaError, InternalError, NotFoundError, RateLimitError

        try:
            yield
        except httpx.ConnectError as error:
            raise self._away("cannot be reached") from error
        except httpx.TimeoutException as error:
            raise self._away("does not answer") from error
        except (httpx.HTTPError, RuntimeError) as error:  # a client that was closed meanwhile
            raise self._away("broke off") from error
        except NotFoundError as error:
            raise self.lost() from error
        except (InternalError, RateLimitError) as error:
            raise self._away(f"failed ({error.name()})") from error
        except ChromaError as error:
            raise self._error(f"refused what it was asked ({error.name()})") from error
        except (httpx.InvalidURL, ValueError, LookupError, TypeError, AttributeError) as error:
            raise self._error("answers in a way that is not Chroma's") from error

    def _check(self, answer: httpx.Response) -> None:
        """Raise what a refusal means; one in Chroma's own words is left to chromadb."""
        if answer.is_success:
            return
        if answer.status_code in (401, 403):
            raise VectorServerAway(
                f"The Chroma server {self.address} refused: it wants a key, or another one.",
                f"Set {KEY_VARIABLE} to it, then `pocketrag engine stop`. {COMES_BACK}",
            )
        answer.read()
        if _is_chromas(answer):
            return
        if answer.status_code >= 500 or answer.status_code == BUSY:
            raise self._away(f"failed with status {answer.status_code}")
        raise self._error(f"refused with status {answer.status_code}")

    def lost(self) -> VectorServerAway:
        """Return that collections which were there have gone."""
        return self._away("does not have this library's collections any more")

    def _away(self, what: str) -> VectorServerAway:
        return VectorServerAway(
            f"The Chroma server {self.address} {what}.", f"Start it, or see its own log. {COMES_BACK}"
        )

    def _error(self, what: str) -> VectorServerError:
        return VectorServerError(
            f"The Chroma server {self.address} {what}.",
            "Correct storage.url, or see its own log; `pocketrag storage move local` goes on without it.",
        )


def _is_chromas(answer: httpx.Response) -> bool:
    """Whether a refusal is in Chroma's own words."""
    from chromadb.errors import error_types

    try:
        return answer.json()["error"] in error_types
    except (ValueError, LookupError, TypeError):
        return False
