#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""An EST server (RFC 7030) of which nothing is imprint's: TLS 1.2 and tls-unique by OpenSSL in Python's
ssl, HTTP by Python's http.server, requests, certificates and certificate sets by openssl's command.
Each line that it prints is one thing that it has verified, or refused.

Usage: est_server.py PORT CHAIN KEY CLIENT-ANCHORS CA CA-KEY"""

import base64
import http.server
import re
import ssl
import subprocess
import sys

port, chain, key, anchors, ca, ca_key = sys.argv[1:]
attributes = bytes.fromhex("301506092a864886f70d01090706082a8648ce3d040302")  # challengePassword, ecdsa-with-SHA256
asked = set()  # who has been told to come again


def openssl(*words, data=None):
    done = subprocess.run(["openssl", *words], input=data, capture_output=True, check=False)
    if done.returncode != 0:
        raise ValueError(f"openssl {words[0]}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def certs_only(*files):
    words = [word for file in files for word in ("-certfile", file)]
    return openssl("crl2pkcs7", "-nocrl", "-outform", "DER", *words)


def said(request, what):
    text = openssl("req", "-inform", "DER", "-noout", "-text", "-nameopt", "RFC2253", data=request).decode()
    found = re.search(what, text)
    return found.group(1) if found else None


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, kind, body, *fields):
        text = base64.encodebytes(body)
        self.send_response(status)
        self.send_header("Content-Type", kind)
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
            bound = base64.b64encode(self.connection.get_channel_binding("tls-unique")).decode()
            if said(request, r"challengePassword\s*:\s*(\S+)") != bound:
                raise ValueError("the request is not bound to the session")
            if not self.client() or said(request, r"Subject: CN=(\S+)") != self.client():
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
        with open("issued.pem", "wb") as out:
            out.write(openssl("x509", "-req", "-inform", "DER", "-CA", ca, "-CAkey", ca_key, "-days", "9", data=request))
        issuer = dict(pair for rdn in self.connection.getpeercert()["issuer"] for pair in rdn)["commonName"]
        print(operation, "for", self.client(), "with a certificate of", issuer, flush=True)
        self.answer(200, "application/pkcs7-mime; smime-type=certs-only", certs_only("issued.pem"))

    def log_message(self, *_):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.maximum_version = ssl.TLSVersion.TLSv1_2
context.set_ciphers("ECDHE-ECDSA-AES128-CCM")
context.load_cert_chain(chain, key)
context.load_verify_locations(anchors)
context.verify_mode = ssl.CERT_OPTIONAL
with http.server.HTTPServer(("127.0.0.1", int(port)), Server) as server:
    server.handle_error = lambda *_: print("refused:", sys.exc_info()[1], flush=True)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print("listens", flush=True)
    server.serve_forever()
