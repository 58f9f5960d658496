"""A language model's figures on this computer: how fast it reads and writes, what it takes, what it knows.

The model is run in a process of its own, so that its memory is its own, and one that crashes is told of.
Run as `python -m pocketrag.models.bench FILE CONTEXT` with `Running` as JSON on standard input; the
figures come as JSON on standard output.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from pocketrag.errors import ModelDamaged, ModelError
from pocketrag.models.hub import ModelFile
from pocketrag.models.slm import LlamaModel, Message, Running

SECONDS = 900.0
"""How long a bench may take."""

CHECKS = (
    ("The rent is 1,240 euros and falls due on the first.", "How much is the rent?", "1,240"),
    ("The boiler was serviced on 14 March by Keller & Sons.", "Who serviced the boiler?", "Keller"),
    ("Bicycles may be kept in the cellar, prams in the hallway.", "Where may prams be kept?", "hallway"),
    ("The deposit is returned within eight weeks of moving out.", "When is the deposit returned?", "eight"),
    ("Ms Okafor teaches chemistry; Mr Lund teaches music.", "Who teaches music?", "Lund"),
    ("The library closes at 18:30 on Fridays.", "When does the library close on Fridays?", "18:30"),
    ("Order 7731 was sent to Lisbon, order 7732 to Porto.", "Where was order 7732 sent?", "Porto"),
    ("The warranty covers the motor for five years.", "How long is the motor covered?", "five"),
)  # fmt: skip
"""A sentence, a question that it answers, and a word that the answer must have."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What was measured of a model."""

    model: str
    form: str
    prompt_rate: float
    generation_rate: float
    """Tokens a second, by the clock."""
    own_prompt_rate: float
    own_generation_rate: float
    """The same, as llama.cpp counts them itself."""
    first_token_seconds: float
    """From a prompt of 256 tokens to the first of the answer."""
    memory_bytes: int
    """That the process with the model held at most, without what it held before."""
    right: int
    """Questions that were answered from a sentence in front of the model."""
    asked: int
    computer: str
    running: Running
    """How it was run: as it is in the engine."""
    gpu: bool
    """Whether llama.cpp was built for a graphics card."""
    draft_rate: float = 0.0
    """Tokens a second of answers with tokens drafted, as the engine writes them; 0 where none are drafted."""


def bench(file: ModelFile, form: str, context_tokens: int, running: Running) -> Bench:
    """Return a model's figures, measured now. Raises ModelDamaged if it cannot be run."""
    command = [sys.executable, "-P", "-m", __name__, str(file.path), str(context_tokens)]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(asdict(running)).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _unrun(file, f"takes longer than {SECONDS / 60:.0f} minutes") from error
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise _unrun(file, lines[-1] if lines else f"its process ended with {done.returncode}")
    found = json.loads(done.stdout.splitlines()[-1])
    return Bench(model=file.name, form=form, computer=computer_in_short(), running=running, **found)


def computer_in_short() -> str:
    """Return the processor and the system in a few words, nothing that tells whose they are."""
    from pocketrag.memory import physical_cores

    return f"{_processor()}, {physical_cores()} cores, {platform.system()}"


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def line_to_share(found: Bench) -> str:
    """Return the figures in one line, for a message or a table of many computers."""
    form = f" {found.form}" if found.form else ""
    drafted = f" ({found.draft_rate:.0f} with drafts)" if found.draft_rate else ""
    return (
        f"{found.model}{form}: {found.prompt_rate:.0f} tok/s read,"
        f" {found.generation_rate:.0f} tok/s written{drafted},"
        f" first token {found.first_token_seconds:.2f} s, {found.memory_bytes / 1e6:.0f} MB,"
        f" {found.right}/{found.asked} right · {found.computer}"
    )


def _unrun(file: ModelFile, why: str) -> ModelDamaged:
    return ModelDamaged(f"The language model {file.name} cannot be measured: {why}.", "Use another model.")


def _measured(file: Path, context_tokens: int, running: Running) -> dict[str, float]:
    from pocketrag.memory import resident_bytes
    from pocketrag.models.drafting import answer_rates
    from pocketrag.models.measuring import Way, compared
    from pocketrag.models.native import build

    (rates,) = compared([Way(file, running)], rounds=2)
    before = resident_bytes()
    model = LlamaModel(ModelFile(file.stem, file, ""), context_tokens, running)
    right = sum(_is_right(model, *check) for check in CHECKS)
    held = resident_bytes() - before
    drafts = running.draft_tokens
    return {
        "gpu": build().gpu,
        "draft_rate": round(answer_rates(model, [drafts])[0], 1) if drafts else 0.0,
        "prompt_rate": round(rates.prompt, 1),
        "generation_rate": round(rates.generation, 1),
        "own_prompt_rate": round(rates.own_prompt, 1),
        "own_generation_rate": round(rates.own_generation, 1),
        "first_token_seconds": round(rates.first_token_seconds, 3),
        "memory_bytes": max(held, 0),
        "right": right,
        "asked": len(CHECKS),
    }


def _is_right(model: LlamaModel, sentence: str, question: str, wanted: str) -> bool:
    told = f"Answer from this sentence only.\n\n{sentence}\n\nQuestion: {question}"
    return wanted.casefold() in "".join(model.stream([Message("user", told)], 32)).casefold()


def main() -> None:
    """Measure the model that the command line names."""
    file, context_tokens = Path(sys.argv[1]), int(sys.argv[2])
    try:
        found = _measured(file, context_tokens, Running(**json.load(sys.stdin)))
    except ModelError as error:
        sys.exit(error.message)
    print(json.dumps(found), flush=True)  # noqa: T201  to whoever started this process


if __name__ == "__main__":
    main()
