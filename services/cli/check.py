"""One thing that the doctor has looked at."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["ok", "warning", "failed", "unreachable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was seen. Whatever is not well says what to do: `remedy` is empty only when all is."""

    name: str
    outcome: Outcome
    said: str
    remedy: str = ""

    def __post_init__(self) -> None:
        if self.outcome != "ok" and not self.remedy:
            raise ValueError(f"{self.name}: a finding needs a next step")
