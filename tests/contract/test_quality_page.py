"""The page of quality offers exactly the moves that the domain allows."""

import re
from pathlib import Path

from services.core.domain.quality.deviation import (
    MOVES,
    SIGNED,
    DeviationMove,
    DeviationState,
    Disposition,
)
from services.core.runtime.catalogue import LANGUAGES, catalogue

SCRIPT = Path(__file__).parents[2] / "services/api/static/js/quality-moves.js"


def test_the_form_offers_the_moves_of_each_state_and_no_other() -> None:
    rows = re.findall(r"^  ([A-Z_]+): \[([^\]]*)\],$", SCRIPT.read_text(encoding="utf-8"), re.M)
    offered = {state: set(re.findall(r"\"(\w+)\"", moves)) for state, moves in rows}
    allowed = {state: {move for at, move in MOVES if at is state} for state in DeviationState}
    assert offered == allowed


def test_signatures_and_dispositions_are_those_of_the_domain() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    meaning = re.search(r"MEANING = \{(.*?)\}", text)
    assert meaning is not None
    assert dict(re.findall(r"(\w+): \"(\w+)\"", meaning[1])) == SIGNED
    chosen = re.search(r"DECISIONS = \[(.*?)\]", text)
    assert chosen is not None
    assert re.findall(r"\"(\w+)\"", chosen[1]) == list(Disposition)


def test_every_state_move_and_disposition_has_words() -> None:
    wanted = [f"quality.state.{one}" for one in DeviationState]
    wanted += [
        f"quality.{kind}.{one}" for one in DeviationMove for kind in ("move", "do", "lead", "done")
    ]
    wanted += [f"live.disposition.{one}" for one in (*Disposition, "QA_HOLD")]
    for language in LANGUAGES:
        assert [key for key in wanted if key not in catalogue(language).texts] == []
