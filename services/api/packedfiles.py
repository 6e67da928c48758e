"""Static files whose address names their contents: each read and compressed once, then kept."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from mimetypes import guess_type
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

_YEAR_S = 365 * 24 * 3600
_TEXTS = frozenset({".js", ".css", ".json", ".svg", ".txt", ".toml"})
_TYPES = {".js": "text/javascript", ".toml": "text/plain", ".woff2": "font/woff2"}
_METHODS = frozenset({"GET", "HEAD"})
# A block comment with the blanks after it, or a line of its own behind two slashes.
_COMMENT = re.compile(rb"/\*(?!!)(?:[^*]|\*(?!/))*\*/[ \t]*|^[ \t]*//[^\n]*", re.MULTILINE)
_OTHERS = "vendor"


@dataclass(frozen=True)
class _File:
    """One file as it is sent."""

    paths: tuple[Path, ...]
    """One, or several that are sent as one."""

    @cached_property
    def plain(self) -> bytes:
        return b"".join(_spoken(one) for one in self.paths)

    @cached_property
    def packed(self) -> bytes:
        return gzip.compress(self.plain, 9, mtime=0)

    @cached_property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        name = self.paths[0].name
        kind = _TYPES.get(self.suffix) or guess_type(name)[0] or "application/octet-stream"
        charset = "; charset=utf-8" if kind.startswith("text/") else ""
        return (
            (b"content-type", (kind + charset).encode()),
            (b"cache-control", f"public, max-age={_YEAR_S}, immutable".encode()),
        )

    @property
    def suffix(self) -> str:
        return self.paths[0].suffix

    def answer(self, *, gzip_taken: bool) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """Headers and body; only texts are worth compressing."""
        if self.suffix not in _TEXTS:
            return [*self.headers], self.plain
        headers = [*self.headers, (b"vary", b"Accept-Encoding")]
        if not gzip_taken:
            return headers, self.plain
        return [*headers, (b"content-encoding", b"gzip")], self.packed


class PackedFiles:
    """In front of the routes: sixty files make a page, and a browser never asks twice for one.

    Only what lay in the folder at the start is known, and the sheets that a page joins; all else
    is for the routes to answer.
    """

    def __init__(
        self, app: ASGIApp, *, prefix: str, folder: Path, sheets: Iterable[str] = ()
    ) -> None:
        self.app = app
        self._files = {
            f"{prefix}/{one.relative_to(folder).as_posix()}": _File((one,))
            for one in folder.rglob("*")
            if one.is_file()
        }
        self._files |= {f"{prefix}/{one}": _File(tuple(_parts(one, folder))) for one in sheets}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = self._files.get(scope["path"]) if scope["type"] == "http" else None
        if file is None or scope["method"] not in _METHODS:
            await self.app(scope, receive, send)
            return
        headers, body = file.answer(gzip_taken=_takes_gzip(scope))
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        sent = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": sent})


def without_comments(text: bytes) -> bytes:
    """A script or sheet of ours as a browser needs it: each line keeps its number.

    Types and reasons are for who reads the source, and a fifth of the bytes. What an error names
    by its line is found there. No text in quotes of ours holds a comment: tests/contract holds it.
    """
    return _COMMENT.sub(lambda found: b"\n" * found[0].count(b"\n"), text)


def _spoken(path: Path) -> bytes:
    text = path.read_bytes()
    ours = path.suffix in {".js", ".css"} and _OTHERS not in path.parts
    return without_comments(text) if ours else text


def _parts(sheet: str, folder: Path) -> Iterator[Path]:
    """The files of sheets/css~tokens+css~base.css, each named with its folder."""
    for name in sheet.removeprefix("sheets/").removesuffix(".css").split("+"):
        yield folder / f"{name.replace('~', '/')}.css"


def _takes_gzip(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])
