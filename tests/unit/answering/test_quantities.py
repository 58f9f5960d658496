"""What texts count and measure: one thing said in two ways is equal, two things are not."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pocketrag.answering.checking.quantities import quantities, unheld

SAME = [
    ("£1,480", "1,480 pounds"),
    ("£1,480.00", "1480 GBP"),
    ("1.249,90 Euro", "€1,249.90"),
    ("94 pence", "94p"),
    ("two weeks", "14 days"),
    ("a week's notice", "seven days' notice"),
    ("two years", "24 months"),
    ("half an hour", "30 minutes"),
    ("a quarter of an hour", "15 minutes"),
    ("a third of an hour", "20 minutes"),
    ("one third of the fruit", "a third of it"),
    ("per started hour", "hourly"),
    ("an hour and a quarter", "75 minutes"),
    ("half a litre", "0.5 l"),
    ("1.5 kg", "1500 g"),
    ("612 m²", "612 square metres"),
    ("half", "50 %"),
    ("two thirds", "2/3"),
    ("2.5 percent", "2,5 %"),
    ("3 March 2024", "2024-03-03"),
    ("3 March 2024", "03/03/2024"),
    ("March 3, 2024", "3rd of March 2024"),
    ("7. November 2023", "07.11.2023"),
    ("3 March", "3 March 2024"),
    ("in March", "3 March 2024"),
    ("5:30 pm", "17:30"),
    ("18 Uhr", "18:00"),
    ("ten past seven", "07:10"),
    ("twenty-five people", "25 people"),
    ("two hundred and fifty", "250"),
    ("fünfundzwanzig Euro", "25 €"),
    ("the fifth", "the 5th"),
    ("twice", "two times"),
    ("monthly", "each month"),
    ("20p per day", "20 pence a day"),
    ("in 2021", "on 4 May 2021"),
    ("eighteen months", "1.5 years"),
    ("1,480", "£1,480"),
]
DIFFERENT = [
    ("£1,840", "£1,480"),
    ("€250", "£250"),
    ("20 g", "20 mg"),
    ("14 weeks", "14 days"),
    ("two months", "two weeks"),
    ("3 March 2025", "3 March 2024"),
    ("3 March 2024", "3 March"),
    ("13 March", "3 March"),
    ("11.07.2023", "07.11.2023"),
    ("5:30 am", "17:30"),
    ("Thursday", "Tuesday"),
    ("5.2 %", "2.5 %"),
    ("one third", "two thirds"),
    ("1,200 gallons", "1,200 litres"),
    ("KX-481", "KX-418"),
    ("invoice 2025-041", "invoice 2025-014"),
    ("weekly", "monthly"),
    ("the sixth", "the fifth"),
    ("12.50", "1250"),
]


@pytest.mark.parametrize(("said", "held"), SAME)
def test_equal_things_are_held(said: str, held: str) -> None:
    assert quantities(said)
    assert unheld(quantities(said), quantities(held)) == []


@pytest.mark.parametrize(("said", "held"), DIFFERENT)
def test_different_things_are_not(said: str, held: str) -> None:
    assert unheld(quantities(said), quantities(held))


def test_words_that_only_look_like_figures_are_none() -> None:
    assert quantities("You may march on at once, Sunny Mondale") == []


def test_quantities_stand_in_order_and_apart() -> None:
    found = quantities("On 3 March 2024 at 17:30, 12 boards at €38.50 each")
    assert [q.kind for q in found] == ["date", "time", "number", "number"]
    assert all(one.end <= other.start for one, other in pairwise(found))
