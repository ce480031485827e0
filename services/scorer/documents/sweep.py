"""Deletes papers about people when their contest's date has come, and documents whose bytes never came."""

from services.scorer.context import Scorer
from services.scorer.documents import store
from services.shared.storage.seal import document_key

MOST = 100


async def delete_due_documents(scorer: Scorer) -> None:
    """Safe in any number of workers at once. The bytes go before the transaction ends: what is lost is found again."""
    due = MOST
    while due == MOST:
        async with scorer.pool.acquire() as connection, connection.transaction():
            ids = await store.delete_due(connection, MOST)
            await scorer.files.delete(*map(document_key, ids))
            await store.forget_filers(connection)
            await store.forget_downloads(connection)
        due = len(ids)
