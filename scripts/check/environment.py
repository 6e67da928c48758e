"""Holds env.example and the compose file to the settings that exist."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic_settings import BaseSettings

from scripts.check.compose import variables_of
from services.core.runtime import settings


def settings_classes() -> list[type[BaseSettings]]:
    """Every public settings class, in the order of the file."""
    members = vars(settings).items()
    return [
        each
        for name, each in members
        if inspect.isclass(each)
        and issubclass(each, BaseSettings)
        and each is not BaseSettings
        and not name.startswith("_")
    ]


def known_variables() -> set[str]:
    """Names of the variables that the settings are read from."""
    return {
        f"{each.model_config.get('env_prefix', '')}{name}".upper()
        for each in settings_classes()
        for name in each.model_fields
    }


def environment_problems(root: Path) -> Iterator[str]:
    """Variables that compose wants and the example lacks, or that nothing reads."""
    text = (root / "deploy" / "env.example").read_text()
    offered = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", text, re.M))
    wanted = variables_of(root)
    for name in sorted(wanted - offered):
        yield f"compose.yaml reads {name}, env.example does not name it"
    for name in sorted(offered - wanted):
        yield f"{name} is read by nothing in compose.yaml"
    compose = (root / "deploy" / "compose.yaml").read_text()
    for name in sorted(set(re.findall(r"\bCOLDLANE_[A-Z_]+", compose)) - known_variables()):
        yield f"compose.yaml sets {name}, which is no setting"
