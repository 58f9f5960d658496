"""What llama.cpp, as it was built for this computer, can do; and its own quantizer."""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from pathlib import Path

from pocketrag.errors import ModelDamaged


@dataclass(frozen=True, slots=True)
class Build:
    """What llama.cpp was built with, as far as this processor has it too."""

    instruction_sets: tuple[str, ...]
    """Such as AVX2, AVX512_VNNI or NEON."""
    gpu: bool
    """Whether layers can be handed to a graphics card."""


def build() -> Build:
    """Return how llama.cpp was built; loads its library, but no model."""
    import llama_cpp

    said = llama_cpp.llama_print_system_info().decode(errors="replace")
    sets = tuple(name for name, value in re.findall(r"(\w+) = (\d+)", said) if value != "0")
    return Build(sets, bool(llama_cpp.llama_supports_gpu_offload()))


def quantize_to_q8_0(file: Path, to: Path, threads: int) -> None:
    """Write a model with all its weights in Q8_0. Raises ModelDamaged if llama.cpp cannot.

    A form that is quantized already is taken too: eight bits hold what four or five hold, to within
    the rounding of another scale, which is measured before the result is used.
    """
    import llama_cpp

    wanted = llama_cpp.llama_model_quantize_default_params()
    wanted.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0
    wanted.allow_requantize = True
    wanted.nthread = threads
    names = str(file).encode(), str(to).encode()
    if llama_cpp.llama_model_quantize(*names, ctypes.byref(wanted)) != 0:
        raise ModelDamaged(f"The language model {file} cannot be quantized anew.", "Use it as it came.")
