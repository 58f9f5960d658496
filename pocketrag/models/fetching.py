"""Fetching a model's files from the hub, in a process of its own: all that PocketRAG ever says to a network.

Owns huggingface_hub. Run as `python -m pocketrag.models.fetching REPO NAME FOLDER`, NAME being a GGUF file
or empty for an embedding model; it says what it does in lines of JSON on standard output. The folder appears
when the model is whole. What is half fetched stays beside it when the process ends, however it ends, and the
next one goes on there; two at once would spoil it for each other, so the second is refused.
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pocketrag.errors import PullError
from pocketrag.locks import held
from pocketrag.models.known import known
from pocketrag.models.local import PARTS

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling

PART = ".part"
"""What the name of a half-fetched file ends with."""

RECORD = "pulled.json"
"""What was fetched, from where, with the sums."""

CHUNK = 1 << 18
"""Bytes between two words on how far it is, and the most that a broken connection costs."""

SPARE = 200_000_000
"""Bytes of the disk that must stay free."""

EMBEDDING_FILE = re.compile(r"(\d_\w+/)?[\w.-]+\.(json|txt|model|safetensors)")
"""The files of a sentence-transformers model, other formats of its weights left out."""

SPLIT = re.compile(r"(.+)-00001-of-(\d{5})\.gguf")

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NOT_OURS = {errno.EROFS, errno.EACCES, errno.EPERM, errno.EEXIST, errno.ENOTDIR}


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file on the hub."""

    name: str
    """Its path in the repository, which is checked: it comes from outside."""
    size: int
    sha256: str
    """Empty for a small file, which has git's own sum instead."""
    blob: str
    """Git's SHA-1 of it, for a file that has no SHA-256."""


def say(**what: object) -> None:
    """Say a line of JSON to whoever started this process."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def fetch(repo: str, name: str, folder: Path) -> None:
    """Fetch a model into a folder, saying how far it is.

    Raises PullError, OSError, or an error of the hub's library.
    """
    from huggingface_hub import HfApi, constants, hf_hub_url
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # documented, not re-exported

    constants.DOWNLOAD_CHUNK_SIZE = CHUNK
    found = HfApi().model_info(repo, files_metadata=True)
    revision, headers = str(found.sha), build_hf_headers()
    files = _wanted(repo, name, [_remote(sibling) for sibling in found.siblings or ()])
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    there = sum(_there(folder, file) for file in files)
    total = sum(file.size for file in files)
    _refuse_full_disk(folder, total - there)
    say(files=[file.name for file in files], total=total, there=there, revision=revision)
    for file in files:
        if not (folder / file.name).is_file():
            url = hf_hub_url(repo, file.name, revision=revision)
            _fetch_one(url, headers, file, folder)
    record = {"repo": repo, "revision": revision, "files": [asdict(file) for file in files]}
    (folder / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")


def _keep_prompts(repo: str, name: str, folder: Path) -> None:
    """Write what an embedding model of the list wants before its texts where its own files do not say so."""
    listed = known(name)
    if listed is None or listed.repo != repo or not (listed.query_prompt or listed.document_prompt):
        return
    file = folder / "config_sentence_transformers.json"
    about = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if any((about.get("prompts") or {}).values()):
        return
    about["prompts"] = {"query": listed.query_prompt, "document": listed.document_prompt}
    file.write_text(json.dumps(about, indent=1), encoding="utf-8")


def _remote(sibling: RepoSibling) -> RemoteFile:
    sha256 = sibling.lfs.sha256 if sibling.lfs else ""
    return RemoteFile(sibling.rfilename, sibling.size or 0, sha256, sibling.blob_id or "")


def _wanted(repo: str, name: str, files: list[RemoteFile]) -> list[RemoteFile]:
    """Return the files that make the model. Raises PullError if it is not there, or not what it should be."""
    if name:
        parts = _parts(name)
        wanted = [file for file in files if file.name in parts]
        if len(wanted) == len(parts):
            return wanted
        ggufs = [file.name for file in files if file.name.endswith(".gguf")]
        raise PullError(
            f"The repository {repo} has no file {name}.", f"It has: {', '.join(ggufs) or 'no GGUF file'}."
        )
    wanted = [file for file in files if EMBEDDING_FILE.fullmatch(file.name)]
    if not any(file.name.endswith(".safetensors") for file in wanted):
        ggufs = [f"{repo}/{file.name}" for file in files if file.name.endswith(".gguf")]
        raise PullError(
            f"The repository {repo} holds no embedding model (no .safetensors weights).",
            f"Name one of its files: {', '.join(ggufs)}." if ggufs else "Name another repository.",
        )
    return wanted


def _parts(name: str) -> set[str]:
    """Return the files that a GGUF file goes with: itself, and all others of a split one."""
    split = SPLIT.fullmatch(name)
    if split is None:
        return {name}
    return {f"{split[1]}-{n:05}-of-{split[2]}.gguf" for n in range(1, int(split[2]) + 1)}


def _there(folder: Path, file: RemoteFile) -> int:
    places = (folder / file.name, _part(folder, file))
    return max((place.stat().st_size for place in places if place.is_file()), default=0)


def _part(folder: Path, file: RemoteFile) -> Path:
    """Return where a file is kept while it is fetched; each version of it has a part of its own."""
    return folder / f"{PurePosixPath(file.name)}.{(file.sha256 or file.blob)[:12]}{PART}"


def _refuse_full_disk(folder: Path, missing: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < missing + SPARE:
        raise _no_room(folder, f"{missing / 1e6:,.0f} MB are to come, {free / 1e6:,.0f} MB are free")


def _no_room(folder: Path, said: str) -> PullError:
    return PullError(
        f"There is no room for the model in {folder}: {said}.",
        "Free some space and do the same again: it goes on where it stopped. "
        "POCKETRAG_MODELS names another folder.",
    )


def _fetch_one(url: str, headers: dict[str, str], file: RemoteFile, folder: Path) -> None:
    from huggingface_hub.file_download import http_get

    part = _part(folder, file)
    part.parent.mkdir(parents=True, exist_ok=True)
    if part.is_file() and part.stat().st_size > file.size:
        part.unlink()
    with part.open("ab") as out:
        there = out.tell()
        http_get(
            url,
            out,
            resume_size=there,
            headers=headers,
            expected_size=file.size,
            displayed_filename=file.name,
            tqdm_class=Told,
        )
    say(checking=file.name)
    wrong = _wrong(part, file)
    if wrong:
        part.unlink()
        raise PullError(
            f"What came as {file.name} is not what the hub says it is: {wrong}.",
            "It was deleted. Do the same again; if it happens again, something between here and the hub "
            "changes what it sends.",
        )
    part.replace(folder / file.name)


def _wrong(part: Path, file: RemoteFile) -> str:
    """Return what is wrong with a file that was fetched; empty if size and sum are the hub's."""
    size = part.stat().st_size
    if size != file.size:
        return f"{size:,} bytes instead of {file.size:,}"
    with part.open("rb") as opened:
        if file.sha256:
            return "" if hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256 else "its SHA-256"
        git = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
        git.update(opened.read())
        return "" if not file.blob or git.hexdigest() == file.blob else "its sum"


class Told:
    """Takes tqdm's place: each step is said as a line."""

    def __init__(self, *_: object, **__: object) -> None:
        """Say nothing yet."""

    def update(self, count: float | None = 1) -> None:
        """Say how many bytes have come."""
        say(came=count)

    def __enter__(self) -> Told:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def close(self) -> None:
        """Say nothing more."""


def _explained(error: Exception, repo: str, name: str, folder: Path) -> PullError:
    """Return what to tell of an error of the hub's library, of its network or of the system."""
    from huggingface_hub import errors

    by_hand = _by_hand(repo, name, folder)
    match error:
        case PullError():
            return error
        case errors.OfflineModeIsEnabled():
            return PullError("The hub is switched off (HF_HUB_OFFLINE is set).", f"Unset it. {by_hand}")
        case errors.GatedRepoError():
            return PullError(
                f"The repository {repo} wants its licence accepted first.",
                f"Accept it on the hub, and set HF_TOKEN to a token of yours. {by_hand}",
            )
        case errors.RepositoryNotFoundError() | errors.RevisionNotFoundError():
            return PullError(
                f"The hub has no repository {repo}, or shows it to its owners only.", "Check its name."
            )
        case errors.HFValidationError():
            return PullError(f"{repo!r} is no name of a repository.", "It looks like owner/name.")
        case errors.HfHubHTTPError():
            status = error.response.status_code
            return PullError(f"The hub refused: status {status}.", f"Try again later. {by_hand}")
        case OSError() if error.errno in NO_ROOM:
            return _no_room(folder, "the disk, or what you may use of it, is full")
        case OSError() if error.errno in NOT_OURS:
            return PullError(
                f"The models folder {folder.parent.parent} cannot be written ({error.strerror}).",
                "Check its permissions. POCKETRAG_MODELS names another folder.",
            )
        case _:
            return PullError(
                f"The hub could not be reached, or stopped in the middle ({type(error).__name__}).",
                f"Do the same again: what has come is kept. Behind a proxy, set HTTPS_PROXY. {by_hand}",
            )


def _by_hand(repo: str, name: str, folder: Path) -> str:
    """Return how to bring the model here without this computer's network."""
    if name:
        where = f"https://huggingface.co/{repo}/resolve/main/{name}"
        return f"Or copy the file from another computer ({where}) into {folder.parent.parent}."
    where = f"https://huggingface.co/{repo}"
    return f"Or copy the folder of files from another computer ({where}) into {folder.parent.parent}."


def _fetch_alone(repo: str, name: str, place: Path) -> None:
    """Fetch a model that is to be in this folder. Raises as `fetch`, and if another process is at it."""
    folder, taken = place.with_name(place.name + PARTS), place.with_name(f".{place.name}.lock")
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = held(taken)
    if lock is None:
        raise PullError(
            f"{place.name} is being fetched already, by another PocketRAG.",
            "Wait until that is done, or stop it: what has come is kept.",
        )
    if not place.is_dir():  # else the other one was quicker
        fetch(repo, name, folder)
        _keep_prompts(repo, place.name, folder)
        folder.replace(place)
    taken.unlink(missing_ok=True)


def main() -> None:
    """Fetch the model that the command line names, and say how that goes."""
    repo, name, where = sys.argv[1:]
    place = Path(where)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # files are closed on the way out
    try:
        _fetch_alone(repo, name, place)
        say(whole=True)
    except Exception as error:  # noqa: BLE001  whatever the hub's library meets is told in our words
        told = _explained(error, repo, name, place)
        say(error=told.message, remedy=told.remedy)
        sys.exit(1)


def lines(said: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    """Yield what such a process says, line by line; what is none of its own is passed over."""
    for line in said:
        if line.startswith(b"{"):
            yield json.loads(line)


if __name__ == "__main__":
    main()
