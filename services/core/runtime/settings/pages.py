"""What the API and its pages stand on."""

from datetime import time, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator
from pydantic_settings import NoDecode

from services.core.runtime.map_tiles import Coordinates, MapTiles, TilesUrl
from services.core.runtime.sealing import SealKeys, read_seal_keys
from services.core.runtime.settings.base import Settings
from services.core.runtime.tokens import read_token
from services.core.runtime.written import (
    PublicUrl,
    is_loopback,
    parse_times,
)


class AuditSettings(Settings):
    """What of the audit trail lies outside the database."""

    audit_dir: Path | None = Field(
        default=None,
        description="Folder, not in reach of the database, for the keys of audit entries and the"
        " anchors of their chain; `up` has it in its data folder. Without it entries are chained"
        " and bear no key.",
    )
    audit_anchor_min: float = Field(
        default=5.0,
        gt=0,
        le=1440,
        description="Minutes between two anchors, as long as there are new entries (our own"
        " choice).",
    )

    audit_head_h: float = Field(
        default=24.0,
        ge=0,
        le=168,
        description="Hours between two notices that tell QA how far the audit trail has come; 0 for"
        " none (our own choice).",
    )

    @property
    def anchor_every(self) -> timedelta:
        return timedelta(minutes=self.audit_anchor_min)

    @property
    def head_every(self) -> timedelta:
        return timedelta(hours=self.audit_head_h)


class ApiSettings(Settings):
    """Where the pages and the HTTP interface are served."""

    api_host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    api_port: int = Field(default=8080, ge=0, le=65535, description="Port the API listens on.")
    boxes_connect_to: str = Field(
        default="localhost:1883",
        description="Host and port of the broker as boxes reach it; the pages show it.",
    )
    duty_phone: str | None = Field(
        default=None,
        pattern=r"^\+?[0-9 ()-]{5,24}$",
        description="Telephone of whoever is on duty, as people dial it: +86 21 …."
        " Every page shows it at the same place, and when the link is lost; none when empty.",
    )
    shift_ends: Annotated[tuple[time, ...], NoDecode] = Field(
        default=(time(0), time(8), time(16)),
        min_length=1,
        description="Changes of shift on the site's clock, as 00:00,08:00,16:00 (our own choice):"
        " whoever took an alarm owns it no longer than that.",
    )
    sign_in: bool = Field(
        default=False,
        description="Whether the person at this machine signs in too. Anybody else must in any"
        " case, and everybody when api_host is no loopback address.",
    )
    public_url: PublicUrl | None = Field(
        default=None,
        description="Address at which people reach the pages: https://host. Signing in from"
        " another machine needs it.",
    )
    oidc_file: Path | None = Field(
        default=None,
        description="File that names another sign-in service by OpenID Connect, TOML; none when"
        " empty.",
    )
    session_idle_min: float = Field(
        default=60.0, gt=0, le=1440, description="Minutes without an act that end a session."
    )
    session_h: float = Field(
        default=12.0, gt=0, le=168, description="Hours after which a session ends in any case."
    )

    metrics_token_file: Path | None = Field(
        default=None,
        description="File of one line, 32 signs or more: whoever reads /metrics sends it as a"
        " bearer token. Without one this machine alone reads them, and not through a proxy.",
    )

    @property
    def observer_sha256(self) -> bytes | None:
        """The digest of the token; raises Invalid when the file is not as it should be."""
        return None if self.metrics_token_file is None else read_token(self.metrics_token_file)

    photo_key_file: Path | None = Field(
        default=None,
        description="File of the keys that photos of inspections are sealed with, made by"
        " `coldlane photo-key`; without one no photos are kept.",
    )

    factor_key_file: Path | None = Field(
        default=None,
        description="File of the keys that secrets of authenticator apps are sealed with, made by"
        " `coldlane factor-key`; `up` has it in its data folder. Without one they lie open in the"
        " database.",
    )

    @property
    def factor_keys(self) -> SealKeys | None:
        """The keys; raises Invalid when the file is not as it should be."""
        return None if self.factor_key_file is None else read_seal_keys(self.factor_key_file)

    identity_key_file: Path | None = Field(
        default=None,
        description="File of the keys that patients' identities are sealed with, made by"
        " `coldlane photo-key`: another file than that of photos; without one none are kept.",
    )

    @property
    def identity_keys(self) -> SealKeys | None:
        """The keys; raises Invalid when the file is not as it should be."""
        return None if self.identity_key_file is None else read_seal_keys(self.identity_key_file)

    @property
    def photo_keys(self) -> SealKeys | None:
        """The keys; raises Invalid when the file is not as it should be."""
        return None if self.photo_key_file is None else read_seal_keys(self.photo_key_file)

    map_tiles_url: TilesUrl | None = Field(
        default=None,
        description="Raster tiles for the map: a path of this host, or one https address, with"
        " {z}, {x} and {y}; coast lines only when empty. The borders that they show are the"
        " deployer's duty.",
    )
    map_tiles_attribution: str = Field(
        default="", max_length=200, description="Whom the map names as the source of its tiles."
    )
    map_tiles_coordinates: Coordinates = Field(
        default="wgs84",
        description="Coordinates that the tiles are drawn in. Positions stay WGS-84; the map shifts"
        " them while it draws.",
    )

    @property
    def map_tiles(self) -> MapTiles | None:
        """Tiles of the deployer's own; None when the map is coast lines only."""
        if self.map_tiles_url is None:
            return None
        return MapTiles(
            url=self.map_tiles_url,
            attribution=self.map_tiles_attribution,
            coordinates=self.map_tiles_coordinates,
        )

    @model_validator(mode="before")
    @classmethod
    def _read_shift_ends(cls, values: dict[str, object]) -> dict[str, object]:
        text = values.get("shift_ends")
        return {**values, "shift_ends": parse_times(text)} if isinstance(text, str) else values

    @property
    def sign_in_demanded(self) -> bool:
        """Whether nobody gets in by being on this machine."""
        return self.sign_in or not is_loopback(self.api_host)
