"""A server on loopback that answers as S3 does: moto's, a mock that keeps everything in memory.

It shows that we speak the protocol: parts, copies, lists, addresses. It checks no signature.
"""

import subprocess
import sys
import time
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import SecretStr

from services.cli.instance import free_port
from services.shared.identity import new_id

KEY, SECRET, REGION = "test-key", "test-secret", "cn-wuhan-1"


class S3Server:
    """`with S3Server() as server: settings.model_copy(update=server.new_bucket())`."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{self.url}/moto-api/", trust_env=False)
            except httpx.TransportError:
                assert self._process.poll() is None
                time.sleep(0.05)
            else:
                return self
        raise TimeoutError("moto did not start")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def new_bucket(self) -> dict[str, Any]:
        """The settings of an empty bucket."""
        name = f"livecup-{new_id().hex}"
        # moto reads the region from here and believes the rest.
        authorization = f"AWS4-HMAC-SHA256 Credential={KEY}/20210901/{REGION}/s3/aws4_request, Signature=none"
        place = f"<LocationConstraint>{REGION}</LocationConstraint>"
        where = f"<CreateBucketConfiguration>{place}</CreateBucketConfiguration>"
        headers = {"authorization": authorization}
        made = httpx.put(f"{self.url}/{name}", headers=headers, content=where, trust_env=False)
        assert made.status_code == httpx.codes.OK, made.text
        return {
            "storage_url": f"s3://{name}/contest/2021",
            "storage_endpoint": self.url,
            "storage_region": REGION,
            "storage_access_key": KEY,
            "storage_secret_key": SecretStr(SECRET),
        }
