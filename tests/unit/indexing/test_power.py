"""Whether the computer runs on battery: as Linux and macOS say it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pocketrag.indexing.power import Battery, pmset_says_battery, supplies_say_battery

LAPTOP = {"AC": {"type": "Mains", "online": "0"}, "BAT0": {"type": "Battery", "status": "Discharging"}}
PLUGGED = {"AC": {"type": "Mains", "online": "1"}, "BAT0": {"type": "Battery", "status": "Discharging"}}
CHARGED = {"AC": {"type": "Mains", "online": "1"}, "BAT0": {"type": "Battery", "status": "Full"}}
USB_ONLY = {"BAT0": {"type": "Battery", "status": "Discharging"}, "ucsi": {"type": "USB", "online": "0"}}
USB_PLUGGED = {"BAT0": {"type": "Battery", "status": "Discharging"}, "ucsi": {"type": "USB", "online": "1"}}
MOUSE = {"hid": {"type": "Battery", "status": "Discharging", "scope": "Device"}}
MUTE = {"AC": {"type": "Mains"}, "BAT0": {}}


@pytest.mark.parametrize(
    ("supplies", "battery"),
    [
        (LAPTOP, True),
        (PLUGGED, False),
        (CHARGED, False),
        (USB_ONLY, True),
        (USB_PLUGGED, False),
        (MOUSE, False),
        (MUTE, False),
        ({}, False),
    ],
)
def test_linux(tmp_path: Path, supplies: dict[str, dict[str, str]], battery: bool) -> None:
    for name, facts in supplies.items():
        (tmp_path / name).mkdir()
        for fact, value in facts.items():
            (tmp_path / name / fact).write_text(f"{value}\n")
    assert supplies_say_battery(tmp_path) is battery


def test_a_system_that_tells_of_no_supplies_runs_on_mains(tmp_path: Path) -> None:
    assert supplies_say_battery(tmp_path / "none") is False


def test_macos() -> None:
    assert pmset_says_battery("Now drawing from 'Battery Power'\n -InternalBattery-0 (id=1) 87%; discharging")
    assert not pmset_says_battery("Now drawing from 'AC Power'\n -InternalBattery-0 (id=1) 87%; charging")
    assert not pmset_says_battery("")


def test_the_system_is_asked_now_and_then_only() -> None:
    said = iter([True, False])
    often = Battery(lambda: next(said), every=0)
    assert [often.in_use(), often.in_use()] == [True, False]
    once = Battery(lambda: next(iter([True])), every=1_000)
    assert [once.in_use(), once.in_use()] == [True, True]
