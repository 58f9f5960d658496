"""Finding how a language model runs fastest on this computer, in a process of its own.

Two things are tried: its weights in Q8_0, whose sums many processors compute several times as fast as
those of other forms; and other ways to use the cores. What is adopted was measured to be faster for an
answer as most are, slower in neither half of it, and to say what the model says as it came. Run as
`python -m pocketrag.models.tuning MODEL OUT NAME REVISION GPU_LAYERS PATIENCE`.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path

from pocketrag.errors import ModelError
from pocketrag.memory import busy_share, computer_memory, physical_cores
from pocketrag.models.drafting import DRAFTS, answer_rates
from pocketrag.models.forms import end_when_told, give_up, making
from pocketrag.models.gguf import Gguf, read_gguf
from pocketrag.models.hub import ModelFile
from pocketrag.models.measuring import Likeness, Rates, Way, compared, context_bytes, likeness
from pocketrag.models.room import SHORTEST
from pocketrag.models.slm import LlamaModel, Running
from pocketrag.models.tuned import MAKING, QUIET, WEIGHTS, Tuned, save, this_build

QUICK_FORMS = {"Q8_0", "Q4_0", "IQ4_NL", "F32"}
"""Forms that llama.cpp has its quickest sums for, or that Q8_0 would lose much of: they stay."""

LARGEST = 3_000_000_000
"""Parameters of the largest model whose weights are tried in Q8_0: of larger ones, the time to fetch twice
the bytes for each token costs more than the quicker sums save."""

WORTH = 0.95
"""What an answer must take at most, as a share of before, for anything to be adopted."""

NO_WORSE = 0.95
"""What each rate must be at least, as a share of before."""

ANSWER_CONTEXT = 2048
"""Tokens of the context in which answers are written to see how fast: the longest probes, several times."""

CONTEXT_SHARE = 0.25
"""The share of the memory left beside the weights that a context may take: other programs go on."""

WORTH_DRAFTING = 0.85
"""What answers must take at most with tokens drafted, as a share of without: how much of an answer stands in
its prompt differs, and tokens that are read together come in another order of sums."""

PAUSE = 2.0
"""Seconds between two looks whether the computer is quiet."""

SAME = Likeness(1.0, 1.0)


def tune(model: Path, out: Path, gpu_layers: int) -> tuple[Way, Rates, Rates, Likeness]:
    """Return the best way to run a model, its rates and those before; weights that were made lie in `out`."""
    about = read_gguf(model)
    original = Way(model, Running(gpu_layers=gpu_layers))
    forms = [original, *_other_forms(original, about, out)]
    tried = [replace(form, running=running) for form in forms for running in _runnings(gpu_layers)]
    before, *rates = compared([original, *tried])
    ranked = sorted(zip(tried, rates, strict=True), key=lambda pair: pair[1].seconds())
    worth = (way for way, found in ranked if _worth(found, before))
    enough = ((way, alike) for way in worth if (alike := likeness(way, original)).enough)
    way, alike = next(enough, (original, SAME))
    way, found, before = _threads_chosen(way, original)
    return *_draft_chosen(way, found), before, alike if way != original else SAME


def _other_forms(original: Way, about: Gguf, out: Path) -> list[Way]:
    """Return the model's weights in Q8_0, made now, where that may be quicker and there is room for it."""
    from pocketrag.models.native import quantize_to_q8_0

    size = int(about.parameters * 8.6 / 8)
    room = shutil.disk_usage(out).free > 2 * size and computer_memory().available > 2 * size + about.size
    if about.form in QUICK_FORMS or about.parameters > LARGEST or not room:
        return []
    quantize_to_q8_0(original.file, out / WEIGHTS, physical_cores())
    return [replace(original, file=out / WEIGHTS)]


def _runnings(gpu_layers: int) -> list[Running]:
    """Return the ways to use the cores that are tried with each form; the number of threads comes last."""
    usual = Running(gpu_layers=gpu_layers)
    return [
        usual,
        replace(usual, flash_attention=True),
        replace(usual, flash_attention=True, batch_tokens=256),
    ]


def _worth(found: Rates, before: Rates) -> bool:
    return (
        found.seconds() <= WORTH * before.seconds()
        and found.prompt >= NO_WORSE * before.prompt
        and found.generation >= NO_WORSE * before.generation
    )


def _threads_chosen(way: Way, original: Way) -> tuple[Way, Rates, Rates]:
    """Return the way with the number of threads that is quickest, its rates and those of the original.

    How many there are changes nothing of what is said. On a busy computer all rates vary: first go numbers of
    threads with which both halves of an answer are still as quick; then what is quicker for the whole of it,
    as the way was in both halves when it was chosen; then the original.
    """
    cores = physical_cores()
    counts = sorted({max(cores // 2, 1), max(cores - 1, 1), cores, os.cpu_count() or cores})
    ways = [way, *(replace(way, running=_with_threads(way.running, count, cores)) for count in counts)]
    before, *rates = compared([original, *ways])
    measured = sorted(zip(ways, rates, strict=True), key=lambda pair: pair[1].seconds())
    quicker = [pair for pair in measured if pair[1].seconds() <= WORTH * before.seconds()]
    worth = (pair for pair in quicker if _worth(pair[1], before))
    best = next(worth, quicker[0] if quicker else (original, before))
    return *best, before


def _draft_chosen(way: Way, rates: Rates) -> tuple[Way, Rates]:
    """Return the way with as many tokens drafted as is quickest, none unless it is worth it; its rates."""
    model = LlamaModel(ModelFile(way.file.stem, way.file, ""), ANSWER_CONTEXT, way.running)
    plain, *drafted = answer_rates(model)
    rate, draft = max(zip(drafted, DRAFTS[1:], strict=True))
    if plain > WORTH_DRAFTING * rate:
        return way, rates
    faster = replace(rates, generation=rates.generation * rate / plain)
    return replace(way, running=replace(way.running, draft_tokens=draft)), faster


def _context_chosen(way: Way, about: Gguf) -> tuple[int, int]:
    """Return the longest context that leaves enough memory free, in tokens; and the bytes that each takes.

    Not longer than the model was trained for, not shorter than a question with its evidence needs.
    """
    each = max(context_bytes(way), about.kv_bytes_per_token, 1)
    spare = (computer_memory().available - way.file.stat().st_size) * CONTEXT_SHARE
    fitting = int(spare / each) // 512 * 512
    return max(min(fitting, about.context_tokens or fitting), SHORTEST), each


def quiet_share(seconds: float) -> float:
    """Return how busy the cores are once they are quiet, or after so many seconds all the same.

    Beside other programs little can be told: a second thread waits for a core then, and looks slow.
    """
    until = time.monotonic() + seconds
    while (busy := busy_share(1.0)) > QUIET and time.monotonic() < until:
        time.sleep(PAUSE)
    return busy


def _with_threads(running: Running, threads: int, cores: int) -> Running:
    return replace(running, threads=threads, batch_threads=max(threads, cores))


def _found(model: Path, folder: Path, name: str, revision: str, gpu_layers: int) -> Tuned:
    """Return what is found best of a model; weights that were made for that lie in the folder."""
    about = read_gguf(model)
    way, rates, before, alike = tune(model, folder, gpu_layers)
    context, each = _context_chosen(way, about)
    made = way.file != model
    if not made:
        (folder / WEIGHTS).unlink(missing_ok=True)
    return Tuned(
        name=name,
        revision=revision,
        computer=this_build(),
        form=read_gguf(way.file).form if made else "",
        running=way.running,
        prompt_rate=round(rates.prompt, 1),
        generation_rate=round(rates.generation, 1),
        prompt_rate_before=round(before.prompt, 1),
        generation_rate_before=round(before.generation, 1),
        perplexity_ratio=round(alike.perplexity_ratio, 4),
        agreement=round(alike.agreement, 4),
        context_tokens=context,
        context_bytes=each,
        busy=0.0,
        parameters=about.parameters,
    )


def main() -> None:
    """Tune the model that the command line names, in a folder that appears when it is whole."""
    model, target = Path(sys.argv[1]), Path(sys.argv[2])
    name, revision, gpu_layers, patience = sys.argv[3], sys.argv[4], int(sys.argv[5]), float(sys.argv[6])
    end_when_told()
    try:
        with making(target, MAKING) as folder:
            if folder is not None:
                busy = quiet_share(patience)
                save(replace(_found(model, folder, name, revision, gpu_layers), busy=round(busy, 2)), folder)
    except (ModelError, OSError, ValueError, RuntimeError) as error:
        give_up(error)


if __name__ == "__main__":
    main()
