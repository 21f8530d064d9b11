"""Says whether a model's answer has the shape that its prompt asked for."""

from __future__ import annotations

import re
import unicodedata

JOINERS = "\u200c\u200d"  # some scripts need them
UNSEEN = ("Cc", "Cf", "Cs")
QUOTES = ('""', "''", "“”", "„“", "«»", "``")
# what dbt reads as no value
NOTHING = ("", "null")
# what a person would have to fill in, such as [name], {name}, <name> and ___; a number
# in brackets and a link are not
PLACE = re.compile(
    r"\[(?!\d+\])[^\]]{1,200}\](?!\()|\{[^{}]{1,200}\}|<[A-Za-z][^<>@:/]{0,60}>|_{3,}"
)
LONGEST_KEPT = 2000  # characters of an answer that is not used

Judged = tuple[str, str]  # the answer as it is kept, and its problem or an empty text


def clean(text: str) -> str:
    """The text without what can't be seen, its lines ended by newlines alone."""
    lines = re.sub("\r\n?|[\x85\u2028\u2029]", "\n", text)
    return "".join(
        character
        for character in lines
        if character in "\n\t"
        or character in JOINERS
        or unicodedata.category(character) not in UNSEEN
    ).strip()


def unquoted(text: str) -> str:
    """The text without the quotes around all of it."""
    quotes, inner = text[:1] + text[-1:], text[1:-1]
    if len(text) > 1 and quotes in QUOTES and not {*quotes} & {*inner}:
        return inner.strip()
    return text


def judge_pain_summary(text: str, most: int) -> Judged:
    """One line of at most `most` characters, its label and quotes taken off."""
    said = re.sub(r"(?i)^pain_point_summary\s*:\s*", "", unquoted(text))
    line = unquoted(said).replace("\t", " ")
    if line.lower() in NOTHING:
        return text, "empty"
    if "\n" in line:
        return text, "not_one_line"
    if "pain_point_summary" in line.lower():
        return text, "label_inside"
    return (text, "too_long") if len(line) > most else (line, "")


def judge_reactivation_email(text: str, most: int) -> Judged:
    """A line `Subject: ...`, a blank line, and a mail; `most` characters in all."""
    if text.lower() in NOTHING:
        return text, "empty"
    head, _, rest = text.partition("\n")
    subject = re.fullmatch(r"(?i)subject\s*:\s*(\S.*)", head)
    gap, _, body = rest.partition("\n")
    if not subject:
        return text, "no_subject"
    if gap.strip():
        return text, "no_blank_line"
    if not body.strip():
        return text, "no_body"
    if PLACE.search(text):
        return text, "left_to_fill_in"
    mail = f"Subject: {subject.group(1).strip()}\n\n{body.strip()}"
    return (text, "too_long") if len(mail) > most else (mail, "")


JUDGES = {
    "pain_summary": judge_pain_summary,
    "reactivation_email": judge_reactivation_email,
}
# why a model stopped, where it did not come to the end
STOPPED = {"length": "cut_off", "content_filter": "refused"}


def judge(prompt_name: str, text: str | None, stopped: str | None, most: int) -> Judged:
    """The answer as it is kept, and why it is rejected; empty where it is accepted.

    Args:
        prompt_name: whose answer it is.
        text: the answer as it came; none where the model gave none.
        stopped: why the model stopped, as the protocol names it.
        most: characters that the answer may have.
    """
    answer, problem = JUDGES[prompt_name](clean(text or ""), most)
    problem = STOPPED.get(stopped or "", problem)
    return answer[:LONGEST_KEPT] if problem else answer, problem
