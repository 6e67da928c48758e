"""Reads the file of channels, and says which line is wrong and how it should be."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

import msgspec

from services.alerts.channels.channel import Channel, InWords, Links, Sender
from services.alerts.channels.webhook import WebhookNotifier
from services.alerts.channels.words import Reader
from services.core.domain.errors import Invalid
from services.core.runtime.clock import Clock
from services.core.runtime.outside import check_webhook_address
from services.core.runtime.written import read_webhook_secret

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,32}$")]
Number = Annotated[str, msgspec.Meta(pattern=r"^\+[0-9]{6,15}$")]
Priority = Annotated[int, msgspec.Meta(ge=1, le=3)]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
Hours = Annotated[float, msgspec.Meta(gt=0, le=168)]
RESERVED = frozenset({"log", "webhook"})


class PlannedChannel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One [[channel]] of the file. What is secret stands in the variable that `…_env` names."""

    name: Name
    kind: Literal["apprise", "sms", "voice", "webhook"]
    address: str | None = None
    address_env: str | None = None
    secret_env: str | None = None
    to: tuple[Number, ...] = ()
    audiences: tuple[str, ...] = ()
    priorities: tuple[Priority, ...] = (1, 2, 3)
    language: Literal["en", "zh"] = "en"
    zone: str = "UTC"
    courier_link: bool = False
    keep_alive_h: Hours | None = None
    country: Country | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    channel: tuple[PlannedChannel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What channels are built with. `links` is None when no public address is set."""

    environment: Mapping[str, str]
    clock: Clock
    links: Links | None
    inside: frozenset[str] = frozenset()


def read_channels(path: Path, around: Surroundings) -> list[Channel]:
    """The channels of a file; raises Invalid, which names the channel, the field and the remedy."""
    try:
        planned = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).channel
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} cannot be read: {error}", field="channels_file") from None
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{path} is not TOML: {error}", field="channels_file") from None
    except msgspec.ValidationError as error:
        raise Invalid(
            f"{path}: {error}",
            field="channels_file",
            remedy="docs/how-to/notices.md shows every field",
        ) from None
    _check_names(planned)
    return [_channel(one, around) for one in planned]


def _check_names(planned: tuple[PlannedChannel, ...]) -> None:
    seen: set[str] = set(RESERVED)
    for one in planned:
        if one.name in seen:
            raise _wrong(one, "name", "is taken already", "give each channel a name of its own")
        seen.add(one.name)


def _channel(plan: PlannedChannel, around: Surroundings) -> Channel:
    if plan.zone not in available_timezones():
        raise _wrong(plan, "zone", "is not known", "write one such as Asia/Shanghai")
    if plan.courier_link and around.links is None:
        raise _wrong(
            plan,
            "courier_link",
            "needs an address that couriers reach",
            "set COLDLANE_PUBLIC_URL, such as https://coldlane.example",
        )
    keep_alive = None if plan.keep_alive_h is None else timedelta(hours=plan.keep_alive_h)
    address = _address(plan, around.environment)
    if plan.kind == "webhook":
        key = read_webhook_secret(_secret(plan, around.environment))
        _check_reach(plan, address, around)
        notifier: WebhookNotifier | InWords = WebhookNotifier(
            address, key, around.clock, inside=around.inside
        )
    else:
        notifier = InWords(
            sender=_sender(plan, address, around.environment),
            reader=Reader(language=plan.language, zone=plan.zone),
            links=around.links if plan.courier_link else None,
        )
    return Channel(
        name=plan.name,
        notifier=notifier,
        audiences=frozenset(plan.audiences),
        priorities=frozenset(plan.priorities),
        keep_alive=keep_alive,
        about=_about(plan),
        country=plan.country,
    )


def _about(plan: PlannedChannel) -> dict[str, object]:
    """Machines read no language; the address and the numbers stay here."""
    said: dict[str, object] = {"kind": plan.kind, "courier_link": plan.courier_link}
    if plan.kind != "webhook":
        said |= {"language": plan.language, "zone": plan.zone}
    return said


def _check_reach(plan: PlannedChannel, address: str, around: Surroundings) -> None:
    try:
        check_webhook_address(address, around.inside)
    except ValueError as error:
        said, _, remedy = str(error).removeprefix("webhook_url: ").partition("; ")
        raise _wrong(plan, "address", f"cannot be used: {said}", remedy) from None


def _sender(plan: PlannedChannel, address: str, environment: Mapping[str, str]) -> Sender:
    if plan.kind == "apprise":
        from services.alerts.channels.mail import AppriseSender  # a second to import

        try:
            return AppriseSender(address)
        except Invalid:
            remedy = "https://github.com/caronc/apprise/wiki lists the forms"
            raise _wrong(plan, "address", "is none that apprise knows", remedy) from None
    from services.alerts.channels.phone import PhoneSender

    if not plan.to:
        raise _wrong(plan, "to", "is empty", 'write numbers as to = ["+8613800000000"]')
    way: Literal["sms", "voice"] = "voice" if plan.kind == "voice" else "sms"
    return PhoneSender(address, _secret(plan, environment), plan.to, way)


def _address(plan: PlannedChannel, environment: Mapping[str, str]) -> str:
    found = plan.address
    if plan.address_env is not None:
        found = environment.get(plan.address_env)
    if not found:
        raise _wrong(plan, "address", "is missing", "write it, or name its variable: address_env")
    return found


def _secret(plan: PlannedChannel, environment: Mapping[str, str]) -> str:
    found = environment.get(plan.secret_env) if plan.secret_env else None
    if not found:
        raise _wrong(plan, "secret_env", "names no variable that is set", "set one and name it")
    return found


def _wrong(plan: PlannedChannel, name: str, what: str, remedy: str) -> Invalid:
    return Invalid(f"channel {plan.name}: {name} {what}", field=name, remedy=remedy)
