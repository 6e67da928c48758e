"""The profiles that come with the product; every number has a source that a person can open."""

from __future__ import annotations

from services.core.domain.identifiers import ProfileId
from services.core.domain.viability.container import ContainerKind
from services.core.domain.viability.profile import (
    Basis,
    ClockStart,
    Grade,
    MaterialProfile,
    ProfileNumber,
)
from services.core.domain.viability.rates import ANTONENAS_URL, PROXY_CD34_2006

_AXI_CEL = "Xinmin Evening News 2025-03-25, report on the axi-cel supply chain through Shanghai"
_AXI_CEL_URL = "https://paper.xinmin.cn/html/xmwb/2025-03-25/6/207197.html"
_GSP = "China GSP annex 3: in transport a record at least every 5 min; three of them missed"
_GSP_URL = "https://m.aisino-pay.com/c47.html"
_TREND = "own choice: long against sampling noise, short against a cold source giving out"
_DEWAR = "https://blog.fisherbioservices.com"
_ALARM = "own choice within ISA-18.2 practice: two samples on, and twice as long off"


def _label(value: float, unit: str, source: str, url: str) -> ProfileNumber:
    return ProfileNumber(
        value=value, unit=unit, source=source, url=url, grade=Grade.SOURCE_READ, basis=Basis.LABEL
    )


def _proxy(
    value: float,
    unit: str,
    source: str,
    *,
    url: str | None = None,
    switched_on: str | None = None,
) -> ProfileNumber:
    return ProfileNumber(
        value=value,
        unit=unit,
        source=source,
        url=url,
        grade=Grade.OWN_CHOICE if url is None else Grade.SOURCE_READ,
        basis=Basis.LITERATURE_PROXY,
        switched_on=switched_on,
    )


def _common() -> dict[str, ProfileNumber]:
    return {
        "max_gap_min": _proxy(15.0, "min", _GSP, url=_GSP_URL),
        "trend_time_constant_min": _proxy(30.0, "min", _TREND),
        "early_warning_h": _proxy(
            2.0, "h", "own choice: the slack below which a shipment is critical"
        ),
    }


LEUKAPHERESIS_FRESH_2_8 = MaterialProfile(
    profile_id=ProfileId("leukapheresis_fresh_2_8"),
    version=2,
    name_en="Fresh leukapheresis, 2–8 °C, 72 h",
    name_zh="新鲜单采物 2–8 °C，72 小时",
    clock_start=ClockStart.COLLECTION_END,
    numbers={
        **_common(),
        "label_lo_c": _label(2.0, "°C", _AXI_CEL, _AXI_CEL_URL),
        "label_hi_c": _label(8.0, "°C", _AXI_CEL, _AXI_CEL_URL),
        "hold_h": _label(72.0, "h", _AXI_CEL, _AXI_CEL_URL),
        "absolute_hi_c": _proxy(
            25.0,
            "°C",
            "upper end of the warmest range (20–25 °C) in which fresh leukapheresis is reported"
            " to travel; above it no report is known",
            url="https://time-matters.com/cases/cell-transport-usa-to-germany-1",
            switched_on="only shortens: without it a warming box would keep its full hold time",
        ),
        "freeze_point_c": _proxy(
            -0.5,
            "°C",
            "own calculation: 1.86 K·kg/mol × 0.29 osmol/kg = 0.54 K below 0 °C, rounded warmer",
            switched_on="physical limit of a fluid; below it freezing is suspected, for QA",
        ),
        "assumed_before_packing_h": _proxy(
            24.0, "h", "own choice: longest collection-to-packing assumed when nobody entered it"
        ),
        "gap_drift_up_k_per_h": _proxy(
            0.1,
            "K/h",
            "own calculation: a passive box qualified to stay within 2–8 °C for 30 h takes at"
            " least 30 h from 5 to 8 °C",
            url="https://docslib.org/doc/8428436",
        ),
        "gap_drift_down_k_per_h": _proxy(
            0.1,
            "K/h",
            "own calculation: the same qualification, from 5 to 2 °C",
            url="https://docslib.org/doc/8428436",
        ),
        "deadband_k": _proxy(0.3, "K", _ALARM),
        "on_delay_min": _proxy(5.0, "min", _ALARM),
        "off_delay_min": _proxy(10.0, "min", _ALARM),
        "trend_noise_k": _proxy(0.05, "K", "own choice: half the resolution of a 0.1 K logger"),
        "viability_at_start_percent": _proxy(
            100.0, "%", "own choice: the estimate is relative to the end of collection"
        ),
        "loss_p10_per_h": _proxy(
            0.0010,
            "1/h",
            "own calculation: dye viability at 4 °C falls from 90.8 to 82.5 % in four days"
            " (Ann Hematol 1996), the slowest loss reported",
            url="https://pubmed.ncbi.nlm.nih.gov/8645742/",
        ),
        "loss_p50_per_h": _proxy(
            0.0022, "1/h", "own choice: between the slowest and the fastest loss reported"
        ),
        "loss_p90_per_h": _proxy(
            0.0044,
            "1/h",
            "own calculation: viable CD34+ cells fall by 9.4, 19.4 and 28 % in 24, 48 and 72 h at"
            " 2–8 °C (Antonenas 2006), the fastest loss reported",
            url=ANTONENAS_URL,
        ),
    },
    rate_table=PROXY_CD34_2006,
)

CART_CRYO_150 = MaterialProfile(
    profile_id=ProfileId("cart_cryo_150"),
    version=2,
    name_en="Cryopreserved CAR-T product, ≤ −150 °C, 5 days",
    name_zh="冻存 CAR-T 产品 ≤ −150 °C，5 天",
    clock_start=ClockStart.PACK_CLOSED,
    numbers={
        **_common(),
        "label_hi_c": _label(-150.0, "°C", _AXI_CEL, _AXI_CEL_URL),
        "hold_h": _label(120.0, "h", _AXI_CEL, _AXI_CEL_URL),
        "glass_transition_c": _proxy(
            -135.0,
            "°C",
            "glass transition of water, published between −132 and −135 °C; the colder is taken",
            url="http://www.cryosite.com.au/site_howcold.htm",
            switched_on="only shortens: without it a warming dewar would keep its full hold time",
        ),
        "absolute_hi_c": _proxy(
            -120.0,
            "°C",
            "warmest storage limit on the label of an approved CAR-T product (tisagenlecleucel,"
            " section 16)",
            url="https://www.fda.gov/media/107296/download",
            switched_on="only shortens: no approved CAR-T label allows storage above it",
        ),
        "assumed_before_packing_h": _proxy(
            0.0, "h", "the five days count from packing, which is entered itself"
        ),
        "gap_drift_up_k_per_h": _proxy(
            0.274,
            "K/h",
            "own calculation: a dry shipper reported to stay below −150 °C for 7 days takes at"
            " least 168 h over the 46 K from −196 °C",
            url="https://blog.fisherbioservices.com",
        ),
        "gap_drift_down_k_per_h": _proxy(
            0.274, "K/h", "own choice: no faster than it warms; colder is harmless"
        ),
        "deadband_k": _proxy(3.0, "K", _ALARM),
        "on_delay_min": _proxy(2.0, "min", _ALARM),
        "off_delay_min": _proxy(10.0, "min", _ALARM),
        "trend_noise_k": _proxy(0.2, "K", "own choice: thermocouple noise at −150 °C"),
        "container_hold_h": _proxy(
            240.0, "h", "nominal hold time of a dry shipper, 10 days and more", url=_DEWAR
        ),
        "container_derate": _proxy(
            0.7, "1", "own calculation: units of one model differ by 30–40 %", url=_DEWAR
        ),
        "tilt_over_deg": _proxy(45.0, "°", "own choice: leaning by more counts as on its side"),
        "tilt_factor": _proxy(
            36.0,
            "1",
            "own calculation: up to 60 % of the hold time lost within a few hours on its side,"
            " 144 h of 240 h in 4 h",
            url=_DEWAR,
        ),
        "inverted_over_deg": _proxy(135.0, "°", "own choice: leaning by more is upside down"),
        "inverted_factor": _proxy(
            60.0, "1", "own calculation: upside down, days become hours: 240 h in 4 h", url=_DEWAR
        ),
    },
    container=ContainerKind.DRY_SHIPPER,
)

SHIPPED_PROFILES = (LEUKAPHERESIS_FRESH_2_8, CART_CRYO_150)
