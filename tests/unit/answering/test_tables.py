"""Questions about the rows of tables: sums, means, the highest, the latest, how many, which."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from desk import Desk, alone, quotes

from pocketrag.answering.checking.dates import Date
from pocketrag.answering.tables.periods import period_of

ACCOUNT = """Date,Description,Paid out,Paid in,Balance
02/03/2025,OPENING BALANCE,,,900.00
03/03/2025,HARBOUR BAKERY,12.40,,887.60
17/03/2025,HARBOUR BAKERY,7.60,,880.00
21/03/2025,SALARY MILLPOND,,1500.00,2380.00
05/04/2025,HARBOUR BAKERY,20.05,,2359.95
09/04/2025,ROWING CLUB,60.00,,2299.95
"""
MINE = """Datum;Zweck;Betrag
2025-01-03;Miete;-1.250,00 €
2025-01-09;Bäcker;-14,20 €
2025-02-03;Miete;-1.250,00 €
2025-02-11;Lohn;2.900,50 €
"""
PRICES = """code,item,retail_gbp,weeks
K1,Kettle,41.50,3
J1,Milk jug,19.00,2
J2,Water jug,33.00,4
Total,,93.50,
"""
WALKS = """# Walks

| Day | Path | Length (km) |
|---|---|---|
| 2025-05-02 | Heron loop | 8.2 |
| 2025-05-09 | Quarry | 5.0 |
| 2025-06-01 | Heron loop | 10.4 |
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    found.write("Bank/account 2025.csv", ACCOUNT)
    found.write("Bank/Konto.csv", MINE)
    found.write("Shop/price list.csv", PRICES)
    found.write("walks.md", WALKS)
    found.write("letter.txt", "The rowing club asks its members for a deposit of 25 pounds for the key.")
    yield found
    found.database.close()


@pytest.mark.parametrize(
    ("question", "said", "rows"),
    [
        ("How much did we spend at Harbour Bakery in March?", "“Paid out” adds up to **20.00** in 2 rows", 2),
        ("What did we spend at Harbour Bakery in total?", "“Paid out” adds up to **40.05** in 3 rows", 3),
        (
            "What was our largest payment in April?",
            "The highest “Paid out” is **60.00** in 2 rows of April",
            1,
        ),
        (
            "How much did we earn altogether in March 2025?",
            "“Paid in” adds up to **1,500.00** in 1 of 4 rows",
            1,
        ),
        (
            "Which shop did we pay the most?",
            "sum of “Paid out” for one “Description” is **60.00**, that of **ROWING CLUB**, in 4 of 6 rows",
            1,
        ),
        (
            "What did we spend most on in March 2025?",
            "that of **HARBOUR BAKERY**, in 2 of 4 rows of March 2025",
            2,
        ),
        (
            "Which path did I walk the most?",
            "for one “Path” is **18.6**, that of **Heron loop**, in 3 rows",
            2,
        ),
        (
            "Wofür haben wir mit dem Konto am meisten ausgegeben?",
            "nach „Zweck“ ist **2.500,00 €**, die von **Miete**, in 3 von 4 Zeilen",
            2,
        ),
        ("How much money came in in March?", "“Paid in” adds up to **1,500.00** in 1 of 4 rows of March", 1),
        ("How much went out in April 2025?", "“Paid out” adds up to **80.05** in 2 rows of April 2025", 2),
        ("How much did we spend at Harbour Bakery before April?", "**20.00** in 2 rows before April", 2),
        (
            "What did we spend in total since 17 March 2025?",
            "**87.65** in 3 of 4 rows since 17 March 2025",
            3,
        ),
        (
            "What did we spend in total between March and April?",
            "**100.05** in 4 of 6 rows since March until the end of April",
            4,
        ),
        ("What did we spend in total without the rowing club in April?", "**20.05** in 1 row of April", 1),
        (
            "How much did we spend at Harbour Bakery in the first quarter?",
            "**20.00** in 2 rows since January until the end of March",
            2,
        ),
        ("How much did we pay the Harbour Bakery in Q2 2025?", "**20.05** in 1 row since April 2025", 1),
        ("When did we last pay the Harbour Bakery?", "The latest of 3 rows that hold", 1),
        ("What was the first payment to the Harbour Bakery?", "The earliest of 3 rows that hold", 1),
        ("How many times did we go to the Harbour Bakery?", "**3 rows** that hold", 3),
        ("List all payments to the Harbour Bakery in March", "**2 rows** of March 2025 that hold", 2),
        (
            "Which item on the price list is the cheapest?",
            "The lowest “retail_gbp” is **19.00** in 3 rows",
            1,
        ),
        ("How many items are on the price list?", "**3 rows**", 3),
        ("What is the average price of a jug?", "“retail_gbp” is **26.00** on average in 2 rows", 2),
        ("How many kilometres did I walk in total?", "“Length (km)” adds up to **23.6** in 3 rows", 3),
        ("What was my longest walk in May?", "The highest “Length (km)” is **8.2** in 2 rows of May", 1),
        (
            "Wie viel haben wir insgesamt für Miete ausgegeben?",
            "ergibt zusammen **2.500,00 €** in 2 Zeilen",
            2,
        ),
        ("Was war die höchste Zahlung im Januar?", "Der höchste Wert von „Betrag“ ist **1.250,00 €**", 1),
    ],
)
def test_what_is_asked_of_a_table_is_worked_out_from_its_rows(
    desk: Desk, question: str, said: str, rows: int
) -> None:
    answer = alone(desk, question)

    assert said in answer.text
    assert len(answer.citations) == rows


@pytest.mark.parametrize(
    "question",
    [
        "How much did we spend at the Harbour Bakery before 03/04/2025?",  # which may be in March
        "How much did we spend at the Harbour Bakery in the first week of April?",
        "How much did we spend in total without sweets in April?",  # no row holds any
        "What did we spend on sweets in total?",  # no row holds it
        "What is the total of the price list?",  # the table says that itself
        "What is the minimum order for a jug?",  # what a paper sets, not the lowest in a column
        "How many pounds is the deposit for the key of the rowing club?",  # stands in a letter
        "How many jugs are there in a set?",
        "How many jugs are out of stock?",
        "How long does the milk last?",
        "Which bakery is in the harbour?",
    ],
)
def test_what_no_table_says_for_sure_is_answered_from_passages(desk: Desk, question: str) -> None:
    answer = desk.answer(question)

    assert "|---" not in answer.text.replace(" ", "")


def test_a_passage_is_looked_at_once_though_no_table_answers(desk: Desk) -> None:
    answer = desk.answer("How much deposit does the rowing club ask for the key in total?")

    assert "letter.txt" in [passage.file.relative for passage in answer.passages]
    looked_at = desk.embedder.looked_at
    assert looked_at
    assert len(looked_at) == len(set(looked_at))


def test_the_rows_are_drawn_as_a_table_with_their_markers(desk: Desk) -> None:
    answer = alone(desk, "What did we spend at Harbour Bakery in total?")

    assert "| Date | Description | Paid out | Paid in | Balance |  |\n" in answer.text
    assert "| --- | --- | ---: | ---: | ---: | --- |\n" in answer.text
    assert "| 03/03/2025 | HARBOUR BAKERY | 12.40 |  | 887.60 | [1] |\n" in answer.text


def test_the_rows_of_a_wide_table_are_quotes(desk: Desk) -> None:
    names = [f"c{n}" for n in range(9)]
    rows = [f"{year}-01-01,Ferry,{','.join('12345678')},{cost}" for year, cost in ((2023, 3), (2024, 4))]
    desk.write("wide.csv", "\n".join([f"Day,What,{','.join(names[:8])},Cost", *rows]))

    answer = alone(desk, "How much did we spend on the ferry in total?")

    assert "**7**" in answer.text
    assert "> “2023-01-01 | Ferry | 1 | 2 |" in answer.text


def test_of_days_that_no_row_is_of_it_is_said(desk: Desk) -> None:
    answer = desk.answer("How much did we spend at the Harbour Bakery in July?")

    assert answer.refusal is not None
    assert answer.refusal.suggestions == (
        "No row that holds “harbour” and “bakery” in Bank/account 2025.csv is of those days;"
        " its rows are of 2025-03-02 to 2025-04-09.",
    )
    assert desk.answer("How much did we spend at the Harbour Bakery last month?").refusal is not None


@pytest.mark.parametrize(
    ("question", "not_said"),
    [
        ("How much did we pay Millpond?", "1,500"),  # that came in
        ("How much did we spend on jugs?", "52.00"),  # that is what they are sold for
        ("Where did we spend most in April?", "60.00"),  # that is one payment
    ],
)
def test_money_is_not_taken_for_what_goes_another_way(desk: Desk, question: str, not_said: str) -> None:
    answer = desk.answer(question)

    assert "adds up" not in answer.text
    assert f"**{not_said}**" not in answer.text


def test_a_refund_is_no_payment(desk: Desk) -> None:
    desk.write(
        "Bank/cycles.csv", "Day,What,Amount\n2025-03-01,Spoke Barn,-80.00\n2025-03-09,Spoke Barn,20.00"
    )

    assert "**1 row**" in alone(desk, "List all payments to the Spoke Barn").text
    assert "**80.00** in 1 of 2 rows" in alone(desk, "How much did we pay the Spoke Barn in total?").text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How much did the Spoke Barn pay us?", "adds up to **30.00** in 2 of 3 rows"),
        ("How much did we get back from the Spoke Barn?", "adds up to **30.00** in 2 of 3 rows"),
        ("How much was transferred to the Spoke Barn?", "adds up to **80.00** in 1 of 3 rows"),
        ("How many water jugs are in stock?", "“In stock” adds up to **7** in 2 rows"),
    ],
)
def test_which_way_money_goes_and_what_is_counted_is_told_from_the_verb(
    desk: Desk, question: str, said: str
) -> None:
    barn = "2025-03-01,Spoke Barn,-80.00\n2025-03-09,Spoke Barn,20.00\n2025-03-11,Spoke Barn,10.00"
    desk.write("Bank/cycles.csv", f"Day,What,Amount\n{barn}")
    desk.write("Shop/stock.csv", "Item,Colour,In stock\nWater jug,Red,3\nWater jug,Blue,4\nKettle,Red,9")

    assert said in alone(desk, question).text


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("this week", Date(2026, 2, 9), Date(2026, 2, 15)),
        ("last week", Date(2026, 2, 2), Date(2026, 2, 8)),
        ("in der letzten Woche", Date(2026, 2, 2), Date(2026, 2, 8)),
        ("this quarter", Date(2026, 1, 0), Date(2026, 3, 0)),
        ("last quarter", Date(2025, 10, 0), Date(2025, 12, 0)),
        ("in the last quarter of 2024", Date(2024, 10, 0), Date(2024, 12, 0)),
        ("im zweiten Quartal 2025", Date(2025, 4, 0), Date(2025, 6, 0)),
    ],
)
def test_weeks_and_quarters_go_by_today(said: str, first: Date, last: Date) -> None:
    period, left = period_of(f"wax {said}", date(2026, 2, 10))

    assert period.bounds == (("since", first), ("until", last))
    assert "we" not in left
    assert "ua" not in left


def test_a_month_of_two_years_is_told_with_both(desk: Desk) -> None:
    desk.write("Bank/wax.csv", "Day,What,Cost\n2024-05-01,Wax,5\n2025-05-09,Wax,7\n2025-06-09,Wax,9")

    answer = alone(desk, "How much did we spend on wax in May?")

    assert "adds up to **12** in 2 rows of May 2024 or May 2025" in answer.text


def test_each_row_of_a_log_is_one_of_what_it_tells(desk: Desk) -> None:
    desk.write("log.csv", "Day,Sport,Minutes\n2025-05-01,runs,40\n2025-05-09,swim,45\n2025-06-09,runs,50")

    assert "**2 rows** that hold “runs”" in alone(desk, "How many runs did I do?").text


def test_single_rows_are_said_to_be_no_sum(desk: Desk) -> None:
    answer = desk.answer("harbour bakery, paid out in total, before 04/05/2025")

    assert "HARBOUR BAKERY" in answer.text
    assert answer.text.endswith("These are single rows: nothing was worked out over all of them.")
    assert "single rows" not in desk.answer("What did we pay the Harbour Bakery on 5 April?").text


def test_rows_are_quoted_up_to_a_number_and_the_rest_counted(desk: Desk) -> None:
    lines = [f"2025-03-{day:02},Ferry,3.10" for day in range(1, 13)]
    desk.write("tickets.csv", "\n".join(["Day,What,Cost", *lines]))

    answer = alone(desk, "How much did we spend on the ferry in total?")

    assert "“Cost” adds up to **37.20** in 12 rows that hold “ferry” (tickets.csv):" in answer.text
    assert "And 4 more." in answer.text
    assert [quote for _, quote in quotes(answer)] == [
        f"2025-03-{day:02} | Ferry | 3.10" for day in range(1, 9)
    ]


def test_another_table_that_may_be_meant_is_named(desk: Desk) -> None:
    desk.write("Ferry/2024.csv", "Day,What,Cost\n2024-03-01,Ferry,3.00\n2024-03-02,Ferry,3.00")
    desk.write("Ferry/2025.csv", "Day,What,Cost\n2025-03-01,Ferry,3.10\n2025-03-02,Ferry,3.10")

    answer = alone(desk, "How much did we spend on the ferry in total in 2025?")

    assert "**6.20**" in answer.text
    both = alone(desk, "How much did we spend on the ferry in total?")
    assert "Not looked at, though meant perhaps: Ferry/202" in both.text


def test_where_nothing_says_which_of_two_tables_is_meant_both_are_worked_out(desk: Desk) -> None:
    desk.write("Bank/card.csv", "Day,What,Paid out\n2025-04-03,Soap,3.10\n2025-04-04,Rope,4.00")

    answer = alone(desk, "How much did we spend in total in April?")

    assert "**80.05** in 2 rows of April 2025 (Bank/account 2025.csv)" in answer.text
    assert "**7.10** in 2 rows of April 2025 (Bank/card.csv)" in answer.text


def test_days_that_could_be_months_are_not_guessed(desk: Desk) -> None:
    desk.write("tolls.csv", "Day,What,Cost\n03/04/2025,Toll,3.00\n05/06/2025,Toll,4.00")

    answer = desk.answer("How much did we spend on tolls in April?")

    assert "adds up" not in answer.text


def test_numbers_of_different_units_are_not_added_up(desk: Desk) -> None:
    desk.write("trip.csv", "Day,What,Cost\n2025-04-03,Hut,30 €\n2025-04-04,Hut,£40\n2025-04-05,Boat,12 €")

    assert "adds up" not in desk.answer("How much did we spend on huts in total?").text
    assert "**€42**" not in desk.answer("How much did we spend in total in April 2025?").text


def test_what_a_cell_holds_is_drawn_as_it_stands(desk: Desk) -> None:
    desk.write("odd.csv", "Day,What,Cost [b]\n2025-04-03,Buoy *red*,3\n2025-04-04,Buoy [x](http://y.z),4")

    answer = alone(desk, "How much did we spend on the buoy in total?")

    assert "**7**" in answer.text
    assert "[x](http" not in answer.text


def test_an_account_says_what_was_spent_before_a_list_of_amounts_does(desk: Desk) -> None:
    desk.write(
        "Shop/invoices april 2025.csv", "Number,Date,Amount\nA1,05/04/2025,410.00\nA2,09/04/2025,9.00\n"
    )
    answer = alone(desk, "How much did we spend in total in April 2025?")
    assert "“Paid out” adds up to **80.05** in 2 rows of April 2025" in answer.text
    assert "410.00" not in answer.text
