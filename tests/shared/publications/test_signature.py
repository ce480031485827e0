"""What is signed, and that whoever has the public key can check it."""

import asyncio

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.personal_data import Key, Vault
from services.shared.publications.masking import Masking
from services.shared.publications.signature import SigningKey, is_signed
from services.shared.publications.store import signing_key
from services.shared.vocabulary import NamePolicy
from tests.shared.publications.revisions import a_snapshot

VAULT = Vault([Key(1, b"k" * 32)])


def test_only_the_very_bytes_are_signed() -> None:
    content, key = a_snapshot().canonical(), SigningKey(new_id(), Ed25519PrivateKey.generate())
    signature = key.sign(content)
    assert is_signed(content, signature, key.public)
    assert not is_signed(content.replace(b"70.36", b"70.37"), signature, key.public)
    assert not is_signed(content, signature[:-1] + bytes([signature[-1] ^ 1]), key.public)
    assert not is_signed(content, signature, Ed25519PrivateKey.generate().public_key().public_bytes_raw())


@pytest.mark.parametrize(("signature", "key"), [(b"", b"k" * 32), (b"s" * 64, b""), (b"s" * 64, b"k" * 31)])
def test_what_is_no_signature_or_key_signs_nothing(signature: bytes, key: bytes) -> None:
    assert not is_signed(b"content", signature, key)


async def test_an_installation_has_one_key_sealed_and_made_once(database: Pool) -> None:
    async def key() -> SigningKey:
        async with database.acquire() as connection, connection.transaction():
            return await signing_key(connection, VAULT)

    keys = await asyncio.gather(*(key() for _ in range(4)))
    row = await database.fetchrow("select id, public_key, private_sealed from signing_keys")
    assert row is not None
    assert {(each.id, each.public) for each in keys} == {(row["id"], row["public_key"])}
    assert keys[0].private.private_bytes_raw() not in row["private_sealed"]


@pytest.mark.parametrize(
    ("masking", "name", "account"),
    [
        (Masking(), "欧阳小明", "zhangsan"),
        (Masking(NamePolicy.SURNAME, accounts=False), "欧**", "zh****n"),
    ],
)
def test_masks(masking: Masking, name: str, account: str) -> None:
    assert (masking.name("欧阳小明"), masking.account("zhangsan")) == (name, account)
    assert Masking.of(masking.as_json()) == masking
