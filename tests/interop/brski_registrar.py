#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A registrar and a MASA of BRSKI (RFC 8995) of which nothing is imprint's: TLS 1.2 with tls-unique by OpenSSL
in Python's ssl, HTTP by Python's http.server, vouchers and certificates by openssl's command. It says where it
is by GRASP, answers the first request with 202, and prints a line for each thing that it has verified. With
"mute" it is one that says so, takes connections, and says nothing on them.

Its files, in PEM and in the folder where it runs: registrar, operator, masa, masa-ca with their .key, and maker.
Usage: brski_registrar.py PORT GRASP-PORT WRONG, the latter "nonce", "domain" or "nothing" in the first voucher,
or mute."""

import base64
import http.server
import json
import socket
import ssl
import subprocess
import sys

port, grasp, wrong = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
CMS = "application/voucher-cms+json"
VOUCHER = "1.2.840.113549.1.9.16.1.40"  # id-ct-animaJSONVoucher
CERTS = "application/pkcs7-mime; smime-type=certs-only"
# challengePassword, ecdsa-with-SHA256
ATTRIBUTES = bytes.fromhex("301506092a864886f70d01090706082a8648ce3d040302")
seen = []  # requests for vouchers


def openssl(*words, data=None):
    done = subprocess.run(["openssl", *words], input=data, capture_output=True, check=False)
    if done.returncode != 0:
        raise ValueError(f"openssl {words[0]}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def der(name):
    return openssl("x509", "-in", name, "-outform", "DER")


def must(holds, what):
    if not holds:
        raise ValueError(what)


def flood():
    """[M_FLOOD, session-id, initiator, ttl, [["AN_Proxy", 4, 1, ""], [O_IPv6_LOCATOR, ::1, TCP, port]]]"""
    here = b"\x50" + socket.inet_pton(socket.AF_INET6, "::1")
    octets = (b"\x85\x09\x1a\x01\x02\x03\x04" + here + b"\x1a\x00\x02\xbf\x20\x82\x84\x68AN_Proxy\x04\x01\x60"
              + b"\x84\x18\x67" + here + b"\x06\x19" + port.to_bytes(2, "big"))
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
        s.sendto(octets, ("::1", grasp))


def voucher(request, serial):
    """What the MASA says to a request that the pledge has signed."""
    asked = json.loads(openssl("cms", "-verify", "-inform", "DER", "-CAfile", "maker.pem", "-purpose", "any",
                               "-no_check_time", data=request))["ietf-voucher-request:voucher"]
    must(asked["assertion"] == "proximity" and asked["serial-number"] == serial, "another's request")
    must(base64.b64decode(asked["proximity-registrar-cert"]) == der("registrar.pem"), "another registrar")
    first = len({*seen}) == 1
    leaves = {"created-on": "2026-01-01T00:00:00Z", "assertion": "verified", "serial-number": serial,
              "nonce": "AAAAAAAAAAAAAAAAAAAAAA==" if first and wrong == "nonce" else asked["nonce"],
              "pinned-domain-cert": base64.b64encode(
                  der("masa-ca.pem" if first and wrong == "domain" else "operator.pem")).decode()}
    return openssl("cms", "-sign", "-binary", "-nodetach", "-econtent_type", VOUCHER, "-signer", "masa.pem",
                   "-inkey", "masa.key", "-certfile", "masa-ca.pem", "-outform", "DER",
                   data=json.dumps({"ietf-voucher:voucher": leaves}).encode())


def certs_only(name):
    return base64.encodebytes(openssl("crl2pkcs7", "-nocrl", "-outform", "DER", "-certfile", name))


class Registrar(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, kind, body, *fields):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in fields:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def serial(self):
        """serialNumber in the certificate that TLS has verified."""
        subject = self.connection.getpeercert()["subject"]
        return next(v for rdn in subject for k, v in rdn if k == "serialNumber")

    def do_GET(self):
        print(self.path.rpartition("/")[2], flush=True)
        if self.path == "/.well-known/est/cacerts":
            self.answer(200, CERTS, certs_only("operator.pem"))
        else:
            self.answer(200, "application/csrattrs", base64.b64encode(ATTRIBUTES))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.path.rpartition("/")[2]
        try:
            getattr(self, operation)(body)
        except ValueError as why:
            print("refused:", why, flush=True)
            self.answer(403, "text/plain", b"")

    def requestvoucher(self, body):
        must(self.headers["Content-Type"] == CMS and self.headers["Accept"] == CMS, "media type")
        seen.append(body)
        if len(seen) == 1:
            print("202", flush=True)
            self.answer(202, "text/plain", b"", ("Retry-After", "1"))
            return
        if len(seen) == 2:
            must(seen[0] == body, "the request is not the same again")
        signed = voucher(body, self.serial())
        print("voucher for", self.serial(), flush=True)
        self.answer(200, CMS, signed)

    def status(self, what, body):
        said = json.loads(body)
        must(said["version"] == 1 and self.headers["Content-Type"] == "application/json", "form")
        print(what, "is good" if said["status"] else "is bad", flush=True)
        self.answer(200, "text/plain", b"")

    def voucher_status(self, body):
        self.status("voucher", body)

    def enrollstatus(self, body):
        self.status("enrolment", body)

    def simpleenroll(self, body):
        request = base64.b64decode(body)
        text = openssl("req", "-inform", "DER", "-verify", "-noout", "-text", data=request).decode()
        unique = base64.b64encode(self.connection.get_channel_binding("tls-unique")).decode()
        must(unique in text, "the request is not bound to the session")
        must(f"CN = {self.serial()}" in text, "the request is another's")
        with open("issued.pem", "wb") as out:
            out.write(openssl("x509", "-req", "-inform", "DER", "-CA", "operator.pem", "-CAkey", "operator.key",
                              "-days", "9", data=request))
        print("certificate for", self.serial(), flush=True)
        self.answer(200, CERTS, certs_only("issued.pem"))

    def log_message(self, *_):
        pass


def mute():
    with socket.create_server(("::1", port), family=socket.AF_INET6) as s:
        flood()
        while True:
            with s.accept()[0] as c:
                print("came", flush=True)
                while c.recv(4096):
                    pass
                print("gone", flush=True)


class Server(http.server.HTTPServer):
    address_family = socket.AF_INET6


if wrong == "mute":
    mute()
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.maximum_version = ssl.TLSVersion.TLSv1_2
context.set_ciphers("ECDHE-ECDSA-AES128-CCM")
context.load_cert_chain("registrar.pem", "registrar.key")
context.load_verify_locations("maker.pem")
context.verify_mode = ssl.CERT_REQUIRED
with Server(("::1", port), Registrar) as server:
    server.socket = context.wrap_socket(server.socket, server_side=True)
    flood()
    server.serve_forever()
