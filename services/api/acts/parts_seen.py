"""Which parts of a clearance somebody sees: officers those of their own department, no others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.api.acts.supervise import signer_of
from services.api.dependencies import Act
from services.api.present.clearance import EVERYTHING
from services.api.refusals import HttpRefusal
from services.api.sight import View
from services.core.domain.clearance.supervision.sign_off import Department
from services.core.runtime.rulebook import shipped_rulebook
from services.core.storage.releasecases import Clearance
from services.core.storage.supervision import SupervisionRepository


@dataclass(frozen=True, slots=True)
class Eyes:
    """Somebody's departments; None: whoever keeps the cold chain sees all of a clearance."""

    own: frozenset[Department] | None

    def parts(self, found: Clearance) -> frozenset[str]:
        """What is shown of a clearance."""
        if self.own is None:
            return EVERYTHING
        return frozenset[str]().union(*(_part(found, one) for one in self.own))

    def regimes_with_papers(self, today: date) -> frozenset[str] | None:
        """Under which regimes they see papers; None: all papers there are."""
        if self.own is None or Department.CUSTOMS in self.own:
            return None
        return frozenset(
            step.regime
            for step in shipped_rulebook().steps
            if step.department in self.own
            and "papers" in step.sees
            and step.provenance.holds_on(today)
        )


async def eyes_of(act: Act) -> Eyes:
    """Read once for whoever asks, also for a list."""
    return Eyes((await signer_of(act)).departments if await _is_bound(act) else None)


async def parts_for(found: Clearance, act: Act, wanted: str | None = None) -> frozenset[str]:
    """What is shown of a clearance; raises 403 when an officer asks for another department's part.

    Whoever keeps the cold chain sees all of it, and may look at it as a department does.
    """
    eyes = await eyes_of(act)
    if eyes.own is None and wanted is not None:
        return _part(found, Department(wanted))
    if wanted is not None and wanted not in (eyes.own or ()):
        raise HttpRefusal(
            403,
            f"this is for the department {wanted}",
            field="department",
            remedy="leave it out: you see the part of your own department",
        )
    return eyes.parts(found)


async def _is_bound(act: Act) -> bool:
    """Officers of an authority are, and whoever signs for one by name."""
    if act.principal.sight.view is not View.FULL:
        return True
    official = await SupervisionRepository(act.unit).official(act.principal.principal_id)
    return official is not None and official.department is not None


def _part(found: Clearance, department: Department) -> frozenset[str]:
    """What the rules let it see; outside its regime nothing, but customs clears whatever comes."""
    declared = found.row["declared"]
    regime = None if declared is None else declared["regime"]
    today = found.moment.at.astimezone(found.moment.zone).date()
    steps = shipped_rulebook().steps_of(regime, today) if regime is not None else ()
    otherwise = EVERYTHING if department is Department.CUSTOMS else frozenset()
    return next((one.sees for one in steps if one.department == department), otherwise)
