"""The encryption key of a phone number."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from headrace.exchange.sealing import generate_key_pair
from headrace.platform.accounts import encryption, registration
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.errors import PlatformError
from headrace.platform.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.spec("graph-api.md §1.5")]

PUBLIC_PEM = generate_key_pair().public_pem


def spki(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


async def set_key(box: Box, world: World, pem: str) -> None:
    async with box.database.transaction() as session:
        await encryption.set_key(session, await session.get_one(PhoneNumber, world.senders[0].id), pem)


async def status(box: Box, world: World) -> str | None:
    async with box.database.reading() as session:
        return await encryption.signature_status(session, await session.get_one(PhoneNumber, world.senders[0].id))


@pytest.mark.parametrize("pem", [PUBLIC_PEM, PUBLIC_PEM.replace("\n", "\\n"), PUBLIC_PEM.replace("\n", "\r\n")])
async def test_a_key_is_signed_and_kept_with_real_line_ends(box: Box, world: World, pem: str) -> None:
    assert await status(box, world) is None
    await set_key(box, world, pem)
    assert await status(box, world) == "VALID"
    async with box.database.reading() as session:
        assert (await session.get_one(PhoneNumber, world.senders[0].id)).public_key == PUBLIC_PEM
        assert await encryption.usable_key_of_waba(session, world.wabas[0].id) == PUBLIC_PEM
        assert await encryption.usable_key_of_waba(session, world.wabas[1].id) is None


async def test_a_key_that_was_changed_behind_its_signature_is_not_used(box: Box, world: World) -> None:
    await set_key(box, world, PUBLIC_PEM)
    async with box.database.transaction() as session:
        (await session.get_one(PhoneNumber, world.senders[0].id)).public_key = generate_key_pair().public_pem
    assert await status(box, world) == "MISMATCH"
    async with box.database.reading() as session:
        assert await encryption.usable_key_of_waba(session, world.wabas[0].id) is None


async def test_registering_a_number_anew_asks_for_its_key_again(box: Box, world: World) -> None:
    await set_key(box, world, PUBLIC_PEM)
    async with box.database.transaction() as session:
        registration.register(box.clock, await session.get_one(PhoneNumber, world.senders[0].id), "123456")
    assert await status(box, world) == "MISMATCH"
    await set_key(box, world, PUBLIC_PEM)
    assert await status(box, world) == "VALID"


@pytest.mark.parametrize(
    ("pem", "words"),
    [
        ("nonsense", "BEGIN PUBLIC KEY"),
        (PUBLIC_PEM[:200], "damaged"),
        (generate_key_pair().private_pem, "private key"),
        (spki(rsa.generate_private_key(65537, 1024)), "1,024 bits"),
        (spki(ec.generate_private_key(ec.SECP256R1())), "not an RSA key"),
    ],
)
async def test_other_keys_are_refused_in_clear_words(box: Box, world: World, pem: str, words: str) -> None:
    with pytest.raises(PlatformError) as refused:
        await set_key(box, world, pem)
    assert refused.value.code == 100
    assert words in str(refused.value.explanation)
    assert await status(box, world) is None
