"""The language a document is mostly written in."""

from __future__ import annotations

import pytest

from pocketrag.reading.reader import parse

TEXTS = {
    "en": "The heating was serviced in March, and the next visit is due a year later.",
    "de": "Die Heizung wurde im März gewartet; der nächste Termin ist in einem Jahr fällig.",
    "es": "La caldera se revisó en marzo y la próxima visita toca dentro de un año.",
    "fr": "La chaudière a été révisée en mars et la prochaine visite aura lieu dans un an.",
    "ru": "Котёл проверили в марте, следующий визит через год.",
    "zh": "锅炉在三月份进行了检修，下一次检修将在一年之后进行，届时请提前打电话预约时间和人员。",
    "ar": "تم فحص الغلاية في مارس والزيارة القادمة بعد عام واحد.",
}


@pytest.mark.parametrize(("language", "text"), TEXTS.items())
def test_the_language_is_told(language: str, text: str) -> None:
    assert parse(text.encode(), ".txt").language == language


def test_code_in_a_text_says_nothing_of_its_language() -> None:
    code = "```\n" + "for key, value in items.items():\n    print(key, value)\n" * 40 + "```\n"
    assert parse(f"{code}\n{TEXTS['de']}\n".encode(), ".md").language == "de"


@pytest.mark.parametrize("text", ["850", "A1 | 7.30", "ok", "x = 1\ny = 2\n"])
def test_nothing_is_said_of_too_little_text(text: str) -> None:
    assert parse(text.encode(), ".txt").language == ""
