"""Units of measure and number words, English and German, each with what it is worth."""

from __future__ import annotations

UNITS: dict[str, tuple[str, float]] = {
    name: (dimension, worth)
    for dimension, worth, names in (
        ("gbp", 1, "£ pound pounds gbp quid pfund"),
        ("gbp", 0.01, "p pence penny"),
        ("eur", 1, "€ euro euros eur"),
        ("usd", 1, "$ dollar dollars usd"),
        ("chf", 1, "chf franc francs franken"),
        ("cent", 1, "ct cent cents"),
        ("share", 0.01, "% percent pct prozent"),
        ("day", 1 / 86_400, "s sec second seconds sekunde sekunden"),
        ("day", 1 / 1_440, "min mins minute minutes minuten"),
        ("day", 1 / 24, "h hour hours stunde stunden std"),
        ("day", 1, "day days tag tage tagen"),
        ("day", 7, "week weeks woche wochen"),
        ("day", 14, "fortnight fortnights"),
        ("month", 1, "month months monat monate monaten monats"),
        ("month", 3, "quarters quartal quartale quartalen"),
        ("month", 12, "year years jahr jahre jahren jahres"),
        ("metre", 0.001, "mm millimetre millimetres millimeter millimeters"),
        ("metre", 0.01, "cm centimetre centimetres centimeter centimeters zentimeter"),
        ("metre", 1, "m metre metres meter meters metern"),
        ("metre", 1_000, "km kilometre kilometres kilometer kilometers kilometern"),
        ("mile", 1, "mile miles meilen"),
        ("foot", 1, "ft foot feet"),
        ("inch", 1, "inch inches zoll"),
        ("square metre", 1, "m² m2 sqm qm quadratmeter quadratmetern"),
        ("square foot", 1, "sqft ft²"),
        ("gram", 0.001, "mg milligram milligrams milligramm"),
        ("gram", 1, "g gram grams gramm"),
        ("gram", 1_000, "kg kilo kilos kilogram kilograms kilogramm"),
        ("gram", 1_000_000, "t tonne tonnes tonnen"),
        ("pound of weight", 1, "lb lbs"),
        ("ounce", 1, "oz ounce ounces"),
        ("litre", 0.001, "ml millilitre millilitres milliliter"),
        ("litre", 0.01, "cl"),
        ("litre", 1, "l litre litres liter liters litern"),
        ("cubic metre", 1, "m³ m3 kubikmeter"),
        ("gallon", 1, "gallon gallons"),
        ("pint", 1, "pint pints"),
        ("watt hour", 1, "wh"),
        ("watt hour", 1_000, "kwh kilowattstunde kilowattstunden"),
        ("watt", 1, "w watt watts"),
        ("watt", 1_000, "kw kilowatt kilowatts"),
        ("volt", 1, "v volt volts"),
        ("ampere", 1, "amp amps ampere"),
        ("celsius", 1, "°c °"),
        ("fahrenheit", 1, "°f"),
        ("bar", 1, "bar"),
        ("mph", 1, "mph"),
        ("km/h", 1, "km/h kmh"),
        ("byte", 1, "mb megabyte megabytes"),
        ("byte", 1_000, "gb gigabyte gigabytes"),
        ("byte", 1_000_000, "tb terabyte terabytes"),
        ("iu", 1, "iu ie"),
        ("times", 1, "times mal"),
    )
    for name in names.split()
}
"""Each name of a unit, folded to lower case, with its dimension and how much of that it is. Days and
months are apart: a month is no number of days."""

TWO_WORDS = {
    "square metres": "m²",
    "square metre": "m²",
    "square meters": "m²",
    "square meter": "m²",
    "sq m": "m²",
    "square feet": "sqft",
    "square foot": "sqft",
    "cubic metres": "m³",
    "cubic metre": "m³",
    "kilowatt hours": "kwh",
    "kilowatt hour": "kwh",
    "kilowatt-hours": "kwh",
    "kilometres per hour": "km/h",
    "kilometers per hour": "km/h",
    "miles per hour": "mph",
    "per cent": "%",
    "degrees celsius": "°c",
    "degrees fahrenheit": "°f",
    "grad celsius": "°c",
}

SYMBOLS = "£€$"

NUMBER_WORDS: dict[str, float] = {
    name: value
    for value, names in (
        (0, "zero null"),
        (1, "one eins"),
        (2, "two zwei"),
        (3, "three drei"),
        (4, "four vier"),
        (5, "five fünf"),
        (6, "six sechs"),
        (7, "seven sieben"),
        (8, "eight acht"),
        (9, "nine neun"),
        (10, "ten zehn"),
        (11, "eleven elf"),
        (12, "twelve dozen zwölf dutzend"),
        (13, "thirteen dreizehn"),
        (14, "fourteen vierzehn"),
        (15, "fifteen fünfzehn"),
        (16, "sixteen sechzehn"),
        (17, "seventeen siebzehn"),
        (18, "eighteen achtzehn"),
        (19, "nineteen neunzehn"),
        (20, "twenty zwanzig"),
        (30, "thirty dreißig"),
        (40, "forty vierzig"),
        (50, "fifty fünfzig"),
        (60, "sixty sechzig"),
        (70, "seventy siebzig"),
        (80, "eighty achtzig"),
        (90, "ninety neunzig"),
        (100, "hundred hundert"),
        (1_000, "thousand tausend"),
        (1_000_000, "million millionen"),
    )
    for name in names.split()
}

NUMBER_WORDS |= {
    f"{'ein' if ones == 'eins' else ones}und{tens}": NUMBER_WORDS[ones] + NUMBER_WORDS[tens]
    for ones in "eins zwei drei vier fünf sechs sieben acht neun".split()
    for tens in "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()
}

ORDINALS = {
    name: number
    for number, names in (
        (1, "first erste ersten erster erstes 1st"),
        (2, "second zweite zweiten zweiter zweites 2nd"),
        (3, "third dritte dritten dritter drittes 3rd"),
        (4, "fourth vierte vierten vierter"),
        (5, "fifth fünfte fünften fünfter"),
        (6, "sixth sechste sechsten"),
        (7, "seventh siebte siebten"),
        (8, "eighth achte achten"),
        (9, "ninth neunte neunten"),
        (10, "tenth zehnte zehnten"),
        (11, "eleventh elfte elften"),
        (12, "twelfth zwölfte zwölften"),
        (15, "fifteenth fünfzehnte fünfzehnten"),
        (20, "twentieth zwanzigste zwanzigsten"),
        (30, "thirtieth dreißigste dreißigsten"),
    )
    for name in names.split()
}

FRACTIONS = {
    "half": 0.5,
    "halves": 0.5,
    "halb": 0.5,
    "halbe": 0.5,
    "halben": 0.5,
    "halber": 0.5,
    "halbes": 0.5,
    "hälfte": 0.5,
    "third": 1 / 3,
    "thirds": 1 / 3,
    "drittel": 1 / 3,
    "quarter": 0.25,
    "quarters": 0.25,
    "viertel": 0.25,
    "fifths": 0.2,
    "fünftel": 0.2,
}

FREQUENCIES = {
    name: every
    for every, names in (
        ("hour", "hourly stündlich"),
        ("day", "daily täglich"),
        ("week", "weekly wöchentlich"),
        ("month", "monthly monatlich monatliche monatlichen"),
        ("quarter", "quarterly vierteljährlich quartalsweise"),
        ("year", "yearly annual annually jährlich jährliche jährlichen"),
    )
    for name in names.split()
}
"""How often, in one word."""

PERIODS = {
    name: every
    for every, names in (
        ("hour", "hour stunde"),
        ("day", "day tag"),
        ("week", "week woche"),
        ("month", "month monat"),
        ("quarter", "quarter quartal"),
        ("year", "year jahr annum"),
    )
    for name in names.split()
}
