"""Reads the Dockerfile as instructions, and holds it to what an image of ours must be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_KNOWN = {
    "FROM", "RUN", "CMD", "LABEL", "EXPOSE", "ENV", "ADD", "COPY", "ENTRYPOINT", "VOLUME",
    "USER", "WORKDIR", "ARG", "ONBUILD", "STOPSIGNAL", "HEALTHCHECK", "SHELL",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One instruction with its arguments, its continued lines joined."""

    name: str
    words: str


def parse_dockerfile(text: str) -> list[Instruction]:
    """The instructions in order; comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\s*\n", " ", "\n".join(lines))
    found = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    return [Instruction(name=parts[0], words=parts[-1].strip()) for parts in found]


def dockerfile_problems(root: Path) -> Iterator[str]:
    """What would not build, or would run as root, or install something unlocked."""
    instructions = parse_dockerfile((root / "deploy" / "Dockerfile").read_text())
    unknown = [each.name for each in instructions if each.name not in _KNOWN]
    if unknown:
        yield f"unknown instructions: {', '.join(unknown)}"
    if not instructions or instructions[0].name not in ("FROM", "ARG"):
        yield "the first instruction is not FROM"
    users = [each.words.split(":")[0] for each in _named(instructions, "USER")]
    if not users or users[-1] in ("root", "0"):
        yield "it never becomes an ordinary user"
    for each in _named(instructions, "RUN"):
        if "pip install" in each.words and not re.search(r"--require-hashes|--no-deps", each.words):
            yield f"installs without hashes: {each.words[:80]}"
    for each in _named(instructions, "COPY"):
        yield from _missing_sources(root, each)


def _named(instructions: list[Instruction], name: str) -> list[Instruction]:
    return [each for each in instructions if each.name == name]


def _missing_sources(root: Path, copy: Instruction) -> Iterator[str]:
    if "--from=" in copy.words:
        return
    *sources, _ = [word for word in copy.words.split() if not word.startswith("--")]
    for source in sources:
        if not (root / source).exists():
            yield f"COPY names {source}, which is not there"
