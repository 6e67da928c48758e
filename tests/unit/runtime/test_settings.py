"""Settings: the spellings people use are understood, and nonsense names the field."""

import pytest
from pydantic import SecretStr, ValidationError

from services.core.runtime.effective import masked, told
from services.core.runtime.settings import (
    ApiSettings,
    DatabaseSettings,
    IngestSettings,
    MqttSettings,
    NoticeSettings,
)
from services.core.runtime.written import parse_mqtt_url, parse_shards


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "MQTT_URL", "MQTT_SHARDS", "API_PORT", "BATCH_MAX"):
        monkeypatch.delenv(f"COLDLANE_{name}", raising=False)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_spelling_of_a_database_address_becomes_our_dialect(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLDLANE_DATABASE_URL", f"{scheme}://u:p@h:5432/d")
    settings = DatabaseSettings()
    assert settings.url == "postgresql+psycopg://u:p@h:5432/d"
    assert settings.libpq_url == "postgresql://u:p@h:5432/d"


def test_another_database_is_refused_with_an_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLDLANE_DATABASE_URL", "mysql://u:secret@h/d")
    with pytest.raises(ValidationError, match="postgresql://user:password@host"):
        DatabaseSettings()


def test_passwords_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLDLANE_DATABASE_URL", "postgresql://u:secret@h/d")
    monkeypatch.setenv("COLDLANE_MQTT_URL", "mqtt://u:secret@h:1883")
    assert "secret" not in repr(DatabaseSettings()) + repr(MqttSettings())


def test_a_missing_address_is_named() -> None:
    with pytest.raises(ValidationError, match="mqtt_url"):
        MqttSettings()


def test_an_address_that_is_not_mqtt_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLDLANE_MQTT_URL", "http://h")
    with pytest.raises(ValidationError, match="mqtt"):
        MqttSettings()


@pytest.mark.parametrize(
    ("text", "shards"),
    [("", ()), ("00", (0,)), ("00-03, 3f", (0, 1, 2, 3, 63)), ("0a,0a", (10,))],
)
def test_shards_are_read_as_on_the_wire(text: str, shards: tuple[int, ...]) -> None:
    assert parse_shards(text) == shards


@pytest.mark.parametrize("text", ["40", "xyz", "05-01", "00-40", "-1"])
def test_shards_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="shard"):
        parse_shards(text)


def test_shards_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLDLANE_MQTT_URL", "mqtt://h")
    monkeypatch.setenv("COLDLANE_MQTT_SHARDS", "00-01")
    assert MqttSettings().mqtt_shards == (0, 1)


@pytest.mark.parametrize("written", ["", "00-1f", "07", "00-01,07,3e-3f"])
def test_shards_are_told_as_they_are_set(written: str) -> None:
    settings = MqttSettings(mqtt_url=SecretStr("mqtt://h"), mqtt_shards=parse_shards(written))
    assert told(settings)["COLDLANE_MQTT_SHARDS"] == written


def test_each_set_of_shards_has_a_session_of_its_own() -> None:
    url = SecretStr("mqtt://h")
    assert MqttSettings(mqtt_url=url).session_name == "coldlane-ingest"
    some = MqttSettings(mqtt_url=url, mqtt_shards=(32, 33))
    assert some.session_name == "coldlane-ingest-20"


def test_empty_variables_count_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLDLANE_API_PORT", "")
    assert ApiSettings().api_port == 8080


def test_a_batch_without_room_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLDLANE_BATCH_MAX", "0")
    with pytest.raises(ValidationError, match="batch_max"):
        IngestSettings()


def test_a_broker_address_is_read_in_parts() -> None:
    address = parse_mqtt_url("mqtts://box:p%40ss@broker.example")
    assert (address.host, address.port, address.tls) == ("broker.example", 8883, True)
    assert (address.username, address.password) == ("box", "p@ss")
    assert "p@ss" not in repr(address)


A_KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_a_webhook_has_an_address_and_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLDLANE_WEBHOOK_URL", "https://h/alarms/t0ken")
    monkeypatch.setenv("COLDLANE_WEBHOOK_SECRET", A_KEY)
    settings = NoticeSettings()
    assert settings.webhook is not None
    assert (settings.webhook[0], len(settings.webhook[1])) == ("https://h/alarms/t0ken", 24)
    assert "t0ken" not in repr(settings) + masked(settings.webhook_url)


def test_receivers_in_the_own_network_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLDLANE_WEBHOOK_URL", "http://10.0.0.1:8080/x")
    monkeypatch.setenv("COLDLANE_WEBHOOK_SECRET", A_KEY)
    monkeypatch.setenv("COLDLANE_WEBHOOK_INSIDE", "Hooks.Lan:80, 10.0.0.1:8080")
    assert NoticeSettings().inside == {"hooks.lan:80", "10.0.0.1:8080"}


def test_without_an_address_there_is_no_webhook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLDLANE_WEBHOOK_URL", raising=False)
    assert NoticeSettings().webhook is None


@pytest.mark.parametrize(
    ("url", "key", "named"),
    [
        ("ftp://h/x", A_KEY, "webhook_url"),
        ("https:///x", A_KEY, "webhook_url"),
        ("http://h/x", A_KEY, "webhook_url"),
        ("https://10.0.0.1/x", A_KEY, "webhook_url"),
        ("https://h/x", "", "webhook_secret"),
        ("https://h/x", "whsec_c2hvcnQ=", "webhook_secret"),
        ("https://h/x", "whsec_no base64!", "webhook_secret"),
        ("https://h/x", A_KEY.removeprefix("whsec_"), "webhook_secret"),
    ],
)
def test_a_webhook_that_cannot_work_is_refused(
    url: str, key: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLDLANE_WEBHOOK_URL", url)
    monkeypatch.setenv("COLDLANE_WEBHOOK_SECRET", key)
    with pytest.raises(ValidationError, match=f"{named}: ") as refused:
        NoticeSettings()
    assert not key or key not in str(refused.value)
