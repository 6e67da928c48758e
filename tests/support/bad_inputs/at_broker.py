"""Section 5, and messages too large: what the broker itself must settle (cases 25, 106 to 130).

The broker is Mosquitto with the shipped settings and access list. `HEARD`: the message reaches
ingest. `NOTHING`: it does not. `CLOSED`: it does not, and the connection is ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.support.bad_inputs.packets import (
    V5,
    connect,
    expiry,
    packet,
    publish,
    topic_alias,
    user_property,
)

BOX, OTHER = "CB-0001", "CB-0002"
OWN = b"cl/v1/2a/CB-0001/telemetry"
OTHERS = b"cl/v1/2a/CB-0002/telemetry"
MARK = b"bad-input"

Outcome = Literal["heard", "nothing", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerCase:
    """Bytes that a client sends after the TCP connection stands."""

    number: int
    slug: str
    what: str
    sent: bytes
    outcome: Outcome
    note: str = ""

    @property
    def id(self) -> str:
        """The name of its test."""
        return f"case-{self.number:03d}-{self.slug}"


def _case(
    number: int, slug: str, what: str, outcome: Outcome, *sent: bytes, note: str = ""
) -> BrokerCase:
    """After a CONNECT in order as CB-0001, unless the first bytes are one."""
    before = b"" if sent[0][:1] in (b"\x10", b"") or number == 128 else connect(BOX)
    return BrokerCase(
        number=number,
        slug=slug,
        what=what,
        outcome=outcome,
        sent=before + b"".join(sent),
        note=note,
    )


def _v5(number: int, slug: str, what: str, outcome: Outcome, properties: bytes) -> BrokerCase:
    sent = publish(OWN, MARK, properties=properties)
    return _case(number, slug, what, outcome, connect(BOX, version=V5), sent)


def _on(number: int, slug: str, topic: bytes, outcome: Outcome, what: str = "") -> BrokerCase:
    return _case(number, slug, what or f"`{topic.decode()}`", outcome, publish(topic, MARK))


CASES: list[BrokerCase] = [
    _case(25, "5-mib", "5 MiB", "closed", publish(OWN, b" " * (5 << 20))),
    _on(106, "other-boxs-topic", OTHERS, "nothing", "the topic of another box"),
    _on(107, "other-tenant", b"other/v1/2a/CB-0001/telemetry", "nothing", "another tenant's topic"),
    _on(112, "extra-level", OWN + b"/more", "nothing"),
    _on(112, "missing-level", b"cl/v1/CB-0001/telemetry", "nothing"),
    _on(112, "slash-at-the-end", OWN + b"/", "nothing"),
    _on(112, "two-slashes", b"cl/v1//2a/CB-0001/telemetry", "nothing"),
    _on(112, "slash-in-front", b"/" + OWN, "nothing"),
    _on(113, "65535-bytes", b"x" * 65_535, "nothing", "a topic of 65,535 bytes"),
    _on(113, "200-levels", b"/".join([b"x"] * 200), "nothing", "a topic of 200 levels"),
    _on(113, "201-levels", b"/".join([b"x"] * 201), "nothing", "a topic of 201 levels"),
    _on(113, "202-levels", b"/".join([b"x"] * 202), "closed", "a topic of 202 levels"),
    _on(114, "plus", b"cl/v1/+/CB-0001/telemetry", "closed"),
    _on(114, "hash", b"cl/v1/#", "closed"),
    _on(114, "nul", OWN + b"\x00", "closed", "NUL in the topic"),
    _on(115, "sys", b"$SYS/broker/uptime", "nothing"),
    _on(115, "control", b"$CONTROL/dynamic-security/v1", "nothing"),
    _on(115, "share", b"$share/g/" + OWN, "nothing"),
    _on(119, "slash-in-name", b"cl/v1/2a/CB-00/01/telemetry", "nothing", "`a/b` for the name"),
    _on(119, "plus-as-name", b"cl/v1/2a/+/telemetry", "closed", "`+` for the name"),
    _on(119, "hash-as-name", b"cl/v1/2a/#", "closed", "`#` for the name"),
    _case(120, "no-client-id", "an empty client id", "heard", connect(BOX), publish(OWN, MARK)),
    _case(120, "long-client-id", "a client id of 60,000 bytes", "heard",
          connect(BOX, client_id=b"x" * 60_000), publish(OWN, MARK)),
    _case(120, "other-boxs-client-id", "another box's client id", "nothing",
          connect(BOX, client_id=b"test-CB-0002"), publish(OTHERS, MARK),
          note="what counts is the user name; the other box connects again"),
    *(
        _case(121, slug, f"the user name `{name}`", "closed", connect(name), publish(OWN, MARK),
              note="identity is the user name; with certificates the same rule is for their CN")
        for slug, name in (
            ("user-with-slash", "CB-0001/x"), ("user-plus", "+"), ("user-hash", "#"),
            ("user-with-space", "CB-0001 "), ("user-confusable", "СB-0001"),
        )
    ),
    _case(122, "others-will", "a will on another box's topic", "closed",
          connect(BOX, will=(OTHERS.decode(), MARK)), packet(0xF0, b"\x00")),
    _v5(123, "1000-properties", "1,000 user properties", "heard",
        b"".join(user_property(f"n{n}", "x" * 20) for n in range(1000))),
    _v5(124, "alias-0", "topic alias 0", "closed", topic_alias(0)),
    _v5(124, "alias-beyond", "a topic alias beyond the maximum", "closed", topic_alias(65_535)),
    _v5(125, "expiry-1", "a message that expires after 1 s", "heard", expiry(1)),
    _on(126, "retained-on-receipts", b"cl/v1/2a/CB-0001/receipt", "nothing",
        "a message on the topic of receipts"),
    _case(127, "qos-3", "QoS 3", "closed", publish(OWN, MARK, flags=0b0110)),
    _case(128, "publish-first", "PUBLISH before CONNECT", "closed", publish(OWN, MARK)),
    _case(128, "two-connects", "CONNECT twice", "closed", connect(BOX), connect(BOX),
          publish(OWN, MARK)),
    _case(129, "dup-first", "marked as a repeat when it is sent first", "heard",
          publish(OWN, MARK, flags=0b1010)),
    _case(130, "packet-id-0", "packet id 0", "closed", publish(OWN, MARK, packet_id=0)),
]  # fmt: skip
