"""Whether a code is right. It is used up by that."""

from uuid import UUID

from services.api.second_factor import store
from services.api.second_factor.codes import matching_steps, recovery_hash
from services.shared.database.pool import Connection
from services.shared.personal_data import Vault


async def code_is_right(connection: Connection, vault: Vault, user_id: UUID, code: str) -> bool:
    """For a user whose second factor is on: the code of about now, or a recovery code. Neither is taken twice.

    Call it in the transaction of what the code is for.
    """
    row = await store.find_second_factor(connection, user_id)
    for step in matching_steps(vault.open(row["totp_sealed"], user_id), code, row["now"]):
        if await store.take_step(connection, user_id, step):
            return True
    return await store.use_recovery_code(connection, user_id, recovery_hash(user_id, code))
