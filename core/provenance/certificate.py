"""The certificate that signs manifests: a self-made one in the user's data folder, or the user's own."""

from __future__ import annotations

import datetime
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ..errors import MimeshError, OutputError
from ..media.atomic import atomic_write
from ..media.open_input import quoted
from ..user_folders import PRIVATE_FILE, data_folder, make_private

ORGANISATION = "Mimesh (self-made certificate)"
"""Who issued a self-made certificate, as every reader of the manifest shows it.  It names no person and no machine."""

CERTIFICATE_VARIABLE, KEY_VARIABLE = "MIMESH_CERTIFICATE", "MIMESH_KEY"

_YEARS = 20
_ALGORITHMS = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
_PEM = serialization.Encoding.PEM


class SigningError(OutputError):
    """A manifest cannot be signed.  The sentence says why, and how to go on without one."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}, or leave the manifest out (--no-manifest; in the app: File, Marks in saved files).")


@dataclass(frozen=True)
class Credentials:
    """``chain`` and ``key`` in PEM, the signer's certificate first; ``algorithm`` in C2PA's words."""

    chain: bytes
    key: bytes
    algorithm: str

    @property
    def serial(self) -> str:
        """The signer's certificate's number, decimal."""
        return str(x509.load_pem_x509_certificates(self.chain)[0].serial_number)


def load_credentials(certificate: Path | None = None, key: Path | None = None) -> Credentials:
    """The files given, else those of the environment, else the self-made ones, which the first call makes.

    Raises :class:`SigningError`.
    """
    own_certificate = certificate or _variable(CERTIFICATE_VARIABLE)
    own_key = key or _variable(KEY_VARIABLE)
    if (own_certificate is None) != (own_key is None):
        raise SigningError("A certificate and its key belong together: give both")
    if own_certificate is not None and own_key is not None:
        return _checked(_read(own_certificate), _read(own_key), quoted(own_certificate.name))
    made = load_self_made()
    if made is None:
        _make(self_made_path())
        made = load_self_made()
    assert made is not None
    return made


def load_self_made() -> Credentials | None:
    """The self-made certificate; None where none was made yet.  Raises :class:`SigningError`."""
    path = self_made_path()
    if not path.exists():
        return None
    both = _read(path)
    return _checked(both, both, f"{quoted(path)} (delete it, and a new one is made)")


def self_made_path() -> Path:
    """Where the self-made certificate lives, chain and key in one file that only the user can read."""
    return data_folder() / "signing" / "self-made.pem"


def _variable(name: str) -> Path | None:
    value = os.environ.get(name)
    return Path(value) if value else None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SigningError(
            f"The signing file {quoted(path.name)} cannot be read ({reason}): check its place"
        ) from error


def _checked(chain: bytes, key: bytes, name: str) -> Credentials:
    try:
        certificate = x509.load_pem_x509_certificates(chain)[0]
        private = serialization.load_pem_private_key(key, None)
    except (ValueError, TypeError, IndexError) as error:
        raise SigningError(
            f"The signing certificate {name} is damaged or its key has a password: use another"
        ) from error
    if _public(private) != certificate.public_key().public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo):
        raise SigningError(f"The signing certificate {name} does not belong to the key: give the pair")
    if certificate.not_valid_after_utc < datetime.datetime.now(datetime.UTC):
        raise SigningError(f"The signing certificate {name} has expired: use another")
    plain = private.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    certificates = b"".join(each.public_bytes(_PEM) for each in x509.load_pem_x509_certificates(chain))
    return Credentials(certificates, plain, _algorithm(private, name))


def _public(private: PrivateKeyTypes) -> bytes:
    return private.public_key().public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _algorithm(private: PrivateKeyTypes, name: str) -> str:
    if isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name in _ALGORITHMS:
        return _ALGORITHMS[private.curve.name]
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(private, rsa.RSAPrivateKey) and private.key_size >= 2048:
        return "ps256"
    raise SigningError(f"The key of {name} is of a kind that C2PA does not sign with: use P-256, Ed25519 or RSA")


def _make(path: Path) -> None:
    """A root and a certificate signed by it; the root's key is forgotten at once."""
    try:
        make_private(path.parent)
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = _certificate("root", root_key.public_key(), root_key, is_root=True)
        leaf = _certificate("signer", key.public_key(), root_key, is_root=False)
        plain = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        with atomic_write(path) as temporary:
            temporary.chmod(PRIVATE_FILE)  # while it is still empty
            temporary.write_bytes(leaf.public_bytes(_PEM) + root.public_bytes(_PEM) + plain)
    except (OSError, MimeshError) as error:
        what = f"A signing certificate cannot be kept in {quoted(path.parent)}: make that folder writable"
        raise SigningError(what) from error


def _certificate(
    name: str, public: ec.EllipticCurvePublicKey, issuer_key: ec.EllipticCurvePrivateKey, is_root: bool
) -> x509.Certificate:
    """X.509 as C2PA asks for it: version 3, key usage, the purpose e-mail protection, key identifiers."""
    day = datetime.datetime.now(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    usage = x509.KeyUsage(
        digital_signature=not is_root,
        key_cert_sign=is_root,
        crl_sign=is_root,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name("root"))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(day - datetime.timedelta(days=1))
        .not_valid_after(day + datetime.timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(issuer, critical=False)
    )
    if not is_root:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(purpose, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _name(common: str) -> x509.Name:
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION)
    return x509.Name([organisation, x509.NameAttribute(NameOID.COMMON_NAME, f"Mimesh {common}")])
