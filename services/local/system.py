"""The whole system on one machine: starts its parts in order, keeps them running, ends them."""

import http.client
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from services.core.runtime.clock import SystemClock
from services.core.runtime.sealing import new_key_line
from services.core.runtime.written import parse_mqtt_url
from services.core.storage.bootstrap import first_link
from services.core.storage.isolation.logins import make_logins
from services.core.storage.isolation.rights import Service
from services.core.storage.migrations import upgrade
from services.core.storage.survey import count_real_shipments
from services.local.broker import EmbeddedBroker
from services.local.children import last_words
from services.local.errors import LocalFailure, PortTaken
from services.local.folder import DataFolder, write_private
from services.local.plan import SystemPlan, child_environment, settle_clock, started_at
from services.local.ports import LOOPBACK, free_port, is_free
from services.local.postgres import EmbeddedPostgres
from services.local.program import Program
from services.local.reaching import check_reachable
from services.local.supervisor import Supervisor
from services.local.waiting import wait_for

_TEND_EVERY_S = 0.2
_SERVER_WITHIN = timedelta(seconds=60)
_READY_WITHIN = timedelta(seconds=90)
_FLEET_WITHIN = timedelta(minutes=5)
_DEATHS_BEFORE_GIVING_UP = 4
_DEMO_SEED = 7
_DIALECT = "postgresql+psycopg://"

logger = logging.getLogger(__name__)


class LocalSystem:
    """One run of `coldlane up`; hold the data folder's lock while using it."""

    def __init__(self, plan: SystemPlan, announce: Callable[[str], None]) -> None:
        """`announce` gets the one line that says where the pages are."""
        self._plan = plan
        self._announce = announce
        self._folder = DataFolder(plan.data_dir)
        self._supervisor = Supervisor(SystemClock(), self._write_run)
        self._run: dict[str, object] = {"pid": os.getpid(), "started_at": started_at()}
        self._environment: dict[str, str] = {}

    def run(self) -> None:
        """Run until StopRequested; whatever happens, nothing that was started stays."""
        with self._folder.locked():
            try:
                self._start()
                self._keep_running()
            finally:
                logger.info("Coldlane is ending.", extra={"event": "ending"})
                self._supervisor.stop()

    def _start(self) -> None:
        self._refuse_to_sign_in_simulated()
        api_port = self._choose_api_port()
        clock = settle_clock(self._folder, self._plan.clock)
        now = (clock or SystemClock()).now()
        database_url, mqtt_url = self._start_database(now), self._start_broker()
        self._run |= {
            "page_url": f"http://localhost:{api_port}",
            "api_url": f"http://{LOOPBACK}:{api_port}",
            "mqtt_url": mqtt_url,
            "database_url": database_url,
            "clock": clock.as_setting() if clock else None,
        }
        sealing = (
            self._folder.photo_keys,
            self._folder.factor_keys,
            self._folder.identity_keys,
        )
        for file in sealing:
            if not file.exists():
                write_private(file, new_key_line("local-1"))
        given = {
            "COLDLANE_PHOTO_KEY_FILE": str(self._folder.photo_keys),
            "COLDLANE_FACTOR_KEY_FILE": str(self._folder.factor_keys),
            "COLDLANE_IDENTITY_KEY_FILE": str(self._folder.identity_keys),
            "COLDLANE_AUDIT_DIR": os.environ.get("COLDLANE_AUDIT_DIR") or str(self._folder.audit),
            "COLDLANE_MQTT_URL": mqtt_url,
            "COLDLANE_API_HOST": LOOPBACK,
            "COLDLANE_API_PORT": str(api_port),
            "COLDLANE_BOXES_CONNECT_TO": _host_and_port(mqtt_url),
            "COLDLANE_SIGN_IN": "true" if self._plan.sign_in else "false",
        }
        self._environment = child_environment(os.environ, clock, given)
        logins = self._make_logins(database_url)
        self._refuse_to_mix(simulating=clock is not None, database_url=database_url)
        for service, login in logins.items():
            self._add_program(service, [f"services.{service}"], COLDLANE_DATABASE_URL=login)
        self._await("The services", _READY_WITHIN, lambda: page_is_ready(api_port))
        if self._plan.demo_boxes:
            self._start_fleet(mqtt_url)
        self._announce(f"Coldlane is ready: {self._run['page_url']}")
        if self._plan.sign_in:
            self._announce_first_link(database_url, now)

    def _announce_first_link(self, database_url: str, now: datetime) -> None:
        """Say how the administrator gets in the first time; there is no default password."""
        token = first_link(database_url.replace("postgresql://", _DIALECT, 1), now)
        if token is not None:
            address = self._plan.public_url or str(self._run["page_url"])
            self._announce(f"The administrator signs in once at {address}/sign-in#link={token}")

    def _start_database(self, now: datetime) -> str:
        """Start or reach the database and bring its schema up to date; returns its address."""
        url = self._plan.database_url
        if url is None:
            logger.info("Starting PostgreSQL.", extra={"event": "postgres_starting"})
            server = EmbeddedPostgres(
                self._folder.postgres,
                log=self._folder.log("postgres"),
                os_user=self._plan.database_os_user,
            )
            self._supervisor.add(server)
            self._await("PostgreSQL", _SERVER_WITHIN, server.ready)
            url = server.url
        else:
            check_reachable("database", url)
        logger.info("Bringing the schema up to date.", extra={"event": "schema_upgrade"})
        upgrade(url.replace("postgresql://", _DIALECT, 1), now)
        return url

    def _make_logins(self, url: str) -> dict[Service, str]:
        """Each service has a login of its own, and a new password at each start.

        A database of somebody else keeps its logins: there a service takes its role instead.
        """
        if self._plan.database_url is not None:
            return dict.fromkeys(Service, url)
        return make_logins(url.replace("postgresql://", _DIALECT, 1))

    def _start_broker(self) -> str:
        url = self._plan.mqtt_url
        if url is not None:
            check_reachable("broker", url)
            return url
        logger.info("Starting the broker.", extra={"event": "broker_starting"})
        broker = EmbeddedBroker(
            self._folder.broker, port=self._plan.mqtt_port, log=self._folder.log("broker")
        )
        self._supervisor.add(broker)
        self._await("The broker", _SERVER_WITHIN, broker.ready)
        return broker.url

    def _start_fleet(self, mqtt_url: str) -> None:
        ready = self._folder.fleet_ready
        ready.unlink(missing_ok=True)
        boxes = str(self._plan.demo_boxes)
        addresses = ["--api-url", str(self._run["api_url"]), "--mqtt-url", mqtt_url]
        scenario = ["--boxes", boxes, "--seed", str(_DEMO_SEED), "--ready-file", str(ready)]
        self._add_program("fleet", ["simulators", "run", *addresses, *scenario])
        self._await("The simulated boxes", _FLEET_WITHIN, ready.exists)

    def _add_program(self, name: str, module: list[str], **variables: str) -> None:
        logger.info("Starting a program.", extra={"event": "program_starting", "part": name})
        environment = {**self._environment, **variables}
        self._supervisor.add(Program(name, module, environment, self._folder.log(name)))

    def _await(self, who: str, patience: timedelta, ready: Callable[[], bool]) -> None:
        """Wait until something is ready, looking after the parts meanwhile."""

        def ready_or_hopeless() -> bool:
            self._supervisor.tend()
            self._give_up_on_the_dying()
            return ready()

        if not wait_for(ready_or_hopeless, patience, look_every_s=_TEND_EVERY_S):
            raise LocalFailure(
                f"{who} did not become ready within {patience.total_seconds():.0f} s: their logs"
                f" are in {self._folder.log('').parent}"
            )

    def _give_up_on_the_dying(self) -> None:
        for part in self._supervisor.parts:
            if self._supervisor.deaths(part.name) >= _DEATHS_BEFORE_GIVING_UP:
                raise LocalFailure(
                    f"{part.name} does not start; the end of {part.log}:\n{last_words(part.log)}"
                )

    def _keep_running(self) -> None:
        while True:
            self._supervisor.tend()
            time.sleep(_TEND_EVERY_S)

    def _choose_api_port(self) -> int:
        port = self._plan.api_port or free_port()
        if not is_free(port):
            raise PortTaken(
                f"port {port} for the pages is taken by another program: choose another one with"
                f" --api-port, such as --api-port {port + 1}"
            )
        return port

    def _refuse_to_mix(self, *, simulating: bool, database_url: str) -> None:
        """Simulated boxes and simulated time stay away from shipments that are real."""
        if not (simulating or self._plan.demo_boxes):
            return
        real = count_real_shipments(database_url.replace("postgresql://", _DIALECT, 1))
        if real:
            raise LocalFailure(
                f"there are {real} real shipments in this database, and a demonstration must not"
                " mix with them: give it a folder of its own, such as --data-dir /tmp/coldlane-demo"
            )

    def _refuse_to_sign_in_simulated(self) -> None:
        """Simulated boxes act as whoever sits here, and codes follow the real time."""
        if self._plan.sign_in and (self._plan.demo_boxes or self._plan.clock):
            raise LocalFailure(
                "sign-in does not go with simulated boxes or simulated time: leave --sign-in, or"
                " --demo and --clock-rate, out"
            )

    def _write_run(self) -> None:
        self._folder.write_run({**self._run, "parts": self._supervisor.pids})


def _host_and_port(mqtt_url: str) -> str:
    """Where boxes find the broker, without the login."""
    address = parse_mqtt_url(mqtt_url)
    return f"{address.host}:{address.port}"


def page_is_ready(port: int) -> bool:
    """Whether the API says that its pages can be used."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    return False
