"""What the processes keep in memory between requests: nothing that belongs to an organisation."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOM = Path("services")
LIVE = ("api", "alerts", "core", "ingest")
_KEEPING = frozenset({"cache", "lru_cache", "functools.cache", "functools.lru_cache"})

OF_THE_BUILD = "read from files of this build"
SHIPPED = "shipped lists and words, the same for everybody"
NUMBERS = "numbers of a formula, asked for by numbers"
PACKING = "how ingest packs a row; it answers nobody"
KEPT = {
    "services/api/allowed.py:_by_path": OF_THE_BUILD,
    "services/api/app.py:_routes": OF_THE_BUILD,
    "services/api/build.py:build_id": OF_THE_BUILD,
    "services/api/modules.py:modules_of": OF_THE_BUILD,
    "services/api/modules.py:later_of": OF_THE_BUILD,
    "services/api/present/clearance.py:_names": SHIPPED,
    "services/core/domain/viability/kinetic.py:_term": NUMBERS,
    "services/core/domain/viability/rules.py:of": NUMBERS,
    "services/core/runtime/catalogue.py:catalogue": SHIPPED,
    "services/core/runtime/data_rules.py:field_classes": SHIPPED,
    "services/core/runtime/data_rules.py:shipped_data_rules": SHIPPED,
    "services/core/runtime/rulebook.py:shipped_rulebook": SHIPPED,
    "services/core/storage/copying.py:_layout": PACKING,
    "services/core/storage/copying.py:_only_probe": PACKING,
}
"""Each with what is in it, and why nobody sees another house's rows by it."""


def _kept(root: Path) -> Iterator[str]:
    for room in LIVE:
        for path in sorted((root / ROOM / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    told = {ast.unparse(one).partition("(")[0] for one in node.decorator_list}
                    if told & _KEEPING:
                        yield f"{path.relative_to(root)}:{node.name}"


def test_s46_nothing_of_an_organisation_is_kept_between_requests(
    pytestconfig: pytest.Config,
) -> None:
    """Streams apart: one board for those who see the same, by organisation, view and country."""
    assert sorted(_kept(pytestconfig.rootpath)) == sorted(KEPT)
