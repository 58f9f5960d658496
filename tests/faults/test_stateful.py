"""Whatever happens to the folders, the index ends as a fresh one of the same tree would."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from house import House
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from pocketrag.storage.mounts import Drive

NAMES = st.sampled_from(["a.txt", "b.txt", "C.txt", "notes.md", "blob.bin", "half.pdf", ".hidden.txt"])
FOLDERS = st.sampled_from(["", "one", "one/two", "three", "usb"])
TEXTS = st.sampled_from(
    [
        "# Rent\n\nThe rent is 850.",
        "Plums and cinnamon.",
        "Paper " * 200,
        "%PDF-1.7 of no use",
        "\0\1\2" * 9,
        "",
    ]
)

State = dict[str, tuple[str, str]]


def state_of(house: House) -> State:
    """What the library holds: each file's state and text, and that vectors and catalog agree."""
    found: State = {}
    for path, known in house.catalog.known_files(house.docs).items():
        relative = path.relative_to(house.docs).as_posix()
        text = house.lookup.document(path)[1].text if known.document_id else known.verdict.reason
        found[relative] = (known.verdict.state.value, text)
    return found


class Folders(RuleBasedStateMachine):
    """Files come, change, move and go; runs look everywhere or only where something happened."""

    files: Bundle[str] = Bundle("files")

    @initialize()
    def begin(self) -> None:
        """An empty library; a drive is mounted in its folder."""
        self.root = Path(tempfile.mkdtemp(prefix="stateful"))
        self.house = House(self.root)
        self.usb = self.house.docs / "usb"
        self.usb.mkdir()
        self.plug(7)
        self.unplugged: Path | None = None
        self.touched: set[Path] = set()
        self.run_everywhere()

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.house.database.close()
            shutil.rmtree(self.root)

    def plug(self, device: int) -> None:
        self.house.drives[self.usb] = Drive(device=device, identity=77)
        self.house.mounts.note({self.usb: self.house.drives[self.usb]})

    @rule(target=files, folder=FOLDERS, name=NAMES, text=TEXTS)
    def write(self, folder: str, name: str, text: str) -> str:
        """A file is made or written over; also where the drive is not connected."""
        relative = f"{folder}/{name}" if folder else name
        path = self.house.write(relative, text)
        self.touched.add(path)
        return relative

    @rule(relative=files, text=TEXTS)
    def save_atomically(self, relative: str, text: str) -> None:
        path = self.house.docs / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name("new.tmp")
        new.write_text(text)
        new.replace(path)
        self.touched |= {new, path}

    @rule(relative=files)
    def delete(self, relative: str) -> None:
        path = self.house.docs / relative
        path.unlink(missing_ok=True)
        self.touched.add(path)

    @rule(relative=files)
    def touch(self, relative: str) -> None:
        path = self.house.docs / relative
        if path.exists():
            os.utime(path)
            self.touched.add(path)

    @rule(source=files, folder=FOLDERS, name=NAMES)
    def move(self, source: str, folder: str, name: str) -> None:
        path, there = self.house.docs / source, self.house.docs / folder / name
        if path.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            path.rename(there)
            self.touched |= {path, there}

    @rule(source=st.sampled_from(["one", "three", "one/two"]), name=st.sampled_from(["one", "three", "four"]))
    def move_folder(self, source: str, name: str) -> None:
        path, there = self.house.docs / source, self.house.docs / name
        if path.is_dir() and not there.exists() and not there.is_relative_to(path):
            path.rename(there)
            self.touched |= {path, there}

    @rule(name=st.sampled_from(["one", "three", "four"]))
    def delete_folder(self, name: str) -> None:
        shutil.rmtree(self.house.docs / name, ignore_errors=True)
        self.touched.add(self.house.docs / name)

    @precondition(lambda self: self.unplugged is None)
    @rule()
    def unplug(self) -> None:
        """The drive goes; what is left is an empty folder."""
        self.run_everywhere()  # what was on it is indexed
        self.on_drive = {n: s for n, s in state_of(self.house).items() if n.startswith("usb/")}
        self.unplugged = self.root / "drive"
        self.usb.rename(self.unplugged)
        self.usb.mkdir()
        del self.house.drives[self.usb]

    @precondition(lambda self: self.unplugged is not None)
    @rule(device=st.integers(8, 9))
    def plug_in_again(self, device: int) -> None:
        assert self.unplugged is not None
        shutil.rmtree(self.usb)
        self.unplugged.rename(self.usb)
        self.unplugged = None
        self.plug(device)
        self.touched.add(self.usb)

    @rule(ignored=st.sampled_from(["", "*.md\n", "one/\n", "!.hidden.txt\n"]))
    def write_ignore_file(self, ignored: str) -> None:
        path = self.house.docs / ".pocketragignore"
        path.write_text(ignored)
        self.touched.add(path)

    @rule()
    def restart(self) -> None:
        """Another process takes over, after an unclean stop."""
        list(self.house.indexer().repair())

    @rule(after=st.integers(0, 6))
    def run_and_stop(self, after: int) -> None:
        """A run is stopped before it is over."""
        run = self.house.indexer().run()
        for _, _ in zip(range(after), run, strict=False):
            pass
        run.close()

    @rule()
    def run_everywhere(self) -> None:
        self.house.index()
        self.touched.clear()

    @invariant()
    def the_index_is_that_of_a_fresh_one(self) -> None:
        """After a look at where something happened, it is as if everything had been looked at anew."""
        if not hasattr(self, "house"):
            return
        list(self.house.indexer().run(sorted(self.touched)))
        self.touched.clear()
        self.compare()

    def compare(self) -> None:
        assert self.house.keys_agree()
        fresh = House.over(self.house.docs, self.root / "fresh.sqlite3", self.house.drives)
        fresh.index()
        wanted, found = state_of(fresh), state_of(self.house)
        fresh.database.close()
        (self.root / "fresh.sqlite3").unlink()
        if self.unplugged is not None:  # what was on the drive is kept, whatever lies in its place
            wanted = {name: s for name, s in wanted.items() if not name.startswith("usb/")}
            kept = {name: s for name, s in found.items() if name.startswith("usb/")}
            found = {name: s for name, s in found.items() if name not in kept}
            assert kept == self.on_drive
        assert found == wanted


TestFolders = Folders.TestCase
TestFolders.settings = settings(
    max_examples=int(os.environ.get("POCKETRAG_EXAMPLES", "15")),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
