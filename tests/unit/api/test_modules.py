"""The scripts of a page are named before the browser has to find out."""

import re
from pathlib import Path

from services.api.menu import PAGES
from services.api.modules import later_of, modules_of

SCRIPTS = Path(__file__).parents[3] / "services/api/static/js"


def test_a_page_names_every_module_that_it_will_load() -> None:
    live = modules_of("live.html")
    assert {"live.js", "shell.js", "stream.js", "stream-worker.js", "connection.js"} <= set(live)
    assert "quality.js" not in live
    assert "live-map.js" not in live
    assert {"live-map.js", "map-base.js", "trace-draw.js"} <= set(later_of("live.html"))
    assert not set(live) & set(later_of("live.html"))
    assert "stream-worker.js" not in modules_of("sign_in.html")
    for plan in PAGES:
        named = modules_of(plan.template)
        imported = {
            name
            for module in named
            for name in re.findall(
                r'(?:from|^import) "\./([\w-]+\.js)"', (SCRIPTS / module).read_text(), re.M
            )
        }
        assert imported <= set(named), plan.path
