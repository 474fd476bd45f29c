"""Certificates of somebody's own, good and bad, as files."""

from __future__ import annotations

import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PEM, PKCS8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
PLAIN = serialization.NoEncryption()
OWNER = "Studio Blau"

BAD = {
    "expired": "expired on",
    "not yet valid": "not valid before",
    "locked": "has a password",
    "another key": "does not belong to the key",
    "for servers": "C2PA does not accept the signing certificate",
    "DER": "holds no certificate in PEM form",
    "no key": "holds no private key in PEM form",
    "weak key": "of a kind that C2PA does not sign with",
    "missing": "does not exist",
    "folder": "is a folder",
    "huge": "too large for a certificate",
}
"""What is wrong with a pair → words of the sentence that says so."""


def own_pair(folder: Path, wrong: str = "") -> tuple[Path, Path]:
    """A certificate and its key, of :data:`OWNER`; ``wrong``: one of :data:`BAD`."""
    key = ec.generate_private_key(ec.SECP224R1() if wrong == "weak key" else ec.SECP256R1())
    certificate, private = folder / "mine.pem", folder / "mine.key"
    days = {"expired": (-20, -1), "not yet valid": (5, 20)}.get(wrong, (-1, 30))
    purpose = ExtendedKeyUsageOID.SERVER_AUTH if wrong == "for servers" else ExtendedKeyUsageOID.EMAIL_PROTECTION
    form = serialization.Encoding.DER if wrong == "DER" else PEM
    certificate.write_bytes(_certificate(key, days, purpose).public_bytes(form))
    if wrong == "another key":
        key = ec.generate_private_key(ec.SECP256R1())
    lock = serialization.BestAvailableEncryption(b"secret") if wrong == "locked" else PLAIN
    private.write_bytes(b"no key" if wrong == "no key" else key.private_bytes(PEM, PKCS8, lock))
    if wrong in ("missing", "folder"):
        private.unlink()
    if wrong == "folder":
        private.mkdir()
    if wrong == "huge":
        private.write_bytes(bytes(3 << 20))
    return certificate, private


def _certificate(
    key: ec.EllipticCurvePrivateKey, days: tuple[int, int], purpose: x509.ObjectIdentifier
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, OWNER)])
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=days[0]))
        .not_valid_after(now + datetime.timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
