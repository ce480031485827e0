"""What every job of the scorer works with."""

from dataclasses import dataclass

from redis.asyncio import Redis

from services.scorer.uploads.children import ParserPool
from services.scorer.workspace import Workspace
from services.shared.database.pool import Pool
from services.shared.personal_data import Vault
from services.shared.settings import Settings
from services.shared.storage import FileStore


@dataclass(frozen=True, slots=True)
class Scorer:
    """The open ends of one scorer process."""

    settings: Settings
    pool: Pool
    redis: Redis
    files: FileStore
    vault: Vault
    parsers: ParserPool
    work: Workspace

    @property
    def lease_seconds(self) -> float:
        """For how long a job is ours without a sign of life."""
        return float(self.settings.job_lease_seconds)
