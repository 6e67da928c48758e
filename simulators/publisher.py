"""Carries the log of one box to the broker, and receipts and commands back to the box.

A box connects when its radio is on, sends what is due within a window, and drops nothing before
its receipt: PUBACK frees the window, not the log.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from services.core.domain.errors import Unavailable
from services.core.wire.payload import (
    VERSION,
    Refused,
    StatusMessage,
    decode_command,
    decode_receipt,
    encode_status,
)
from services.core.wire.topics import (
    command_topic,
    receipt_topic,
    status_topic,
)
from simulators.broker import Broker
from simulators.clock import FleetClock
from simulators.counts import Counts
from simulators.devicelog import DeviceLog
from simulators.faults.wire import Bundle, Wire
from simulators.link import Link, Listener, Will
from simulators.simulated import SimulatedBox

_WINDOW = 16  # messages without an answer
_TAKE = 400  # records gathered into one message, or two when long
_RETAINED_S = 0.3  # the retained receipt comes right after the subscription
_LOOK_S = 1.0
_FIRST_BACK_OFF_S, _LONGEST_BACK_OFF_S = 1.0, 30.0
_REFUSED_PAUSE_S = 2.0

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Parcel:
    """Records that went out together, in one message or several."""

    log: DeviceLog
    seqs: list[int]
    open_messages: int
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surrounding:
    """What all publishers of a fleet share."""

    broker: Broker
    clock: FleetClock
    counts: Counts
    executor: Executor


class Publisher:
    """One box's way to the broker."""

    def __init__(
        self, box: SimulatedBox, shared: Surrounding, lots: Random, wire: Wire | None = None
    ) -> None:
        self._box, self._shared, self._lots = box, shared, lots
        self._wire = wire or Wire(box.box_id, box.box_id, box.faults)
        self._link: Link | None = None
        self._parcels: dict[int, _Parcel] = {}
        self._wake = asyncio.Event()
        self._paused_until_s = 0.0
        self._owed: list[tuple[DeviceLog, int]] | None = None  # receipts below these numbers
        self._handover_allowed = True  # what was logged before the fleet came up
        self._topics = {receipt_topic(box.box_id), command_topic(box.box_id)}

    def notice(self) -> None:
        """There may be something new to send."""
        self._wake.set()

    async def run(self) -> None:
        """Connect, send, reconnect, until cancelled or the journey is over and all receipted."""
        failures = 0
        while not self._is_done():
            if not self._wants_connection():
                self._note_handover()
                await self._wait(_LOOK_S)
                continue
            try:
                await self._session()
                failures = 0
            except Unavailable as error:
                failures += 1
                self._shared.counts.add("reconnects")
                pause_s = self._back_off_s(failures)
                logger.info(
                    "A simulated box could not connect.",
                    extra={
                        "event": "box_not_connected",
                        "box_id": self._box.box_id,
                        "reason": str(error),
                        "retry_in_s": round(pause_s, 1),
                    },
                )
                await asyncio.sleep(pause_s)

    # --- connection --------------------------------------------------------------------------
    def _is_done(self) -> bool:
        return self._box.finished and not self._box.awaited

    def _wants_connection(self) -> bool:
        """In the air only to hand over what the past, which the fleet makes up, had sent."""
        if self._box.radio_on:
            return not self._is_done()
        return self._handover_allowed and self._box.awaited

    def _back_off_s(self, failures: int) -> float:
        ceiling = min(_LONGEST_BACK_OFF_S, _FIRST_BACK_OFF_S * 2.0 ** (failures - 1))
        return float(ceiling * self._lots.uniform(0.5, 1.0))

    async def _session(self) -> None:
        listener = Listener(
            on_message=self._on_message, on_acked=self._on_acked, on_lost=self._on_lost
        )
        box_id = self._box.box_id
        will = Will(topic=status_topic(box_id), payload=self._status("offline", "connection_lost"))
        link = Link(self._shared.broker, box_id, will, listener)
        await link.connect(self._shared.executor)
        self._link = link
        self._shared.counts.connected.add(box_id)
        try:
            link.subscribe(sorted(self._topics))
            link.publish(status_topic(box_id), self._status("online"))
            await asyncio.sleep(_RETAINED_S)
            await self._pump_while_wanted(link)
        finally:
            await self._hang_up(link)

    async def _hang_up(self, link: Link) -> None:
        if link.is_up and self._box.fell_silent:
            link.break_off()
        elif link.is_up:
            link.publish(status_topic(self._box.box_id), self._status("offline", self._why()))
            await link.close()
        self._link = None
        self._shared.counts.connected.discard(self._box.box_id)
        self._give_back_parcels()

    def _why(self) -> str:
        if self._box.finished:
            return "powered_off"
        return "shutdown" if self._box.radio_on else "radio_off"

    def _status(self, state: str, reason: str | None = None) -> bytes:
        online = state == "online"
        return encode_status(
            StatusMessage(
                v=VERSION,
                state="online" if online else "offline",
                reason=reason,
                boot=self._box.log.boot,
            )
        )

    # --- sending -----------------------------------------------------------------------------
    async def _pump_while_wanted(self, link: Link) -> None:
        while link.is_up and self._wants_connection():
            for log in self._box.logs:
                log.requeue_overdue(self._now_s())
            self._send_due(link)
            self._note_handover()
            await self._wait(_LOOK_S)
            link.tend()
        if not link.is_up:
            raise Unavailable("the connection was lost")
        self._handover_allowed = False

    def _send_due(self, link: Link) -> None:
        for log in self._box.logs:
            while len(self._parcels) < _WINDOW and self._now_s() >= self._paused_until_s:
                records = log.take(self._now_s(), _TAKE)
                if not records:
                    break
                for bundle in self._wire.bundles(log, records):
                    self._publish(link, log, bundle)

    def _publish(self, link: Link, log: DeviceLog, bundle: Bundle) -> None:
        for extra in bundle.extras:
            link.publish(extra.topic, extra.raw)
        parcel = _Parcel(log, bundle.seqs, len(bundle.messages))
        for message in bundle.messages:
            mid = link.publish(message.topic, message.raw, retain=message.retain)
            if mid is None:
                log.not_delivered(bundle.seqs)
                return
            self._parcels[mid] = parcel
        self._shared.counts.add("sent", len(bundle.seqs))

    def _give_back_parcels(self) -> None:
        for parcel in self._parcels.values():
            parcel.log.not_delivered(parcel.seqs)
        self._parcels.clear()

    def _note_handover(self) -> None:
        """Once: everything that was logged so far is with the broker; then, with the service."""
        counts, box = self._shared.counts, self._box
        if self._owed is None and not self._parcels and not box.pending:
            counts.handed_over.add(box.box_id)
            self._owed = [(log, log.sendable_to + 1) for log in box.logs]
        if self._owed and all(log.oldest_held >= number for log, number in self._owed):
            counts.heard.add(box.box_id)
            self._owed = []

    # --- what the link tells -----------------------------------------------------------------
    def _on_acked(self, mid: int, delivered: bool) -> None:
        parcel = self._parcels.pop(mid, None)
        if parcel is None:
            return
        parcel.open_messages -= 1
        parcel.refused |= not delivered
        if parcel.open_messages == 0:
            self._settle(parcel)
        self.notice()

    def _settle(self, parcel: _Parcel) -> None:
        if not parcel.refused:
            self._shared.counts.add("acknowledged", len(parcel.seqs))
            parcel.log.acknowledge(parcel.seqs)
            return
        # The broker answered, but not with success: nobody listens, or we may not. Later again.
        self._shared.counts.add("refused", len(parcel.seqs))
        parcel.log.not_delivered(parcel.seqs)
        self._paused_until_s = self._now_s() + _REFUSED_PAUSE_S

    def _on_message(self, topic: str, payload: bytes) -> None:
        try:
            if topic == receipt_topic(self._box.box_id):
                self._take_receipt(payload)
            elif topic == command_topic(self._box.box_id):
                self._take_command(payload)
        except Refused as error:
            logger.warning(
                "A simulated box was sent something it cannot read.",
                extra={"event": "downlink_refused", "topic": topic, "reason": str(error)},
            )
        self.notice()

    def _take_receipt(self, payload: bytes) -> None:
        for boot in decode_receipt(payload).boots:
            for log in self._box.logs:
                log.apply(boot, self._now_s())

    def _take_command(self, payload: bytes) -> None:
        now = self._shared.clock.now()
        self._box.advance(now)
        self._box.obey(decode_command(payload), now)

    def _on_lost(self, _reason: str) -> None:
        self.notice()

    # --- waiting -----------------------------------------------------------------------------
    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()

    async def _wait(self, seconds: float) -> None:
        """Until something happens, at most so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        self._wake.clear()
