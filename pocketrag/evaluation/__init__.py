"""Evaluation: questions with known answers, asked of a library and scored."""
