"""In what a sentence departs from its quote: what each rule must catch, and must let be."""

from __future__ import annotations

import pytest
from fakes import WordEmbedder

from pocketrag.answering.checking.meaning import Meanings
from pocketrag.answering.checking.supporting import Ground, departs

FLAT = "The landlord must give the tenant two days' notice before entering the flat."
COURSES = "The beginners swim in the small pool; the divers train in the large pool."
FEES = "The rent is £840 and the deposit is £1,480."
DOGS = "Dogs are allowed in the garden but not in the hall."
LOAN = "Marta Lindqvist lent Owen Farrow £600 on 12 June 2023."
GARAGE = "Tenants may use the garage only if they pay the fee."
HALL = "The hall is 6 metres wide and 9 metres long."
RENT = "The rent went up by £30 to £870."
PAPER = "Every second Tuesday the paper is collected."
FLATS = "Flat 12 has two bedrooms, flat 14 has one."
MOTOR = "The warranty is two years for the motor and five for the frame."
GUESTS = "In 2021 we had 14 guests, in 2022 nine."
VOTE = "34 members were in favour of the fence and 11 against; 5 abstained."
MEANINGS = Meanings(WordEmbedder())
ROWS = "Heating | 1,320 | Insurance | 840 | Holidays | 2,100"


def departure(sentence: str, quote: str, question: str = "What is it?", *others: str) -> str:
    return departs(sentence, question, Ground(quote, "", others), MEANINGS)


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
        ("The hall is 6 metres long.", HALL, "mixed"),
        ("The rent went up by £870.", RENT, "quantity"),
        ("The paper is collected every Tuesday.", PAPER, "quantity"),
        ("Five of the three members voted for it.", "Three of the five members voted for it.", "quantity"),
        ("Flat 14 has two bedrooms.", FLATS, "mixed"),
        ("The warranty is two years for the frame.", MOTOR, "mixed"),
        ("In 2022 we had 14 guests.", GUESTS, "mixed"),
        ("The fee is £320, and VAT is included.", "The fee for it is £320 plus VAT.", "inclusion"),
        ("The rent is due by 1 September.", "The first payment is due by 1 September.", "part"),
        ("11 members were for the fence and 34 against.", VOTE, "vote"),
        ("The right knee was operated on.", "The left knee was operated on.", "hand"),
        ("The courts are open from October to April.", "Courts: open April to October.", "role"),
        ("It costs €10 per hour.", "It costs €10 per quarter of an hour.", "quantity"),
        ("It costs €10 per started hour.", "It costs €10 per started quarter of an hour.", "quantity"),
        ("It is to be repaid with interest.", "It is to be repaid without interest.", "negation"),
        ("Bernard wrote to Solent Wax.", "Bernard will write to Solent Wax by 16 May.", "plan"),
        ("The pump was replaced.", "The pump is to be replaced in the spring.", "plan"),
        ("Die Heizung wurde gewartet.", "Die Heizung wird im April gewartet.", "plan"),
        ("Check it weekly.", "Check it twice a week.", "quantity"),
        ("Vor Einbruch der Dunkelheit ist Schluss.", "Nach Einbruch der Dunkelheit ist Schluss.", "order"),
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
        ("The length of the hall is 9 metres.", HALL),
        ("The rent rose by £30.", RENT),
        ("The paper is collected every other Tuesday.", PAPER),
        ("Of the five members, three voted for it.", "Three of the five members voted for it."),
        ("There are two bedrooms in flat 12.", FLATS),
        ("The warranty is five years for the frame.", MOTOR),
        ("We had nine guests in 2022.", GUESTS),
        ("The first payment is due on 1 September.", "3.2 The first payment is due on 1 September."),
        ("Paying begins on 1 September.", "The first payment is due on 1 September."),
        ("The bins are emptied on Monday.", "The bins are emptied on Monday, the first time at 7 am."),
        ("The two keys must be returned.", "Both keys must be returned at the end."),
        ("Eleven members voted against the fence and 34 in favour.", VOTE),
        ("It is collected every two weeks.", "It is collected every second week."),
        ("It leaves at 9.40.", "It leaves at 9:40 and arrives at 11:15."),
        ("The drive was on 5 May.", "The drive was on the fifth of May."),
        ("It is repaid within 24 months.", "It is to be repaid within two years without interest."),
        ("Both the pump and the sensor were replaced.", "The sensor and the pump were replaced."),
        ("A third of the fruit was given away.", "One third of the fruit was given away."),
        ("Check it once a week.", "Check it weekly."),
        ("Bernard is writing to Solent Wax.", "Bernard will write to Solent Wax by 16 May."),
        ("No second assistant was hired.", "It was decided not to hire a second assistant."),
        ("The rent is paid on the first of the month.", "The rent must be paid on the first of the month."),
        ("Sheds may be up to 6 m².", "Sheds may be not larger than 6 square metres."),
        ("The Wexcombe School bought it from Greta Holm.", "Greta Holm sold it to the Wexcombe School."),
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
    assert departs("The rent of Mill Cottage in 2024 is £925.", "How much is it?", ground, MEANINGS) == ""
    year = Ground("The tenancy ends on 30 April 2028.", "Lease 2025", ())
    assert departs("The tenancy ends on 30 April 2025.", "When does it end?", year, MEANINGS) == "quantity"
    assert departs("The rent of Fern House is £925.", "How much is it?", ground, MEANINGS) == "name"
