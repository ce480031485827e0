"""People with every kind of sealed value, under the keys of a vault."""

from uuid import UUID

from services.shared.identity import new_id
from services.shared.personal_data import Vault
from tests.factories import AContest

ID_NUMBERS = ["11010519491231002X", "420106199001010019", "420106199001010035", "42010619900101006X"]
PHONES = ["13812341234", "13912341235", "13712341236", "13612341237"]


async def a_sealed_person(contest: AContest, vault: Vault, number: int) -> UUID:
    """Contestant `number` (from 1) with the ID number and phone at that place."""
    who, text = new_id(), ID_NUMBERS[number - 1]
    await contest.pool.execute(
        "insert into contestants (id, contest_id, city_id, division_id, number, name, entry_way, eligibility,"
        " id_number_sealed, id_number_index, phone_sealed)"
        " values ($1, $2, $3, $4, $5, 'x', 'RECOMMENDED', 'PENDING', $6, $7, $8)",
        *(who, contest.id, contest.cities[0], contest.divisions[0], number),
        *(vault.seal(text, who), vault.index(text), vault.seal(PHONES[number - 1], who)),
    )
    return who


async def a_listed_person(contest: AContest, vault: Vault, list_id: UUID, line: int, id_number: str) -> None:
    await contest.pool.execute(
        "insert into given_lists (id, contest_id, key, title, state) values ($1, $2, 'trained', 'x', 'DONE')"
        " on conflict do nothing",
        *(list_id, contest.id),
    )
    await contest.pool.execute(
        "insert into given_list_people (list_id, id_number_index, line) values ($1, $2, $3)",
        *(list_id, vault.index(id_number), line),
    )


async def other_values(contest: AContest, vault: Vault) -> dict[str, UUID]:
    """A user's one-time secret, a team's assistant and a document's data key; their rows by the column's name."""
    user, team, document = new_id(), new_id(), new_id()
    pool = contest.pool
    await pool.execute(
        "insert into users (id, login, name, totp_sealed) values ($1, $2, 'x', $3)",
        *(user, f"user-{user.hex}", vault.seal("JBSWY3DPEHPK3PXP", user)),
    )
    await pool.execute(
        "insert into teams (id, contest_id, city_id, round_id, assistant_phone_sealed) values ($1, $2, $3, $4, $5)",
        *(team, contest.id, contest.cities[0], contest.round_id, vault.seal("13512341238", team)),
    )
    await pool.execute(
        "insert into documents (id, contest_id, purpose, title, state, size, sha256, key_sealed)"
        " values ($1, $2, 'EVIDENCE', 'x', 'READY', 1, 'x', $3)",
        *(document, contest.id, vault.seal_bytes(b"\x00\xff" * 16, document)),
    )
    upload = new_id()
    await pool.execute(
        "insert into uploads (id, contest_id, name, size, sha256, state, exported_at, exported_at_stated, key_sealed,"
        " address_sealed) values ($1, $2, 'x', 1, 'x', 'QUEUED', now(), false, $3, $4)",
        *(upload, contest.id, vault.seal_bytes(b"\xff\x00" * 16, upload), vault.seal("https://files.example/", upload)),
    )
    submission, line = new_id(), new_id()
    await pool.execute(
        "insert into submissions (id, contest_id, city_id, number, state, sha256, people)"
        " values ($1, $2, $3, 1, 'SUBMITTED', '', 1)",
        *(submission, contest.id, contest.cities[0]),
    )
    await pool.execute(
        "insert into submission_lines (submission_id, division_id, position, contestant_id, id, printed_sealed)"
        " select $1, division_id, 1, id, $2, $3 from contestants limit 1",
        *(submission, line, vault.seal("printed", line)),
    )
    signing = new_id()
    await pool.execute(
        "insert into signing_keys (id, public_key, private_sealed) values ($1, '', $2)",
        *(signing, vault.seal_bytes(b"\x01" * 32, signing)),
    )
    appeal = new_id()
    await pool.execute(
        "insert into appeals (id, contest_id, round_id, contestant_id, number, kind, state, text_sealed, filer_sealed)"
        " select $1, $2, $3, id, 1, 'OBJECTION', 'FILED', $4, $5 from contestants limit 1",
        *(appeal, contest.id, contest.round_id, vault.seal("what it says", appeal), vault.seal("who", appeal)),
    )
    return {
        "users.totp": user,
        "teams.assistant_phone": team,
        "documents.key": document,
        "submission_lines.printed": line,
        "uploads.key": upload,
        "uploads.address": upload,
        "appeals.text": appeal,
        "appeals.filer": appeal,
        "signing_keys.private": signing,
    }
