"""Making an embedding model's prepared form, in a process of its own. Owns torch.onnx and its quantizer.

The whole model (transformer, pooling, normalisation) becomes one graph; its weights become int8 where
the vectors stay faithful; then the batch size and the way to use the cores that are fastest here are
measured. Run as `python -m pocketrag.models.export MODEL OUT NAME REVISION THREADS`.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pocketrag.errors import ModelDamaged, ModelError
from pocketrag.models.centring import centre_of
from pocketrag.models.embedder import Embedder
from pocketrag.models.faithfulness import Faithfulness, Probes, faithfulness, read_probes
from pocketrag.models.forms import end_when_told, give_up, making
from pocketrag.models.hub import ModelFile, file_sum
from pocketrag.models.prepared import GRAPH, TOKENIZER, TOKENS, VECTOR, Prepared, PreparedEmbedder
from pocketrag.models.sentence_transformer import (
    FP32,
    SentenceTransformerEmbedder,
    document_prompt,
    query_prompt,
    window,
)

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

INT8 = "int8"

MAKING = "making-"
"""What the name of a folder begins with in which a model is being prepared."""

OPSET = 18
BATCH_TOKENS = (256, 384, 512)
"""Sizes of a batch that are tried. Larger ones leave the processor's caches, and a question that comes
while files are indexed waits for one: a tenth of a second at most."""


def export(file: ModelFile, out: Path, threads: int) -> Prepared:
    """Return what is known of the prepared model, written into the folder `out`.

    Raises ModelDamaged if the model cannot be loaded, exported, or used faithfully in any form.
    """
    original = SentenceTransformerEmbedder(file, threads)
    model = original.model
    model.tokenizer.backend_tokenizer.save(str(out / TOKENIZER))
    _write_graph(model, out / "fp32.onnx")
    _quantize(out / "fp32.onnx", out / "int8.onnx")
    probes = read_probes()
    for form in (INT8, FP32):
        (out / f"{form}.onnx").replace(out / GRAPH)
        about = _about(file, model, form, out)
        form_of_it = PreparedEmbedder(out, about, threads)
        found = faithfulness(form_of_it, original, probes)
        if found.enough:
            (out / "fp32.onnx").unlink(missing_ok=True)
            shared = centre_of(form_of_it, probes)
            measured = _measured(about, found)
            whole = replace(measured, text_centre=shared.texts, token_centre=shared.tokens)
            return _tuned(out, whole, probes, threads)
    raise ModelDamaged(f"No form of {file.name} that was made here is faithful to it.", "Use it as it came.")


def _write_graph(model: SentenceTransformer, to: Path) -> None:
    """Write the model's modules as one graph from token numbers to vectors: the text's, and its tokens'."""
    import torch

    inputs = {
        name: value
        for name, value in model.preprocess(["two texts", "of different length"]).items()
        if isinstance(value, torch.Tensor)
    }
    outputs = _outputs(model, inputs)

    class Whole(torch.nn.Module):
        """The model's modules one after the other, its inputs by position."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *values: torch.Tensor) -> tuple[torch.Tensor, ...]:
            """Return the texts' vectors (n, d), and their tokens' (n, t, d) where there are any."""
            features = dict(zip(inputs, values, strict=True))
            for module in self.model:
                features = module(features)
            return tuple(features[name] for name in outputs)

    shape = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of shapes that it found out by itself
        torch.onnx.export(
            Whole().eval(),
            tuple(inputs.values()),
            str(to),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=({"values": tuple(shape for _ in inputs)}),
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def _outputs(model: SentenceTransformer, inputs: dict[str, torch.Tensor]) -> tuple[str, ...]:
    """Return what the model gives of a text: its vector, and those of its tokens where it has any."""
    import torch

    with torch.no_grad():
        given = model.forward(dict(inputs))
    return (VECTOR, TOKENS) if TOKENS in given else (VECTOR,)


def _quantize(graph: Path, to: Path) -> None:
    """Write the graph with weights of eight bits, a scale for each output channel."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        graph,
        to,
        per_channel=True,
        # Seven bits of the eight: processors without VNNI add products in sixteen, which overflow.
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )


def _about(file: ModelFile, model: SentenceTransformer, form: str, out: Path) -> Prepared:
    """Return what the model says of itself; what is measured comes later."""
    return Prepared(
        name=file.name,
        revision=file.revision,
        numeric_form=form,
        window=window(model),
        pad_id=int(model.tokenizer.pad_token_id or 0),
        query_prompt=query_prompt(model),
        document_prompt=document_prompt(model),
        batch_tokens=BATCH_TOKENS[0],
        side_by_side=True,
        mean_cosine=0.0,
        worst_cosine=0.0,
        ranking=0.0,
        texts_per_second=0.0,
        graph_sha256=file_sum(out / GRAPH),
        tokenizer_sha256=file_sum(out / TOKENIZER),
    )


def _measured(about: Prepared, found: Faithfulness) -> Prepared:
    return replace(
        about,
        mean_cosine=round(found.mean_cosine, 4),
        worst_cosine=round(found.worst_cosine, 4),
        ranking=round(found.ranking, 4),
    )


def _tuned(out: Path, about: Prepared, probes: Probes, threads: int) -> Prepared:
    """Return the record with what is fastest on this computer."""
    tried = (_timed(out, one, probes, threads) for one in _ways(about))
    return max(tried, key=lambda one: one.texts_per_second)


def _ways(about: Prepared) -> Iterator[Prepared]:
    yield from (replace(about, batch_tokens=tokens) for tokens in BATCH_TOKENS)
    if (os.cpu_count() or 1) > 1:
        yield replace(about, batch_tokens=BATCH_TOKENS[-1], side_by_side=False)


def _timed(out: Path, about: Prepared, probes: Probes, threads: int) -> Prepared:
    """Return the record with its speed: the better of two rounds, the first of which warms up."""
    embedder: Embedder = PreparedEmbedder(out, about, threads)
    texts = [f"{a} {b}" for a, b in zip(probes.passages, reversed(probes.passages), strict=True)]
    seconds = []
    for _ in range(2):
        began = time.perf_counter()
        embedder.embed_documents(texts)
        seconds.append(time.perf_counter() - began)
    return replace(about, texts_per_second=round(len(texts) / float(np.min(seconds)), 1))


def main() -> None:
    """Prepare the model that the command line names, in a folder that appears when it is whole."""
    model, out, name, revision, threads = sys.argv[1:]
    target = Path(out)
    end_when_told()
    try:
        with making(target, MAKING) as folder:
            if folder is not None:
                export(ModelFile(name, Path(model), revision), folder, int(threads)).save(folder)
    except (ModelError, OSError) as error:
        give_up(error)


if __name__ == "__main__":
    main()
