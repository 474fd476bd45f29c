"""What signs a manifest: a certificate chain and its key, checked before they are used."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import NameOID

from ..errors import OutputError

_ALGORITHMS = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
_PEM = serialization.Encoding.PEM


class SigningError(OutputError):
    """A manifest cannot be signed.  ``why`` is a sentence; the whole text says how to go on without one, too."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} Or leave the manifest out (--no-manifest; in the app: File, Marks in saved files).")
        self.why = why


@dataclass(frozen=True)
class Credentials:
    """``chain`` and ``key`` in PEM, the signer's certificate first; ``algorithm`` in C2PA's words."""

    chain: bytes
    key: bytes
    algorithm: str

    @property
    def serial(self) -> str:
        """The signer's certificate's number, decimal."""
        return str(self._signer.serial_number)

    @property
    def owner(self) -> str:
        """Whom the signer's certificate names: an organisation, else a person; "" for nobody."""
        for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
            for each in self._signer.subject.get_attributes_for_oid(kind):
                return str(each.value)
        return ""

    @property
    def last_day(self) -> datetime.date:
        """Until when it is valid."""
        return self._signer.not_valid_after_utc.date()

    @property
    def _signer(self) -> x509.Certificate:
        return x509.load_pem_x509_certificates(self.chain)[0]


def checked(chain: bytes, key: bytes, name: str, key_name: str) -> Credentials:
    """Credentials of the bytes of two files, or twice those of one; messages call them by their names.

    Raises :class:`SigningError` where one is damaged or locked, they are no pair, or it is not their time.
    """
    try:
        certificates = x509.load_pem_x509_certificates(chain)
    except ValueError as error:
        raise SigningError(f"{name} holds no certificate in PEM form, or it is damaged: use another.") from error
    private = _private(key, key_name)
    first = certificates[0]
    if _public(private) != first.public_key().public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo):
        raise SigningError(f"The signing certificate {name} does not belong to the key: give the pair.")
    now = datetime.datetime.now(datetime.UTC)
    if first.not_valid_after_utc < now:
        raise SigningError(f"The signing certificate {name} expired on {first.not_valid_after_utc:%Y-%m-%d}: renew it.")
    if first.not_valid_before_utc > now:
        day = f"{first.not_valid_before_utc:%Y-%m-%d}"
        raise SigningError(f"The signing certificate {name} is not valid before {day}: use another until then.")
    plain = private.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Credentials(b"".join(each.public_bytes(_PEM) for each in certificates), plain, _algorithm(private, key_name))


def _private(key: bytes, name: str) -> PrivateKeyTypes:
    try:
        return serialization.load_pem_private_key(key, None)
    except TypeError as error:  # which is how the library says that a password is missing
        raise SigningError(
            f"The key {name} has a password, which is not asked for: "
            "save it without one (openssl pkey -in OLD -out NEW)."
        ) from error
    except ValueError as error:
        raise SigningError(f"{name} holds no private key in PEM form, or it is damaged: use another.") from error


def _public(private: PrivateKeyTypes) -> bytes:
    return private.public_key().public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _algorithm(private: PrivateKeyTypes, name: str) -> str:
    if isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name in _ALGORITHMS:
        return _ALGORITHMS[private.curve.name]
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(private, rsa.RSAPrivateKey) and private.key_size >= 2048:
        return "ps256"
    raise SigningError(f"The key {name} is of a kind that C2PA does not sign with: use P-256, Ed25519 or RSA 2048.")
