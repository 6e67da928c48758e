"""Settings of the services, read from COLDLANE_ variables: one small class per concern."""

from services.core.runtime.settings.local import LocalSettings, LogSettings
from services.core.runtime.settings.pages import ApiSettings, AuditSettings
from services.core.runtime.settings.services import AlertsSettings, IngestSettings, NoticeSettings
from services.core.runtime.settings.stores import DatabaseSettings, LoginSettings, MqttSettings

__all__ = [
    "AlertsSettings",
    "ApiSettings",
    "AuditSettings",
    "DatabaseSettings",
    "IngestSettings",
    "LocalSettings",
    "LogSettings",
    "LoginSettings",
    "MqttSettings",
    "NoticeSettings",
]
