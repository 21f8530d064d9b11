"""Asks many prompts, several at once, and keeps each answer as it comes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import NamedTuple

from smartcrm.progress import progress
from smartcrm.prompts.ask_model import Refused, Reply, Unanswered

FAILURES_IN_A_ROW = 5  # then the endpoint is taken to be down


class Prompt(NamedTuple):
    """One text to ask, of the first of the leads that share it."""

    hash: str
    lead_id: str
    text: str


class Outcome(NamedTuple):
    """How many prompts came to what, and why the last without an answer has none."""

    counts: Counter[str]
    why: str
    is_cut_short: bool  # threads still wait for answers that nobody will keep


def ask_all(
    prompts: list[Prompt],
    ask: Callable[[str], Reply],
    keep: Callable[[Prompt, Reply], str],
    concurrency: int,
) -> Outcome:
    """Ask each prompt once; `keep` takes each answer, in one thread, and names it.

    Raises:
        Refused: the endpoint refuses all; the answers before that are kept.
    """
    stop = threading.Event()
    counts: Counter[str] = Counter()
    why, in_a_row, is_cut_short = "", 0, False
    lock = threading.Lock()
    refused: Refused | None = None

    def ask_unless_stopped(prompt: Prompt) -> Reply | None:
        # in the thread, so that none is asked while another's failure waits its turn
        nonlocal in_a_row
        if stop.is_set():
            return None
        try:
            reply = ask(prompt.text)
        except Refused:
            stop.set()
            raise
        except Unanswered:
            with lock:
                in_a_row += 1
                if in_a_row >= FAILURES_IN_A_ROW:
                    stop.set()
            raise
        with lock:
            in_a_row = 0
        return reply

    threads = ThreadPoolExecutor(concurrency)
    asked = {threads.submit(ask_unless_stopped, each): each for each in prompts}
    try:
        for future in progress(as_completed(asked), len(asked), "Asking"):
            try:
                reply = future.result()
            except Unanswered as failure:
                why = str(failure)
                continue
            except Refused as fault:
                refused = fault
                continue
            if reply is not None:
                counts[keep(asked[future], reply)] += 1
    except (KeyboardInterrupt, OSError) as cause:
        why, is_cut_short = getattr(cause, "strerror", None) or "interrupted", True
        stop.set()
    threads.shutdown(wait=False, cancel_futures=True)
    if refused:
        kept = f"; {counts.total()} answers before that are kept" if counts else ""
        raise Refused(f"{refused}{kept}")
    counts["unanswered"] = len(prompts) - counts.total()
    return Outcome(counts, why, is_cut_short)
