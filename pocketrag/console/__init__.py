"""What the command line shows to people: tables, progress and answers. Owns rich, beside Textual.

Text from documents, models and file names is drawn as it is: never as markup, never as control sequences.
"""

from pocketrag.console.answers import say_behind, show_all, show_answer, show_answers, show_results
from pocketrag.console.history import show_conversation, show_entries
from pocketrag.console.indexing import json_index, show_index, show_watch
from pocketrag.console.library import say_outlook, show_status
from pocketrag.console.models import show_bench, show_overview, show_pull
from pocketrag.console.scores import counted, show_comparison, show_scores
from pocketrag.console.storage import show_move
from pocketrag.console.terminal import say_error

__all__ = [
    "counted",
    "json_index",
    "say_behind",
    "say_error",
    "say_outlook",
    "show_all",
    "show_answer",
    "show_answers",
    "show_bench",
    "show_comparison",
    "show_conversation",
    "show_entries",
    "show_index",
    "show_move",
    "show_overview",
    "show_pull",
    "show_results",
    "show_scores",
    "show_status",
    "show_watch",
]
