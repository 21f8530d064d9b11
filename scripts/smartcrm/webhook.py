"""Sends a text to a webhook, as Slack, Mattermost and others take it."""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from smartcrm.faults import Fault

TIMEOUT_SECONDS = 10


class NoRedirects(HTTPRedirectHandler):
    """Takes a redirect for an answer: followed, it would be asked without the text."""

    def redirect_request(self, *words: Any) -> None:  # noqa: ANN401
        """Follow none."""


def check_address(url: str) -> str:
    """Host of a webhook's address. The rest is a secret, and part of no message.

    Raises:
        Fault: it is not an http or https address.
    """
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        is_address = False
    if not is_address or any(letter.isspace() for letter in url):
        raise Fault(
            "NOTIFY (--notify) is not the address of a webhook; give one that starts "
            "with https://, or leave it out"
        )
    return host


def send(url: str, text: str) -> str | None:
    """POST a text as JSON; why it did not arrive, or None where it did.

    Args:
        url: the webhook's address.
        text: what to say.

    Raises:
        Fault: it is not an http or https address.
    """
    host = check_address(url)
    request = Request(
        url,
        json.dumps({"text": text}).encode(),
        {"Content-Type": "application/json", "User-Agent": "SmartCRM"},
    )
    try:
        with build_opener(NoRedirects).open(request, timeout=TIMEOUT_SECONDS):
            return None
    except HTTPError as error:
        why = f"it answered {error.code}"
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            why = f"no answer in {TIMEOUT_SECONDS} s"
        else:
            why = getattr(reason, "strerror", None) or type(reason).__name__
    return f"The webhook at {host} did not take the summary ({why}); the build is done"
