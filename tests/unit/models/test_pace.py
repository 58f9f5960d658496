"""How many threads write: fewer where the cores are wanted by others, more again when they are not."""

from __future__ import annotations

from pocketrag.models.pace import HOLDS, LASTS, LONG, TRIAL, Pace

QUIET, BUSY = (1.0, 0.007), (0.3, 0.3)
"""How much of the time the asking thread ran, and the seconds that a token took."""


def pace(most: int) -> tuple[Pace, list[int]]:
    used: list[int] = []
    return Pace(most, used.append), used


def write(one: Pace, token: tuple[float, float], times: int = 1) -> None:
    for _ in range(times):
        one.wrote(*token)


def test_on_quiet_cores_all_threads_write() -> None:
    one, used = pace(2)
    write(one, QUIET, 100)
    write(one, (0.5, 0.01))  # one token that had to wait tells nothing
    write(one, QUIET, 10)
    assert (one.threads, used) == (2, [])


def test_on_busy_cores_fewer_threads_write_until_they_are_free_again() -> None:
    one, used = pace(4)
    write(one, QUIET, 4)
    write(one, BUSY, 2)
    assert one.threads == 2
    write(one, (0.5, 0.02), TRIAL + 2)
    assert used == [2, 1]
    write(one, (0.95, 0.009), TRIAL + LASTS)
    assert one.threads == 2


def test_a_number_of_threads_that_turns_out_slower_is_left() -> None:
    """Where some cores are slower, the quick ones wait for them: nobody else is in the way."""
    one, used = pace(8)
    uneven = (0.5, 0.010)
    write(one, uneven, 3)
    assert one.threads == 4
    write(one, (1.0, 0.018), TRIAL)
    assert one.threads == 8
    write(one, uneven, HOLDS - 2)
    assert used == [4, 8]


def test_a_prompt_that_was_read_on_busy_cores_tells_before_the_first_token() -> None:
    one, used = pace(2)
    one.read(LONG, 1.0)
    one.read(LONG - 1, 0.2)
    assert used == []
    one.read(LONG, 0.2)
    assert used == [1]
    write(one, (0.5, 0.02), TRIAL)
    assert one.threads == 1


def test_one_thread_stays_one() -> None:
    one, used = pace(1)
    write(one, BUSY, 20)
    write(one, QUIET, 50)
    assert used == []
