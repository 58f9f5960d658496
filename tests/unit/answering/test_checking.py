"""In what a sentence departs from its quote: what each rule must catch, and must let be."""

from __future__ import annotations

import pytest

from pocketrag.answering.checking.supporting import Ground, departs

FLAT = "The landlord must give the tenant two days' notice before entering the flat."
COURSES = "The beginners swim in the small pool; the divers train in the large pool."
FEES = "The rent is £840 and the deposit is £1,480."
DOGS = "Dogs are allowed in the garden but not in the hall."
LOAN = "Marta Lindqvist lent Owen Farrow £600 on 12 June 2023."
GARAGE = "Tenants may use the garage only if they pay the fee."
ROWS = "Heating | 1,320 | Insurance | 840 | Holidays | 2,100"


def departure(sentence: str, quote: str, question: str = "What is it?", *others: str) -> str:
    return departs(sentence, question, Ground(quote, "", others))


@pytest.mark.parametrize(
    ("sentence", "quote", "departs_in"),
    [
        ("The rent is £850.", FEES, "quantity"),
        ("The rent is £1,480.", FEES, "mixed"),
        ("Insurance is 1,320.", ROWS, "mixed"),
        ("The beginners swim in the large pool.", COURSES, "size"),
        ("The beginners train.", COURSES, "mixed"),
        ("Owen Farrow lent Marta Lindqvist £600.", LOAN, "role"),
        ("£600 was lent by Owen Farrow to Marta Lindqvist.", LOAN, "role"),
        ("Marta Lindqvist borrowed £600 from Owen Farrow.", LOAN, "role"),
        ("Marta Lindqvist lent Owen Farrar £600.", LOAN, "name"),
        ("The tenant must give the landlord two days' notice.", FLAT, "role"),
        ("The landlord must give notice after entering the flat.", FLAT, "order"),
        ("Dogs are allowed in the hall.", DOGS, "negation"),
        ("Dogs are not allowed in the garden.", DOGS, "negation"),
        ("Dogs are forbidden in the garden.", DOGS, "negation"),
        ("All dogs are allowed in the garden.", DOGS, "quantity"),
        ("Tenants may use the garage.", GARAGE, "condition"),
    ],
)
def test_errors_are_told_by_their_kind(sentence: str, quote: str, departs_in: str) -> None:
    assert departure(sentence, quote) == departs_in


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("The deposit is 1,480 pounds.", FEES),
        ("£840 is the rent.", FEES),
        ("Holidays are 2100.", ROWS),
        ("The divers train in the large pool.", COURSES),
        ("Owen Farrow borrowed £600 from Marta Lindqvist.", LOAN),
        ("Owen Farrow was lent £600 by Marta Lindqvist on 12/06/2023.", LOAN),
        ("The tenant must be given 2 days' notice by the landlord before he enters the flat.", FLAT),
        ("Dogs are forbidden in the hall.", DOGS),
        ("No, dogs are not allowed in the hall.", DOGS),
        ("If they pay the fee, tenants may use the garage.", GARAGE),
    ],
)
def test_what_is_faithful_departs_in_nothing(sentence: str, quote: str) -> None:
    assert departure(sentence, quote) == ""


def test_a_condition_that_the_question_names_need_not_be_repeated() -> None:
    asked = "May tenants who pay the fee use the garage?"
    assert departure("Tenants may use the garage.", GARAGE, asked) == ""


def test_another_documents_fact_is_not_this_ones() -> None:
    mill = "Lease of Mill Cottage: the monthly rent is £925."
    fern = "Lease of Fern House: the monthly rent is £1,150."
    asked = "What is the rent of Mill Cottage?"
    assert departure("The rent is £1,150.", fern, asked, mill) == "subject"
    assert departure("The rent is £925.", mill, asked, fern) == ""


def test_what_stands_in_the_headings_counts_as_said() -> None:
    ground = Ground("The monthly rent is £925.", "Mill Cottage.pdf Lease 2024", ())
    assert departs("The rent of Mill Cottage in 2024 is £925.", "How much is it?", ground) == ""
    assert departs("The rent of Fern House is £925.", "How much is it?", ground) == "name"
