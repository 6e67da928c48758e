"""Static files whose address names their contents, each compressed once and then kept."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_YEAR_S = 365 * 24 * 3600
_TEXTS = frozenset({".js", ".css", ".json", ".svg", ".txt", ".toml"})
_MOST_FILES = 512


class PackedFiles(StaticFiles):
    """A browser never asks twice for an address; the text of a file is compressed once for all."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if isinstance(response, FileResponse) and _takes_gzip(scope):
            file = Path(response.path)
            if file.suffix in _TEXTS:
                response = _packed_response(file, response)
        response.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable"
        return response


def _packed_response(file: Path, whole: FileResponse) -> Response:
    kept = {name: whole.headers[name] for name in ("content-type", "etag", "last-modified")}
    kept |= {"content-encoding": "gzip", "vary": "Accept-Encoding"}
    return Response(_packed(file), headers=kept)


@lru_cache(maxsize=_MOST_FILES)
def _packed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), 9, mtime=0)


def _takes_gzip(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])
