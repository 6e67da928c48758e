"""What the API accepts and says about checklists of inspections."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from services.api.schemas import patterns
from services.api.schemas.base import Answer, Flag, Instant, Request, Sentence, Word
from services.api.schemas.inspections import Mode

TemplateName = Annotated[str, StringConstraints(pattern=patterns.PROFILE)]


class NewChecklistItem(Request):
    """One thing to look at."""

    key: TemplateName = Field(description="Its name.", examples=["packaging_intact"])
    section: Literal["identity", "temperature", "documents", "physical", "decision"] = Field(
        description="The step it belongs to."
    )
    text_en: Word = Field(description="In English.")
    text_zh: Word = Field(description="In Chinese.")
    modes: list[Mode] = Field(min_length=1, max_length=5, description="In which modes.")
    required: Flag = Field(default=True, description="Needs an answer before it can be cleared.")
    opens: Flag = Field(default=False, description="The lid must be opened for it.")
    xray: Flag | None = Field(
        default=None, description="True: by X-ray. False: instead of it. Null: neither."
    )


class NewChecklist(Request):
    """A checklist, or the next version of one. A version never changes."""

    template_id: TemplateName = Field(description="Its name.", examples=["special_items"])
    name_en: Word = Field(description="In English.")
    name_zh: Word = Field(description="In Chinese.")
    source: Sentence = Field(description="Where its points come from, with a grade.")
    items: list[NewChecklistItem] = Field(min_length=1, max_length=100, description="In order.")


class Checklist(Answer):
    """A checklist in one version."""

    template_id: str = Field(description="Its name.")
    version: int = Field(description="The version.", examples=[1])
    document: dict[str, Any] = Field(description="Names, source and items.")
    created_at: Instant = Field(description="When it was entered.")
    created_by: str = Field(description="By whom.")


class Checklists(Answer):
    """Every checklist in every version."""

    items: list[Checklist] = Field(description="By name and version.")
