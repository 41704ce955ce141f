"""A server's answer, read on a thread of its own: a name that takes 20 s to be found keeps nobody waiting."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from queue import Empty, Full, Queue
from socket import gaierror
from threading import Event, Thread
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

_PATIENCE_S = 20.0  # with a server that says nothing
_LOOK_S = 0.01  # between two looks at whether anybody still waits
_AT_ONCE = 2**16
_NOTHING_LEFT = 416  # what a server answers that is asked to go on after the end


class BrokenOffError(Exception):
    """The other end is to blame; the text says how."""


class Begun(NamedTuple):
    """The answer begins at byte ``start`` of a file of ``total`` bytes, 0 where that is not said."""

    start: int
    total: int


class Answer:
    """The bytes at an address from ``start`` on, piece by piece.

    Iterating gives a :class:`Begun`, then bytes, and None while there is nothing new. A server that knows no parts
    begins at 0 again. Whoever stops iterating must call :meth:`close`.

    Raises (while iterating):
        BrokenOffError: no connection, or an answer that is no file.
    """

    def __init__(self, address: str, start: int) -> None:
        self._address, self._start = address, start
        self._pieces: Queue[Begun | bytes | BrokenOffError | None] = Queue(8)
        self._closed = Event()
        self._thread = Thread(target=self._run, name="convviz-download", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Begun | bytes | None]:
        while True:
            try:
                piece = self._pieces.get(timeout=_LOOK_S)
            except Empty:
                yield None
                continue
            if isinstance(piece, BrokenOffError):
                raise piece
            if piece is None:
                return
            yield piece

    def close(self) -> None:
        """Wants no more. The thread ends with its present read, which a silent server may draw out."""
        self._closed.set()
        self._thread.join(10 * _LOOK_S)

    def _run(self) -> None:
        try:
            self._read()
            self._put(None)
        except HTTPError as error:
            error.close()
            beyond = error.code == _NOTHING_LEFT and self._start
            self._put(None if beyond else BrokenOffError(f"the server says {error.code} {error.reason}"))
        except URLError as error:
            self._put(BrokenOffError(_plain(error.reason)))
        except TimeoutError:
            self._put(BrokenOffError("the server is silent"))
        except (OSError, HTTPException, ValueError) as error:
            self._put(BrokenOffError(_plain(error)))

    def _read(self) -> None:
        headers = {"User-Agent": "convviz"}
        if self._start:
            headers["Range"] = f"bytes={self._start}-"
        with urlopen(Request(self._address, headers=headers), timeout=_PATIENCE_S) as answer:
            self._put(self._begun(answer))
            while not self._closed.is_set() and (piece := answer.read1(_AT_ONCE)):
                self._put(piece)

    def _begun(self, answer: HTTPResponse) -> Begun:
        length = answer.headers.get("Content-Length") or "0"
        start = 0
        if answer.status == 206:
            place = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range") or "")
            if place is None or int(place[1]) != self._start:
                raise ValueError("the server sent another part than it was asked for")
            start = self._start
        return Begun(start, start + int(length) if length.isdecimal() and int(length) else 0)

    def _put(self, piece: Begun | bytes | BrokenOffError | None) -> None:
        while not self._closed.is_set():
            try:
                return self._pieces.put(piece, timeout=_LOOK_S)
            except Full:
                pass
        return None


def _plain(reason: object) -> str:
    """Why a connection failed, without numbers of the system.

    >>> import socket
    >>> _plain(socket.gaierror(-2, "Name or service not known")), _plain(ConnectionResetError(104, "Connection reset"))
    ('there is no network connection', 'connection reset')
    """
    unreachable = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN)
    if isinstance(reason, gaierror) or (isinstance(reason, OSError) and reason.errno in unreachable):
        return "there is no network connection"
    if isinstance(reason, TimeoutError):
        return "the server is silent"
    if isinstance(reason, ConnectionRefusedError):
        return "the server refuses the connection"
    if isinstance(reason, OSError) and reason.strerror:
        return f"{reason.strerror[:1].lower()}{reason.strerror[1:]}"
    return str(reason) or type(reason).__name__
