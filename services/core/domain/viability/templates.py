"""Templates of profiles: kinds of product of which only some numbers have a source.

A sponsor completes one with the numbers of their own stability data. A template judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.core.domain.viability.numbers import REQUIRED, Basis, Grade, ProfileNumber, number_out
from services.core.domain.viability.profile import ClockStart
from services.core.domain.viability.shipped import CART_CRYO_150, LEUKAPHERESIS_FRESH_2_8

_HOUSEKEEPING = (
    "max_gap_min",
    "trend_time_constant_min",
    "trend_noise_k",
    "early_warning_h",
    "deadband_k",
    "on_delay_min",
    "off_delay_min",
)
"""What concerns the logger and the alarms, not the product: taken over from a shipped profile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A kind of product: what is known of it, and what a sponsor must add."""

    template_id: str
    name_en: str
    name_zh: str
    clock_start: ClockStart
    known: Mapping[str, ProfileNumber]
    frozen: bool = False

    @property
    def numbers(self) -> dict[str, ProfileNumber]:
        """The known numbers, with those of the logger and the alarms."""
        base = (CART_CRYO_150 if self.frozen else LEUKAPHERESIS_FRESH_2_8).numbers
        return {name: base[name] for name in _HOUSEKEEPING} | dict(self.known)

    @property
    def missing(self) -> list[str]:
        """The numbers that a sponsor must give."""
        return sorted(REQUIRED - self.numbers.keys())

    def to_document(self) -> dict[str, Any]:
        """The template as the beginning of a profile's document."""
        return {
            "name_en": self.name_en,
            "name_zh": self.name_zh,
            "clock_start": self.clock_start.value,
            "numbers": {name: number_out(number) for name, number in self.numbers.items()},
        }


def _read(value: float, unit: str, source: str, url: str | None = None) -> ProfileNumber:
    """From a source that was read: advisory, until the sponsor says it is the label's."""
    return ProfileNumber(
        value=value,
        unit=unit,
        source=source,
        url=url,
        grade=Grade.SOURCE_READ,
        basis=Basis.LITERATURE_PROXY,
    )


def _known(value: float, unit: str, source: str) -> ProfileNumber:
    return ProfileNumber(
        value=value,
        unit=unit,
        source=source,
        grade=Grade.GENERAL_KNOWLEDGE,
        basis=Basis.LITERATURE_PROXY,
    )


def _fresh(
    template_id: str, name_en: str, name_zh: str, known: Mapping[str, ProfileNumber]
) -> Template:
    return Template(
        template_id=template_id,
        name_en=name_en,
        name_zh=name_zh,
        clock_start=ClockStart.COLLECTION_END,
        known=known,
    )


def _frozen(
    template_id: str, name_en: str, name_zh: str, known: Mapping[str, ProfileNumber]
) -> Template:
    return Template(
        template_id=template_id,
        name_en=name_en,
        name_zh=name_zh,
        clock_start=ClockStart.PACK_CLOSED,
        known=known,
        frozen=True,
    )


_JAPAN = "case of a fresh CAR-T lane between Japan and the United States, 48 h out and 36 h back"
_GERMANY = "case of a fresh leukapheresis from the United States to Germany"
_GERMANY_URL = "https://time-matters.com/cases/cell-transport-usa-to-germany-1"
_BST = "Barcelona tissue bank, procedure PRG035: 2–8 °C, 72 h, no X-ray"
_BST_URL = "https://www.bancsang.net"
_KIT = "range of a collection kit"
_KIT_URL = "https://parentsguidecordblood.org"
_LABEL = "the product's label; to be confirmed by the sponsor"
_EMA = "European public assessment report, storage of the vector"
_BREXU_URL = "https://ch.oddb.org/de/gcc/fachinfo/reg/67884"
_TISA_URL = "https://www.fda.gov/media/107296/download"

TEMPLATES = (
    _fresh(
        "leukapheresis_fresh_any",
        "Fresh leukapheresis, sponsor's limits",
        "新鲜单采物，按申办方限值",
        {},
    ),
    _fresh(
        "leukapheresis_fresh_2_8_intercontinental",
        "Fresh leukapheresis, 2–8 °C, between continents",
        "新鲜单采物 2–8 °C，洲际运输",
        {"hold_h": _read(36.0, "h", _JAPAN)},
    ),
    _fresh(
        "leukapheresis_fresh_rt",
        "Fresh leukapheresis, 20–25 °C",
        "新鲜单采物 20–25 °C",
        {
            "label_lo_c": _read(20.0, "°C", _GERMANY, _GERMANY_URL),
            "label_hi_c": _read(25.0, "°C", _GERMANY, _GERMANY_URL),
            "hold_h": _read(18.0, "h", _GERMANY, _GERMANY_URL),
        },
    ),
    _fresh(
        "hpc_apheresis_fresh",
        "Fresh blood stem cells (HPC, apheresis), 2–8 °C",
        "新鲜造血干细胞（单采）2–8 °C",
        {
            "label_lo_c": _read(2.0, "°C", _BST, _BST_URL),
            "label_hi_c": _read(8.0, "°C", _BST, _BST_URL),
            "hold_h": _read(72.0, "h", _BST, _BST_URL),
        },
    ),
    _fresh(
        "cord_blood_fresh",
        "Fresh cord blood, 4–30 °C",
        "新鲜脐带血 4–30 °C",
        {
            "label_lo_c": _read(4.0, "°C", _KIT, _KIT_URL),
            "label_hi_c": _read(30.0, "°C", _KIT, _KIT_URL),
            "hold_h": _known(48.0, "h", "typical time to processing"),
        },
    ),
    _frozen(
        "leukapheresis_cryo",
        "Cryopreserved leukapheresis, ≤ −120 °C",
        "冻存单采物 ≤ −120 °C",
        {"label_hi_c": _read(-120.0, "°C", "receipt form for cryopreserved apheresis (cilta-cel)")},
    ),
    _frozen(
        "cart_tisagenlecleucel",
        "Tisagenlecleucel, ≤ −120 °C",
        "tisagenlecleucel 冻存制剂 ≤ −120 °C",
        {"label_hi_c": _read(-120.0, "°C", "label, section 16", _TISA_URL)},
    ),
    _frozen(
        "cart_brexucabtagene",
        "Brexucabtagene autoleucel, ≤ −150 °C",
        "brexucabtagene 冻存制剂 ≤ −150 °C",
        {"label_hi_c": _read(-150.0, "°C", "Swiss product information", _BREXU_URL)},
    ),
    _frozen(
        "cart_ciltacabtagene",
        "Ciltacabtagene autoleucel, ≤ −120 °C",
        "ciltacabtagene 冻存制剂 ≤ −120 °C",
        {"label_hi_c": _read(-120.0, "°C", "product receipt checklist")},
    ),
    _frozen(
        "cart_lisocabtagene",
        "Lisocabtagene maraleucel, ≤ −130 °C",
        "lisocabtagene 冻存制剂 ≤ −130 °C",
        {"label_hi_c": _known(-130.0, "°C", _LABEL)},
    ),
    _frozen(
        "cart_idecabtagene",
        "Idecabtagene vicleucel, ≤ −130 °C",
        "idecabtagene 冻存制剂 ≤ −130 °C",
        {"label_hi_c": _known(-130.0, "°C", _LABEL)},
    ),
    _frozen(
        "viral_vector",
        "Viral vector, −90 to −60 °C",
        "病毒载体 −90 至 −60 °C",
        {
            "label_lo_c": _read(-90.0, "°C", _EMA),
            "label_hi_c": _read(-60.0, "°C", _EMA),
        },
    ),
    _frozen(
        "plasma_serum_frozen",
        "Frozen plasma or serum, ≤ −20 °C",
        "冷冻血浆或血清 ≤ −20 °C",
        {"label_hi_c": _known(-20.0, "°C", "usual limit; some need −70 °C")},
    ),
)
"""Rows of the domain paper's table that lack a number, or a source that one can open."""


def template_of(template_id: str) -> Template | None:
    """A template by its name."""
    return next((one for one in TEMPLATES if one.template_id == template_id), None)
