"""What a GGUF file says of itself, and every way in which its header can be broken."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from pocketrag.errors import ModelDamaged
from pocketrag.models.gguf import read_gguf
from pocketrag.models.hub import SMOLLM2, bundled


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def header(facts: dict[str, bytes], tensors: bytes = b"", count: int = 0) -> bytes:
    body = b"".join(text(key) + value for key, value in facts.items())
    return b"GGUF" + struct.pack("<IQQ", 3, count, len(facts)) + body + tensors


def test_the_bundled_model_says_what_it_is() -> None:
    found = read_gguf(bundled(SMOLLM2).path)
    assert (found.form, found.architecture, found.vocabulary) == ("Q4_1", "llama", 49_152)
    assert found.has_template
    assert round(found.parameters / 1e6) == 135
    # 30 layers of 3 heads of 64, keys and values, two bytes each (the model's configuration)
    assert found.kv_bytes_per_token == 30 * 3 * 64 * 2 * 2
    assert found.needed_bytes(8192) - found.needed_bytes(4096) == 4096 * found.kv_bytes_per_token


def test_a_file_that_is_cut_short_says_how_much_is_there(tmp_path: Path) -> None:
    file = tmp_path / "cut.gguf"
    file.write_bytes(bundled(SMOLLM2).path.read_bytes()[:5_000_000])
    with pytest.raises(ModelDamaged, match=r"cut short: 5,000,000 of at least 98,\d{3},\d{3} bytes"):
        read_gguf(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a GGUF"),
        (b"PK\x03\x04", "not a GGUF"),
        (b"GGUF", "header cannot be read"),
        (b"GGUF" + struct.pack("<IQQ", 9, 0, 0), "version 9"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 0), "header cannot be read"),
        (header({"general.name": struct.pack("<IQ", 8, 1 << 62)}), "header cannot be read"),
        (header({"general.name": struct.pack("<I", 77)}), "header cannot be read"),
        (header({"general.alignment": struct.pack("<I", 8) + text("wide")}), "header cannot be read"),
        (header({"general.alignment": struct.pack("<II", 4, 0)}), "header cannot be read"),
    ],
    ids=["empty", "zip", "magic", "version", "tensors", "text", "kind", "number", "alignment"],
)
def test_a_broken_header_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "broken.gguf"
    file.write_bytes(content)
    with pytest.raises(ModelDamaged, match=said):
        read_gguf(file)


def test_no_damage_to_a_header_is_anything_else(tmp_path: Path) -> None:
    whole = bundled(SMOLLM2).path.read_bytes()[:60_000]
    chance = random.Random(5)
    file = tmp_path / "damaged.gguf"
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[chance.randrange(2_000)] = chance.randrange(256)
        file.write_bytes(damaged)
        with pytest.raises(ModelDamaged):
            read_gguf(file)
