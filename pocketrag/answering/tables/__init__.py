"""Answers that are worked out from the rows of a table: sums, means, the highest, how many, which rows."""
