"""Asks a model the prompts that have no answer yet, and keeps its answers.

What is asked is `lead_prompts` of the last `dbt build`. Each answer is appended to
seeds/genai_responses.csv as it comes; the next `dbt build` puts it into the leads.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime, timezone

from smartcrm.faults import Fault, command

from smartcrm.prompts.answers import JUDGES, judge
from smartcrm.prompts.ask_all import Outcome, Prompt, ask_all
from smartcrm.prompts.ask_model import Reply, open_model
from smartcrm.prompts.responses import (
    RESPONSES,
    append_response,
    cut_torn_line,
    read_responses,
)
from smartcrm.warehouse import built_warehouse

BYTES_A_TOKEN = 4  # about, and of English


def read_prompts(name: str) -> tuple[list[Prompt], int]:
    """Every prompt of a name, and how many characters its answer may have.

    Each comes once, in the order in which its leads' teams should turn to them.
    """
    with built_warehouse() as connection:
        most = dict(
            connection.execute(
                "select prompt_name, max_answer_characters from prompt_templates"
            ).fetchall()
        )
        if name not in most.keys() & JUDGES.keys():
            raise Fault(f"there is no prompt '{name}'; name one of {', '.join(most)}")
        rows = connection.execute(
            "select prompt_hash, min(lead_id), min(prompt_text) from lead_prompts "
            "left join (from team_worklist select lead_id, priority) using (lead_id) "
            "where prompt_name = ? group by prompt_hash "
            "order by max(priority) desc nulls last, min(lead_id)",
            [name],
        ).fetchall()
    return [Prompt(*row) for row in rows], most[name]


def left_to_ask(prompts: list[Prompt], options: argparse.Namespace) -> list[Prompt]:
    """The prompts without an answer, as many as this run may ask."""
    answered = {
        row["prompt_hash"]
        for row in read_responses()
        if row["status"] == "accepted" or not options.retry_rejected
    }
    return [each for each in prompts if each.hash not in answered][: options.limit]


def render_estimate(
    left: list[Prompt], total: int, most: int, options: argparse.Namespace
) -> str:
    """How many prompts would be asked, and about what that takes."""
    sent = sum(len(each.text.encode()) for each in left) // BYTES_A_TOKEN
    answered = len(left) * most // BYTES_A_TOKEN
    line = (
        f"{options.prompt}: {len(left)} of {total} prompts to ask; about {sent} "
        f"tokens in, at most about {answered} out"
    )
    if options.price_in is None and options.price_out is None:
        return line
    cost = sent * (options.price_in or 0) + answered * (options.price_out or 0)
    return f"{line}; at most about {cost / 1e6:.4f} to pay"


def ask_left(options: argparse.Namespace) -> Outcome:
    """Ask what is left to ask and keep the answers; the database is closed by then."""
    if not options.model:
        raise Fault("name the model with --model, or see the prompts with --dry-run")
    ask = open_model(options.model, options.base_url, options.timeout, options.tries)
    prompts, most = read_prompts(options.prompt)

    def keep(prompt: Prompt, reply: Reply) -> str:
        answer, problem = judge(options.prompt, reply.text, reply.stopped, most)
        problem = reply.problem or problem
        status = "rejected" if problem else "accepted"
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        about = (prompt.hash, options.prompt, prompt.lead_id, options.model, now)
        append_response((*about, answer, problem, status))
        return status

    with RESPONSES.locked():
        if torn := cut_torn_line():
            print(f"{RESPONSES.path}: a torn last line ({torn} bytes) was cut off")
        left = left_to_ask(prompts, options)
        return ask_all(left, ask, keep, options.concurrency)


def count(word: str) -> int:
    """A whole number from 1 on."""
    if int(word) < 1:
        raise ValueError
    return int(word)


def read_options(argv: list[str] | None) -> argparse.Namespace:
    """The words of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--prompt", required=True, help="pain_summary or reactivation_email")
    add("--model", help="the model, as the endpoint calls it")
    add("--base-url", help="the endpoint; OPENAI_BASE_URL or OpenAI's own if left out")
    add("--limit", type=count, help="ask at most so many prompts in this run")
    add("--concurrency", type=count, default=4, help="prompts asked at once")
    add("--timeout", type=count, default=60, help="seconds to wait for an answer")
    add("--tries", type=count, default=5, help="for one answer, when it is worth it")
    add("--retry-rejected", action="store_true", help="ask the rejected ones again")
    add("--dry-run", action="store_true", help="only say what would be asked")
    add("--price-in", type=float, help="of a million tokens asked, for --dry-run")
    add("--price-out", type=float, help="of a million tokens answered")
    return parser.parse_args(argv)


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when all is answered, 1 when some is not, 2 when nothing can be."""
    options = read_options(argv)
    if options.dry_run:
        prompts, most = read_prompts(options.prompt)
        left = left_to_ask(prompts, options)
        print(render_estimate(left, len(prompts), most, options))
        return 0
    try:
        outcome = ask_left(options)
    except KeyboardInterrupt:
        raise Fault("interrupted; nothing was asked") from None
    accepted, rejected, unanswered = (
        outcome.counts[each] for each in ("accepted", "rejected", "unanswered")
    )
    why = f" ({outcome.why}); run again to go on" if unanswered else ""
    print(f"{accepted} answered, {rejected} rejected, {unanswered} unanswered{why}")
    if rejected:
        print(
            f"{RESPONSES.path} has what is wrong; --retry-rejected asks the rejected "
            "ones again"
        )
    if outcome.is_cut_short:
        sys.stdout.flush()
        os._exit(1)  # not to wait for what is in flight
    if unanswered and not accepted + rejected:
        return 2
    return int(bool(rejected or unanswered))


if __name__ == "__main__":
    raise SystemExit(main())
