"""Figures of a site by day: how long, how close, how full, how fair."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from services.api.acts.count_days import as_table, count_days
from services.api.answers import as_json
from services.api.dependencies import ActDep, ClockDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.leaving import leave_file
from services.api.present.spreadsheet import csv_file
from services.api.rates import limit_exports
from services.api.schemas.base import Day
from services.api.schemas.figures import SiteFigures
from services.api.schemas.sites import PlaceName
from services.core.domain.governance.data_class import DataClass

router = APIRouter(prefix="/sites/{site_id}", tags=["sites"])
SiteName = Annotated[PlaceName, Path(description="The site.")]
First = Annotated[Day | None, Query(alias="from", description="First day, on the site's clock.")]
Last = Annotated[Day | None, Query(alias="to", description="Last day, included.")]


@router.get(
    "/figures",
    response_model=SiteFigures,
    operation_id="get_site_figures",
    summary="Read the figures of a site by day",
    responses=problem_responses(404, 422),
)
async def get_figures(
    site_id: SiteName, unit: UnitOfWorkDep, clock: ClockDep, first: First = None, last: Last = None
) -> Response:
    """The last seven days when none is named, 92 at most. No firm is named."""
    return as_json(await count_days(site_id, first, last, unit, clock.now()))


@router.get(
    "/figures.csv",
    operation_id="get_site_figures_csv",
    summary="Read the same as a table",
    response_class=Response,
    dependencies=[Depends(limit_exports)],
    responses={
        200: {"description": "A line a day.", "content": {"text/csv": {}}},
        **problem_responses(404, 422, 429),
    },
)
async def get_figures_csv(
    site_id: SiteName, act: ActDep, first: First = None, last: Last = None
) -> Response:
    """UTF-8, with a header; no cell is a formula to a spreadsheet. Leaves an audit entry."""
    figures = await count_days(site_id, first, last, act.unit, act.now)
    days = [str(one) if one else None for one in (first, last)]
    await act.audit("export", ("site_figures", site_id), after={"days": days})
    leave_file([DataClass.IMPORTANT])
    return csv_file(f"{site_id}-figures.csv", as_table(figures))
