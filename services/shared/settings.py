"""The settings of both services: read once, at an entry point, from environment variables.

Every setting has a name, a default and a sentence of help; `docs/settings.md` lists them, held by a test.
"""

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Network = IPv4Network | IPv6Network
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def read_networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks separated by commas; raises ValueError for anything else."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


class Settings(BaseSettings):
    """Variables are named LIVECUP_… except DATABASE_URL, OWNER_DATABASE_URL and REDIS_URL."""

    model_config = SettingsConfigDict(env_prefix="LIVECUP_", populate_by_name=True, frozen=True, extra="ignore")

    env: Literal["development", "production", "test"] = Field(
        "development", description="production switches off introspection and query suggestions"
    )
    home: Path = Field(Path(".livecup"), description="folder for uploaded files, keys and the embedded servers' data")
    database_url: str = Field(
        "", validation_alias="DATABASE_URL", description="PostgreSQL 15 or later; empty: the embedded one"
    )
    owner_database_url: str = Field(
        "",
        validation_alias="OWNER_DATABASE_URL",
        description="the same database as its owner, for migrations; empty: DATABASE_URL is the owner's",
    )
    redis_url: str = Field(
        "", validation_alias="REDIS_URL", description="Redis 6.2 or later, or Valkey; empty: the embedded one"
    )
    host: str = Field("127.0.0.1", description="address the API listens on")
    port: int = Field(8000, description="port the API listens on")
    public_url: str = Field(
        "",
        description="where people reach the API; with https://… its cookie travels by https alone",
    )
    trusted_proxies: str = Field(
        "",
        description="addresses and networks of our own proxies, separated by commas: their X-Forwarded-For is believed",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description=(
            "64 hex digits that seal personal data, or `2:…,1:…` with the present key first;"
            " empty: kept in the file `secret_key` in the home folder"
        ),
    )
    oidc_issuer: str = Field(
        "", description="the OpenID provider for single sign-on, as it names itself: https://…; empty: none"
    )
    oidc_client_id: str = Field("", description="the name under which the provider knows us")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="the secret that goes with that name")
    storage_url: str = Field(
        "",
        description="s3://bucket/prefix, where files are kept; empty: the folder `files` in the home folder",
    )
    storage_endpoint: str = Field(
        "",
        description="https://… of whatever speaks S3, as the services and whoever uploads reach it; empty: AWS",
    )
    storage_region: str = Field("", description="the bucket's region")
    storage_access_key: str = Field("", description="the name of the key to the bucket")
    storage_secret_key: SecretStr = Field(SecretStr(""), description="the secret that goes with that key")
    fetch_hosts: str = Field(
        "",
        description="hosts from which uploads may be fetched by their https address, separated by commas; empty: none",
    )
    fetch_loopback: bool = Field(False, description="for tests: fetch from this machine alone, by plain http too")
    session_days: int = Field(14, description="how long a sign-in lasts, in days")
    upload_limit_mib: int = Field(512, description="the largest file taken, in MiB")
    parser_children: int = Field(2, description="processes that read uploaded files")
    parser_seconds: int = Field(120, description="CPU seconds that reading one file may take")
    job_lease_seconds: int = Field(20, description="a job whose worker was silent for this long is given to another")
    log_format: Literal["text", "json"] = Field("text", description="how log lines are written")
    throwaway: bool = Field(
        False, description="set by `demo`: its random passwords are hashed quickly; production refuses it"
    )
    fault: str = Field("", description="for tests: the named point at which the worker kills itself")

    @field_validator("trusted_proxies")
    @classmethod
    def _readable(cls, text: str) -> str:
        read_networks(text)
        return text

    @model_validator(mode="after")
    def _whole_and_safe(self) -> Self:
        """Single sign-on is set up whole or not at all, and by plain http on this machine alone.

        People's own passwords are never hashed quickly.
        """
        if self.throwaway and self.env == "production":
            raise ValueError("LIVECUP_THROWAWAY is for demos")
        if self.fetch_loopback and self.env == "production":
            raise ValueError("LIVECUP_FETCH_LOOPBACK is for tests")
        given = [self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret.get_secret_value()]
        if any(given) and not all(given):
            raise ValueError("LIVECUP_OIDC_ISSUER, LIVECUP_OIDC_CLIENT_ID and LIVECUP_OIDC_CLIENT_SECRET go together")
        issuer = urlsplit(self.oidc_issuer)
        local = issuer.scheme == "http" and issuer.hostname in LOOPBACK
        if self.oidc_issuer and not ((issuer.scheme == "https" and issuer.hostname) or local):
            raise ValueError("LIVECUP_OIDC_ISSUER begins with https://")
        return self

    @classmethod
    def read(cls) -> Self:
        """The settings of this process; raises pydantic.ValidationError naming the variable that is wrong."""
        return cls()

    @property
    def over_tls(self) -> bool:
        """Whether people reach the API by https, whatever it is between a proxy and us."""
        return self.public_url.lower().startswith("https://")

    @property
    def site(self) -> str:
        """Where people reach the API, for links: without a final slash."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def files(self) -> Path:
        """Where files are kept when no bucket is named."""
        return self.home / "files"
