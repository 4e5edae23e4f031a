"""Checkpoints in the text of C2SP, signed with Ed25519 as RFC 8032 has it."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from ledgers import made, several
from rd_contract import LedgerError, OptionError
from rd_contract.ledger import Checkpoint, PublicKey, SigningKey

#: RFC 8032, section 7.1: secret key, public key, message, signature.
_VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]

cryptography = pytest.importorskip("cryptography")


def _pems(secret: bytes) -> tuple[bytes, bytes]:
    """Return the private and the public key in PEM: the heads of RFC 8410 before the bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - an extra

    public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    private_der = bytes.fromhex("302e020100300506032b657004220420") + secret
    public_der = bytes.fromhex("302a300506032b6570032100") + public
    return _pem("PRIVATE KEY", private_der), _pem("PUBLIC KEY", public_der)


def _pem(kind: str, der: bytes) -> bytes:
    return f"-----BEGIN {kind}-----\n{base64.b64encode(der).decode()}\n-----END {kind}-----\n".encode()


@pytest.fixture
def keys(tmp_path: Path) -> tuple[SigningKey, PublicKey]:
    """Return a key and its public half, read from files."""
    private, public = _pems(bytes.fromhex(_VECTORS[0][0]))
    (tmp_path / "key.pem").write_bytes(private)
    (tmp_path / "public.pem").write_bytes(public)
    return SigningKey.from_file(tmp_path / "key.pem"), PublicKey.from_file(tmp_path / "public.pem")


@pytest.mark.parametrize(("secret", "public", "message", "signature"), _VECTORS)
def test_signatures_are_those_that_are_published(
    tmp_path: Path, secret: str, public: str, message: str, signature: str
) -> None:
    for name, pem in zip(("key.pem", "public.pem"), _pems(bytes.fromhex(secret)), strict=True):
        (tmp_path / name).write_bytes(pem)
    key, other = SigningKey.from_file(tmp_path / "key.pem"), PublicKey.from_file(tmp_path / "public.pem")
    assert (key.public.raw.hex(), other.raw.hex()) == (public, public)
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert other.verifies(bytes.fromhex(signature), bytes.fromhex(message))
    assert not other.verifies(bytes.fromhex(signature), bytes.fromhex(message) + b"x")
    assert not other.verifies(bytes.fromhex(signature)[:-1], bytes.fromhex(message))


def test_the_text_is_that_of_c2sp(tmp_path: Path, keys: tuple[SigningKey, PublicKey]) -> None:
    checkpoint = made(tmp_path / "a.ledger", several(5)).checkpoint()
    signed = checkpoint.signed(keys[0]).signed(keys[0], "witness")
    head, signatures = signed.text.split("\n\n")
    assert head == f"alliance\n5\n{base64.b64encode(checkpoint.root).decode()}"
    raw = keys[1].raw
    for line, name in zip(signatures.splitlines(), ("alliance", "witness"), strict=True):
        assert line.startswith(f"— {name} ")
        blob = base64.b64decode(line.split(" ")[2])
        assert blob[:4] == hashlib.sha256(name.encode() + b"\n\x01" + raw).digest()[:4]
        assert keys[1].verifies(blob[4:], f"{head}\n".encode())
    assert Checkpoint.from_text(signed.text) == signed
    assert Checkpoint.from_text(signed.text.replace("\n", "\r\n")) == signed
    assert Checkpoint.from_text(checkpoint.text) == checkpoint


def test_a_ledger_is_held_against_a_checkpoint_and_its_signature(
    tmp_path: Path, keys: tuple[SigningKey, PublicKey]
) -> None:
    ledger = made(tmp_path / "a.ledger", several(5))
    kept = ledger.checkpoint().signed(keys[0])
    ledger.append("note", "A", {"text": "later"})
    assert ledger.verify(kept, keys[1]).holds
    for wrong in (
        ledger.checkpoint(),  # nobody signed it
        Checkpoint("alliance", 6, ledger.checkpoint().root, kept.signatures),  # they signed something else
    ):
        found = ledger.verify(wrong, keys[1])
        assert [problem.rule for problem in found.problems] == ["signature"]
        assert ledger.verify(wrong).holds
    private, public = _pems(bytes(32))
    (tmp_path / "other.pem").write_bytes(public)
    assert private
    assert not ledger.verify(kept, PublicKey.from_file(tmp_path / "other.pem")).holds


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", ["line 1", "line 2", "line 3", "line 4"]),
        ("alliance\n05\nAAAA\n\n", ["line 2", "line 3"]),
        ("alliance\n5\n" + "A" * 43 + "=\nmore\n\n", ["line 4"]),
        ("alliance\n5\n" + "A" * 43 + "=\n", ["line 4"]),
        ("alliance\n5\n" + "A" * 43 + "=\n\n- alliance AAAA\n", ["line 5"]),
        ("alliance\n5\n" + "A" * 43 + "=\n\n— alliance AAAA\nmore\n", ["line 5", "line 6"]),
    ],
)
def test_what_is_no_checkpoint_is_told_line_by_line(text: str, places: list[str]) -> None:
    with pytest.raises(LedgerError) as caught:
        Checkpoint.from_text(text)
    assert [problem.path for problem in caught.value.problems] == places


def test_who_signs_has_a_name_that_lines_can_hold(keys: tuple[SigningKey, PublicKey]) -> None:
    checkpoint = Checkpoint("two words", 0, bytes(32))
    with pytest.raises(OptionError, match="no blanks"):
        checkpoint.signed(keys[0])
    assert checkpoint.signed(keys[0], "words").is_signed_by(keys[1])


def test_what_is_no_key_is_told_so(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519  # noqa: PLC0415

    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    other = ec.generate_private_key(ec.SECP256R1())
    locked = ed25519.Ed25519PrivateKey.generate().private_bytes(pem, pkcs8, serialization.BestAvailableEncryption(b"x"))
    files = {
        "text.pem": b"something",
        "ec.pem": other.private_bytes(pem, pkcs8, serialization.NoEncryption()),
        "locked.pem": locked,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(LedgerError, match=r"openssl genpkey"):
            SigningKey.from_file(tmp_path / name)
        with pytest.raises(LedgerError):
            PublicKey.from_file(tmp_path / name)
    with pytest.raises(LedgerError, match="a readable file"):
        SigningKey.from_file(tmp_path / "none.pem")
    public = other.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "public.pem").write_bytes(public)
    with pytest.raises(LedgerError, match="another kind"):
        PublicKey.from_file(tmp_path / "public.pem")


def test_without_the_extra_one_is_told_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(OptionError, match=r"rd-contract\[sign\]"):
        SigningKey.from_file(tmp_path / "key.pem")


def test_nobody_needs_the_extra_who_does_not_sign(tmp_path: Path) -> None:
    made(tmp_path / "a.ledger", several(2)).checkpoint()
    code = "import rd_contract.ledger, sys; sys.exit('cryptography' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
