"""Ed25519 signatures (RFC 8032), by the library ``cryptography``, which comes with the extra ``sign``."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self

from ..base.errors import OptionError, Problem, SigningKeyError
from ..base.files import read_bytes, source_name

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: Kind of signature, as C2SP signed-note numbers them: Ed25519.
_ED25519 = b"\x01"


def require_signing() -> None:
    """Refuse to go on without what signs; raises OptionError."""
    if importlib.util.find_spec("cryptography") is None:
        raise OptionError("signatures need the extra sign: pip install 'rd-contract[sign]'")


def key_id(name: str, raw: bytes) -> bytes:
    """Return the four bytes by which a signature says whose it is, and with which key.

    Parameters
    ----------
    name
        The signer.
    raw
        The public key, 32 bytes.
    """
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + raw).digest()[:4]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that tells whether a signature is right."""

    key: Ed25519PublicKey

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Self:
        """Read a public key in PEM; raises SigningKeyError, and OptionError without the extra."""
        require_signing()
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415 - as above

        key = _loaded(path, load_pem_public_key)
        if not isinstance(key, Ed25519PublicKey):
            raise _no_key(path, key, "public")
        return cls(key)

    @property
    def raw(self) -> bytes:
        """Its 32 bytes."""
        return self.key.public_bytes_raw()

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Return whether a signature of a message was made with its private key.

        Parameters
        ----------
        signature
            64 bytes; of any other number it is none.
        message
            What was signed.
        """
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - an extra

        try:
            self.key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key; it is used, and never written anywhere."""

    key: Ed25519PrivateKey

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Self:
        """Read a private key in PEM, without password; raises SigningKeyError, and OptionError without the extra."""
        require_signing()
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - as above

        key = _loaded(path, partial(load_pem_private_key, password=None))
        if not isinstance(key, Ed25519PrivateKey):
            raise _no_key(path, key, "private")
        return cls(key)

    @property
    def public(self) -> PublicKey:
        """The key that its signatures are checked with."""
        return PublicKey(self.key.public_key())

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes."""
        return self.key.sign(message)


def _loaded(path: str | os.PathLike[str], load: Callable[[bytes], object]) -> object:
    """Return the key that a file holds, or in words what it holds instead; raises SigningKeyError for no file."""
    data = read_bytes(path, SigningKeyError)
    try:
        return load(data)
    except TypeError:
        return "a key that a password protects"
    except Exception:  # the library raises many kinds, of which none says more
        return "something else"


def _no_key(path: str | os.PathLike[str], found: object, which: str) -> SigningKeyError:
    words = found if isinstance(found, str) else "a key of another kind"
    hint = "openssl genpkey -algorithm ed25519 -out key.pem makes one; openssl pkey -in key.pem -pubout its public key"
    expected = f"an Ed25519 {which} key in PEM, without password"
    return SigningKeyError([Problem("", words, expected, hint, "key")], source_name(path))
