"""What the browser asks, read with care; and what it is told where that cannot be."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rd_contract import OptionError
from rd_contract.base.errors import SHOWN, DocumentError
from rd_contract.base.files import MAX_BYTES
from rd_contract.report.words.numbers import plural

from .pages import problem_data, text

#: Most bytes of what is no file.
MOST_BYTES = 1024 * 1024


class Refusal(Exception):
    """What was asked cannot be done.

    Parameters
    ----------
    status
        Status of the answer.
    message
        What is said.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


async def read_body(request: Request, most: int = MAX_BYTES) -> bytes:
    """Return what was sent; raises Refusal where it is too long, whatever its length was said to be."""
    said = request.headers.get("content-length", "0")
    parts, size = [], 0
    if not said.isdecimal() or int(said) > most:
        raise _too_long(most)
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _too_long(most)
        parts.append(part)
    return b"".join(parts)


def _too_long(most: int) -> Refusal:
    return Refusal(413, f"The file is too large: at most {most // 1024 // 1024} MB are read.")


async def read_object(request: Request) -> dict[str, Any]:
    """Return what was sent, as an object of JSON; raises Refusal for anything else."""
    try:
        document = json.loads(await read_body(request, MOST_BYTES))
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise Refusal(400, "This is no request that the page sends.")
    return document


def string(document: dict[str, Any], name: str) -> str:
    """Return a text of a request; raises Refusal where there is none."""
    value = document.get(name)
    if not isinstance(value, str):
        raise Refusal(400, f"The request lacks the text {name!r}.")
    return value


def listed(error: DocumentError) -> dict[str, Any]:
    """Return what the browser is told of a document that cannot be used."""
    count = len(error.problems)
    more = f"; the first {SHOWN}" if count > SHOWN else ""
    return {"message": f"{plural(count, 'problem')}{more}", "problems": problem_data(error.problems)}


def refused(_request: Request, error: Exception) -> Response:
    """Return what the browser is told of an error that was to be expected.

    What is wrong with a file or a value is an answer like any other: the request was good, and no browser has to
    complain of it. It has ``problems``, which no other answer has.

    Parameters
    ----------
    error
        A :class:`Refusal`, an :class:`~rd_contract.OptionError`, or a document's error with its problems.
    """
    if isinstance(error, DocumentError):
        return JSONResponse(listed(error))
    status = error.status if isinstance(error, Refusal) else 200
    return JSONResponse({"message": text(str(error)), "problems": []}, status)


#: Errors that are answered, and with what.
ANSWERED = dict.fromkeys((Refusal, OptionError, DocumentError), refused)
