"""A server on this machine that behaves as badly as it is told to, and small files like those of the real sets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import numpy as np
import pytest


def idx_bytes(array: np.ndarray) -> bytes:
    sizes = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()


def small_mnist() -> dict[str, bytes]:
    """12 images to learn from and 5 to measure on, in four files."""
    rng = np.random.default_rng(0)
    files = {}
    for half, count in (("train", 12), ("t10k", 5)):
        files[f"{half}-images-idx3-ubyte"] = idx_bytes(rng.integers(0, 256, (count, 28, 28)))
        files[f"{half}-labels-idx1-ubyte"] = idx_bytes(np.arange(count) % 10)
    return files


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@dataclass
class Site:
    """What the server has, and how it answers."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True  # whether it can go on in the middle
    stop_after: list[int] = field(default_factory=list)  # bytes, of each answer in turn, after which it hangs up
    claims: int | None = None  # Content-Length, where it lies
    length: bool = True  # whether it says one
    status: int = 200
    silent: Event = field(default_factory=Event)  # set: it says nothing
    ended: Event = field(default_factory=Event)
    asked: list[tuple[str, str | None]] = field(default_factory=list)  # (path, Range) of each request


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            site.asked.append((self.path, asked))
            data = site.files.get(self.path.lstrip("/"))
            if data is None or site.status != 200:
                return self.send_error(404 if data is None else site.status)
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and site.ranges else 0
            if start >= len(data) and start:
                return self.send_error(416)
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            if site.length:
                self.send_header("Content-Length", str(site.claims or len(data) - start))
            self.end_headers()
            stop = site.stop_after.pop(0) if site.stop_after else len(data)
            self.wfile.write(data[start : start + stop])
            if site.silent.is_set():
                self.wfile.flush()
                site.ended.wait(10)
            return None

    return Handler


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(site)) as http:
        http.daemon_threads = True
        thread = Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        site.address = f"http://127.0.0.1:{http.server_port}/"
        yield site
        site.ended.set()
        http.shutdown()
        thread.join()
