"""The certificate that signs manifests: a self-made one in the user's data folder, or the user's own."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ..errors import InputError, MimeshError
from ..media.atomic import atomic_write
from ..media.open_input import check_readable, quoted, read_bytes
from ..user_folders import PRIVATE_FILE, data_folder, make_private
from .credentials import Credentials, SigningError, checked

ORGANISATION = "Mimesh (self-made certificate)"
"""Who issued a self-made certificate, as every reader of the manifest shows it.  It names no person and no machine."""

CERTIFICATE_VARIABLE, KEY_VARIABLE = "MIMESH_CERTIFICATE", "MIMESH_KEY"

_YEARS = 20
_MAX_BYTES = 1 << 20
_PEM = serialization.Encoding.PEM


def load_credentials(certificate: Path | None = None, key: Path | None = None) -> Credentials:
    """The files given, else those of the environment, else the self-made ones, which the first call makes.

    Raises :class:`SigningError`.
    """
    own_certificate = certificate or _variable(CERTIFICATE_VARIABLE)
    own_key = key or _variable(KEY_VARIABLE)
    if (own_certificate is None) != (own_key is None):
        raise SigningError("A certificate and its key belong together: give both.")
    if own_certificate is not None and own_key is not None:
        chain, private = _read(own_certificate), _read(own_key)
        return checked(chain, private, quoted(own_certificate.name), quoted(own_key.name))
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
    name = f"{quoted(path)} (delete it, and a new one is made)"
    return checked(both, both, name, name)


def self_made_path() -> Path:
    """Where the self-made certificate lives, chain and key in one file that only the user can read."""
    return data_folder() / "signing" / "self-made.pem"


def _variable(name: str) -> Path | None:
    value = os.environ.get(name)
    return Path(value) if value else None


def _read(path: Path) -> bytes:
    try:
        data = read_bytes(check_readable(path), _MAX_BYTES + 1)
    except InputError as error:
        raise SigningError(str(error)) from error
    if len(data) > _MAX_BYTES:
        raise SigningError(f"{quoted(path.name)} is too large for a certificate or a key: choose another file.")
    return data


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
        what = f"A signing certificate cannot be kept in {quoted(path.parent)}: make that folder writable."
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
