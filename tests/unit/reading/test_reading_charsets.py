"""Text in encodings that do not say which they are: read as the language that it is in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pocketrag.domain import Document

ReadAs = Callable[[str, bytes], Document]

TEXTS = {
    "Nájemce bude platit nájemné každý měsíc včas, žádná ze stran nesmí smlouvu ukončit.": "cp1250 iso8859-2",
    "Najemca zobowiązuje się płacić czynsz co miesiąc, najpóźniej do piątego dnia.": "cp1250 iso8859-2",
    "A bérlő köteles a bérleti díjat minden hónap ötödik napjáig fizetni, a fűtést is.": "cp1250 iso8859-2",
    "Kiracı, kirayı her ayın beşinci gününe kadar ödemekle yükümlüdür, ısıtma dahil.": "cp1254 iso8859-9",
    "Nuomininkas privalo mokėti nuomą kiekvieną mėnesį iki penktos dienos, taip pat šildymą.": "cp1257",
    "Le loyer de 800 € est payé chaque mois, à échéance, et les réparations à la fin de l’été.": "cp1252",
    "Le loyer de 800 € est payé chaque mois, à échéance, réparations à la fin.": "iso8859-15 mac-roman",
    "Die Miete ist bis zum fünften Tag zu zahlen; größere Reparaturen trägt der Vermieter.": "cp1252 cp850",
    "Арендатор обязан платить каждый месяц не позднее пятого числа.": "cp1251 koi8-r cp866 iso8859-5",
    "Ο ενοικιαστής πληρώνει το ενοίκιο κάθε μήνα, το αργότερο την πέμπτη.": "cp1253 iso8859-7",
    "השוכר ישלם את דמי השכירות מדי חודש, לא יאוחר מהיום החמישי.": "cp1255",
    "يدفع المستأجر الإيجار كل شهر في موعد أقصاه اليوم الخامس": "cp1256 iso8859-6",
    "ผู้เช่าจะต้องชำระค่าเช่าทุกเดือนภายในวันที่ห้า": "cp874",
    "家賃は毎月五日までに支払うものとする。修理の費用は家主が負担する。": "shift_jis euc_jp iso2022_jp",
    "承租人应于每月五日前支付租金，大修费用由出租人承担。": "gb18030",
    "承租人應於每月五日前支付租金，大修費用由出租人承擔。": "big5",
    "임차인은 매월 임대료를 지불하여야 하며 수리비는 임대인이 부담한다.": "euc_kr",
}
"""Sentences of a lease, each with encodings that it was once written in."""


@pytest.mark.parametrize(
    ("charset", "text"), [(charset, text) for text, all_of in TEXTS.items() for charset in all_of.split()]
)
def test_an_old_encoding_is_told_by_the_language_that_it_makes_sense_in(
    read_as: ReadAs, charset: str, text: str
) -> None:
    assert read_as("lease.txt", text.encode(charset)).text == text


def test_a_foreign_name_does_not_make_an_english_text_another_language(read_as: ReadAs) -> None:
    text = "Nearby, in Ogród Saski, the summer theatre was open until the rain came; we met Mr Müller there."
    assert read_as("walk.txt", text.encode("cp1252")).text == text


@pytest.mark.parametrize("text", ["We meet for lunch at the café", "Il est arrivé", "Grüße aus Köln", "50 €"])
def test_the_only_letter_beyond_ascii_may_be_the_last(read_as: ReadAs, text: str) -> None:
    assert read_as("note.txt", text.encode("cp1252")).text == text
