"""Migrations form one chain, each file named by its place in it."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from services.core.storage import migrations


def test_migrations_are_one_chain_in_the_order_of_their_names() -> None:
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert len(scripts.get_heads()) == 1
    found = [script.revision for script in scripts.walk_revisions()][::-1]
    assert found == [f"{number:04d}" for number in range(1, len(found) + 1)]
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")
