#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The device's side of a sealed key (RFC 7030 sections 4.4.1 and 4.4.2, RFC 9148 section 4.8), of which
nothing is imprint's: signatures, envelopes, certificates and keys by openssl's command.

Usage: sealed_key.py request KEY NAME IDENTIFIER secret|pair >REQUEST
           a request by /CN=NAME that names the key for which the answer is to be sealed
       sealed_key.py open CA PRIVATE CERTIFICATE WORDS... <MULTIPART
           writes what is in the answer's two parts; WORDS are openssl's for the opening key"""

import subprocess
import sys

SEALED, PKIX_CERT = 280, 287
WRAP, CBC, ECDH_SHA256 = "0609608648016503040105", "0609608648016503040102", "06062b8104010b01"


def openssl(*words, data=None):
    done = subprocess.run(["openssl", *words], input=data, capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"openssl {words[0]}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def tlv(tag, *contents):
    body = b"".join(bytes.fromhex(c) if isinstance(c, str) else c for c in contents)
    size = bytes([len(body)]) if len(body) < 128 else bytes([0x82, len(body) >> 8, len(body) & 255])
    return bytes([tag]) + size + body


def attribute(oid, value):
    return tlv(0x30, oid, tlv(0x31, value))


def request(key, name, identifier, kind):
    """CertificationRequest of RFC 2986 with DecryptKeyIdentifier, or AsymmetricDecryptKeyIdentifier."""
    subject = tlv(0x30, tlv(0x31, tlv(0x30, "0603550403", tlv(0x0C, name.encode()))))
    pair = kind == "pair"
    can = tlv(0x30, ECDH_SHA256, tlv(0x30, WRAP)) if pair else tlv(0x30, WRAP)
    attributes = tlv(0xA0, attribute("06092a864886f70d01090f", tlv(0x30, tlv(0x30, CBC), can)),
                     attribute("060b2a864886f70d0109100236" if pair else "060b2a864886f70d0109100225",
                               tlv(0x04, identifier)))
    info = tlv(0x30, "020100", subject, openssl("pkey", "-in", key, "-pubout", "-outform", "DER"), attributes)
    signature = openssl("dgst", "-sha256", "-sign", key, data=info)
    whole = tlv(0x30, info, tlv(0x30, "06082a8648ce3d040302"), tlv(0x03, b"\0", signature))
    openssl("req", "-inform", "DER", "-noout", "-verify", data=whole)
    sys.stdout.buffer.write(whole)


def number(text):
    """A CBOR head: its argument, and what is behind it."""
    size = {24: 1, 25: 2}.get(text[0] & 31, 0)
    return (int.from_bytes(text[1 : 1 + size], "big") if size else text[0] & 31), text[1 + size :]


def parts(text):
    """Of application/multipart-core (RFC 8710) with two representations."""
    if text[0] != 0x84:
        sys.exit("no array of four")
    rest, found = text[1:], []
    for _ in range(2):
        kind, rest = number(rest)
        size, rest = number(rest)
        found.append((kind, rest[:size]))
        rest = rest[size:]
    return found


def opened(ca, private, certificate, words):
    (kind, sealed), (kind_of_second, crt) = parts(sys.stdin.buffer.read())
    if (kind, kind_of_second) != (SEALED, PKIX_CERT):
        sys.exit(f"formats {kind} and {kind_of_second}")
    # The content is SignedData, without the ContentInfo that openssl wants around it.
    data = openssl("cms", "-decrypt", "-inform", "DER", *words, data=sealed)
    signed = tlv(0x30, "06092a864886f70d010702", tlv(0xA0, data))
    package = openssl("cms", "-verify", "-inform", "DER", "-CAfile", ca, "-purpose", "any", "-no_check_time",
                      "-binary", data=signed)
    with open(private, "wb") as out:  # the only one of the package
        out.write(openssl("pkey", "-inform", "DER", data=package[3:]))
    with open(certificate, "wb") as out:
        out.write(openssl("x509", "-inform", "DER", data=crt))


if sys.argv[1] == "request":
    request(sys.argv[2], sys.argv[3], bytes.fromhex(sys.argv[4]), sys.argv[5])
else:
    opened(*sys.argv[2:5], sys.argv[5:])
