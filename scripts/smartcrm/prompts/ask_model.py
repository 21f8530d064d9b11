"""Asks a model that speaks OpenAI's chat completions protocol, wherever it runs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from smartcrm.faults import Fault

KEY = "OPENAI_API_KEY"
INSTALL = "pip install --require-hashes -r requirements-prompts.txt"
LONGEST_REASON = 200  # characters of what an endpoint says is wrong
TRY_AGAIN = (408, 409, 429)  # and 500 and above; what else is not 200 stays so
# of what is wrong with one prompt, and not with the next
ONE_PROMPT = {"content_filter": "refused", "context_length_exceeded": "prompt_too_long"}


class Reply(NamedTuple):
    """What came back: the answer, why the model stopped, and what was refused."""

    text: str | None
    stopped: str | None
    problem: str = ""


class Unanswered(Exception):
    """No answer this time; another try may get one."""


class Refused(Fault):
    """No answer to any prompt until a setting is corrected."""


def read_key() -> str:
    """The key of the endpoint, which is printed nowhere.

    Raises:
        Fault: there is none, or it can't be sent.
    """
    key = os.environ.get(KEY, "").strip()
    if not key:
        raise Fault(
            f"{KEY} is not set; set it to the endpoint's key (any word where none is "
            "asked for), or see the prompts with --dry-run"
        )
    if not (key.isascii() and key.isprintable()):
        raise Fault(f"{KEY} holds a character that no key has; set it again")
    return key


def without_secrets(url: str) -> str:
    """A URL as it may be printed: a password stands before an @, a key behind a ?."""
    return re.sub(r"^(\w+://)?.*@|[?#].*", r"\1", url)


def open_model(
    model: str, base_url: str | None, timeout: float, tries: int
) -> Callable[[str], Reply]:
    """A function that asks one prompt; several threads may call it at once.

    It raises Unanswered where there is no answer now, and Refused where there will be
    none. Waits between its tries grow, or are as long as the endpoint asks for.

    Raises:
        Fault: the package openai or the key is missing, or the URL is none.
    """
    key = read_key()
    try:
        import openai
    except ImportError as error:
        raise Fault(f"the package {error.name} is not installed; {INSTALL}") from None
    url = base_url or os.environ.get("OPENAI_BASE_URL") or "https://api.openai.com/v1"
    shown = without_secrets(url)
    try:
        is_url = urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname
    except ValueError:
        is_url = None
    if not is_url:
        raise Fault(f"'{shown}' is no URL; give one such as http://localhost:8000/v1")
    client = openai.OpenAI(
        api_key=key, base_url=url, timeout=timeout, max_retries=tries - 1
    )

    def refusal(error: openai.APIStatusError) -> Refused:
        said = " ".join(str(error.message).replace(key, "***").split())
        said = said[:LONGEST_REASON]
        if error.status_code in (401, 403):
            return Refused(
                f"{shown} refuses the key ({error.status_code}); check {KEY}"
            )
        return Refused(f"{shown}: {said}; check --base-url and --model ({model})")

    def ask(prompt: str) -> Reply:
        messages = [{"role": "user", "content": prompt}]
        try:
            completion = client.chat.completions.create(model=model, messages=messages)
            choice = completion.choices[0]
            text, stopped = choice.message.content, choice.finish_reason
            if text is not None and not isinstance(text, str):
                raise TypeError
        except openai.APITimeoutError:
            raise Unanswered(f"no answer within {timeout:g} s") from None
        except openai.APIConnectionError as error:
            if type(error.__cause__).__name__ == "ConnectError":
                reason = f"{shown} can't be reached; check --base-url"
            else:
                reason = f"no whole answer from {shown}"
            raise Unanswered(reason) from None
        except openai.APIStatusError as error:
            status = error.status_code
            if status == 400 and error.code in ONE_PROMPT:
                return Reply(None, None, ONE_PROMPT[error.code])
            if status >= 500 or status in TRY_AGAIN:
                raise Unanswered(f"status {status} from {shown}") from None
            raise refusal(error) from None
        except (
            *(openai.OpenAIError, AttributeError, LookupError),
            *(TypeError, ValueError),
        ):
            reason = f"no chat completion from {shown}; check --base-url"
            raise Unanswered(reason) from None
        return Reply(text, stopped)

    return ask
