"""Small talk gets a short reply in its language; a question with anything to look up is left alone."""

from __future__ import annotations

import pytest

from pocketrag.answering.small_talk import small_talk


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("hello", "Hello!"),
        ("Hi there!", "Hello!"),
        ("Good morning 👋", "Hello!"),
        ("Hey, how are you?", "Hello!"),
        ("thanks", "You are welcome."),
        ("Thank you so much!", "You are welcome."),
        ("ok, thanks a lot", "You are welcome."),
        ("Great, thank you!", "You are welcome."),
        ("That was helpful.", "You are welcome."),
        ("bye", "Goodbye!"),
        ("Thanks and goodbye", "Goodbye!"),
        ("Who are you?", "I am PocketRAG"),
        ("What’s your name?", "I am PocketRAG"),
        ("Hello, who are you?", "I am PocketRAG"),
        ("What can you do?", "I answer questions"),
        ("how can you help me", "I answer questions"),
        ("How does this work?", "I answer questions"),
        ("Hallo", "Hallo!"),
        ("Guten Tag!", "Hallo!"),
        ("Grüß Gott", "Hallo!"),
        ("Danke schön!", "Gern geschehen."),
        ("Vielen Dank für die Hilfe", "Gern geschehen."),
        ("Tschüss", "Auf Wiedersehen!"),
        ("Wer bist du?", "Ich bin PocketRAG"),
        ("Was kannst du?", "Ich beantworte Fragen"),
        ("Was können Sie alles für mich tun?", "Ich beantworte Fragen"),
    ],
)
def test_small_talk_gets_a_short_reply(said: str, reply: str) -> None:
    answer = small_talk(said)
    assert answer is not None
    assert answer.startswith(reply)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        "what can I do about the boiler?",
        "Hello, when is the rent due?",
        "Who are you sending the invoice to?",
        "Who are the tenants?",
        "What can you do with a Kestrel boiler?",
        "Who is Hi-Tec?",
        "What does the thank-you letter say?",
        "thanks to whom was the loan repaid?",
        "What is the name of the landlord?",
        "How are you insured against flooding?",
        "How does it work, the alarm?",
        "help with the tax return",
        "good morning routine",
        "What is good?",
        "When is good night story time?",
        "Was kann ich gegen den Schimmel tun?",
        "Wer bist du laut Vertrag?",
        "Was kostet die Hilfe?",
        "Hallo Pizza Rechnung",
        "Danke-Karte an wen?",
        "rent",
        "hello " * 40,
    ],
)
def test_questions_are_left_alone(question: str) -> None:
    assert small_talk(question) is None
