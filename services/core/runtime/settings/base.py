"""What all settings have in common."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from variables that begin with COLDLANE_; what is empty counts as not there."""

    model_config = SettingsConfigDict(
        env_prefix="COLDLANE_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,  # it may be a password
    )
