#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""An EST server (RFC 7030) of which nothing is imprint's: TLS and tls-unique by OpenSSL in Python's ssl,
HTTP by Python's http.server, requests, certificates, certificate sets and keys by openssl's command.
Each line that it prints is one thing that it has verified, or refused.

With 1.3 the suite is that of OPENSSL_CONF, and requests are not bound to their session, since Python's
ssl has no exporter. If a request names a key, those that it makes are sealed with KEK, in hexadecimal, or
agreed upon with the key of the certificate PAIR.

REGISTRAR is the common name of a registration authority, which vouches for whom its requests name and for
their binding to other sessions.

Usage: est_server.py PORT CHAIN KEY CLIENT-ANCHORS CA CA-KEY VERSION KEK PAIR [REGISTRAR]"""

import base64
import http.server
import re
import ssl
import subprocess
import sys

port, chain, key, anchors, ca, ca_key, version, kek, pair = sys.argv[1:10]
registrar = sys.argv[10] if len(sys.argv) > 10 else None
bound = version == "1.2"
# challengePassword, if it is asked for; ecdsa-with-SHA256
attributes = bytes.fromhex("301506092a864886f70d01090706082a8648ce3d040302" if bound else "300a06082a8648ce3d040302")
CERTS = "application/pkcs7-mime; smime-type=certs-only"
SEALED = "application/pkcs7-mime; smime-type=server-generated-key"
# DecryptKeyIdentifier and AsymmetricDecryptKeyIdentifier
SECRET_NAMED, PAIR_NAMED = bytes.fromhex("060b2a864886f70d0109100225"), bytes.fromhex("060b2a864886f70d0109100236")
asked = set()  # who has been told to come again


def openssl(*words, data=None):
    done = subprocess.run(["openssl", *words], input=data, capture_output=True, check=False)
    if done.returncode != 0:
        raise ValueError(f"openssl {words[0]}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def certs_only(*files):
    words = [word for file in files for word in ("-certfile", file)]
    return openssl("crl2pkcs7", "-nocrl", "-outform", "DER", *words)


def inside(der):
    """What stands behind tag and length."""
    return der[2 + (der[1] & 0x7F) :] if der[1] & 0x80 else der[2:]


def sequence(contents):
    """Of 128 to 255 octets."""
    return bytes([0x30, 0x81, len(contents)]) + contents


def sealed(pkcs8, words):
    """A package of one key, signed by the server, enveloped as those words say."""
    package = openssl("cms", "-sign", "-binary", "-nodetach", "-econtent_type", "2.16.840.1.101.2.1.2.78.5",
                      "-signer", chain, "-inkey", key, "-outform", "DER", data=sequence(pkcs8))
    data = inside(inside(package)[11:])  # of ContentInfo, behind the type
    out = openssl("cms", "-encrypt", "-binary", "-aes-128-cbc", "-outform", "DER", *words, data=data)
    # openssl calls every content id-data: this one is id-signedData.
    return out.replace(bytes.fromhex("06092a864886f70d010701"), bytes.fromhex("06092a864886f70d010702"))


def sealing(request):
    """How its attributes want a key sealed: SEQUENCE { type, SET { OCTET STRING } }."""
    named = request.partition(SECRET_NAMED)[2]
    if named:
        return "sealed", ["-secretkey", kek, "-secretkeyid", named[4 : 4 + named[3]].hex()]
    named = request.partition(PAIR_NAMED)[2]
    if not named:
        return "plain", None
    said = openssl("x509", "-in", pair, "-noout", "-ext", "subjectKeyIdentifier").decode()
    if named[4 : 4 + named[3]].hex(":").upper() not in said:
        raise ValueError("the request names a key of nobody's")
    return "agreed", ["-keyid", "-recip", pair, "-keyopt", "ecdh_kdf_md:sha256"]


def made(request):
    """Key and certificate, as the parts of one body."""
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "made.pem")
    pkcs8 = openssl("pkcs8", "-topk8", "-nocrypt", "-in", "made.pem", "-outform", "DER")
    openssl("pkey", "-in", "made.pem", "-pubout", "-out", "made.pub")
    issue(request, "-force_pubkey", "made.pub")
    how, words = sealing(request)
    parts = [(SEALED, sealed(pkcs8, words)) if words else ("application/pkcs8", pkcs8),
             (CERTS, certs_only("issued.pem"))]
    text = b"".join(f"--one\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
                    + base64.encodebytes(body).replace(b"\n", b"\r\n") for kind, body in parts)
    return text + b"--one--\r\n", how


def issue(request, *words):
    with open("issued.pem", "wb") as out:
        out.write(openssl("x509", "-req", "-inform", "DER", "-CA", ca, "-CAkey", ca_key, "-days", "9", *words,
                          data=request))


def said(request, what):
    text = openssl("req", "-inform", "DER", "-noout", "-text", "-nameopt", "RFC2253", data=request).decode()
    found = re.search(what, text)
    return found.group(1) if found else None


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, kind, body, *fields):
        whole = kind.startswith("multipart")
        text = body if whole else base64.encodebytes(body)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if not whole:
            self.send_header("Content-Transfer-Encoding", "base64")
        self.send_header("Content-Length", str(len(text)))
        for name, value in fields:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def client(self):
        """The common name in the certificate that TLS has verified."""
        found = (self.connection.getpeercert() or {}).get("subject", ())
        return next((v for rdn in found for k, v in rdn if k == "commonName"), None)

    def do_GET(self):
        if self.path == "/.well-known/est/cacerts":
            print("cacerts for", self.client() or "nobody", flush=True)
            self.answer(200, "application/pkcs7-mime", certs_only(ca))
        elif self.path == "/.well-known/est/csrattrs":
            self.answer(200, "application/csrattrs", attributes)
        else:
            self.answer(404, "text/plain", b"")

    def do_POST(self):
        request = base64.b64decode(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.path.rpartition("/")[2]
        try:
            openssl("req", "-inform", "DER", "-noout", "-verify", data=request)
            vouched = registrar is not None and self.client() == registrar
            unique = bound and not vouched and base64.b64encode(self.connection.get_channel_binding("tls-unique")).decode()
            if unique and said(request, r"challengePassword\s*:\s*(\S+)") != unique:
                raise ValueError("the request is not bound to the session")
            if not self.client() or not vouched and said(request, r"Subject: CN=(\S+)") != self.client():
                raise ValueError("the request is another's")
        except ValueError as why:
            print("refused:", why, flush=True)
            self.answer(400, "text/plain", b"")
            return
        if operation == "simpleenroll" and self.client() not in asked:
            asked.add(self.client())
            print("202 for", self.client(), flush=True)
            self.answer(202, "text/plain", b"", ("Retry-After", "1"))
            return
        if operation == "serverkeygen":
            body, how = made(request)
            print("serverkeygen for", self.client(), "over", self.connection.version(), how, flush=True)
            self.answer(200, "multipart/mixed; boundary=one", body)
            return
        issue(request)
        issuer = dict(pair for rdn in self.connection.getpeercert()["issuer"] for pair in rdn)["commonName"]
        print(operation, "for", self.client(), "with a certificate of", issuer, flush=True)
        self.answer(200, CERTS, certs_only("issued.pem"))

    def log_message(self, *_):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
if bound:
    context.maximum_version = ssl.TLSVersion.TLSv1_2
else:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
context.set_ciphers("ECDHE-ECDSA-AES128-CCM")
context.load_cert_chain(chain, key)
context.load_verify_locations(anchors)
context.verify_mode = ssl.CERT_OPTIONAL
with http.server.HTTPServer(("127.0.0.1", int(port)), Server) as server:
    server.handle_error = lambda *_: print("refused:", sys.exc_info()[1], flush=True)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print("listens", flush=True)
    server.serve_forever()
