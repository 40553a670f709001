#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A pledge of BRSKI (RFC 8995) of which nothing is imprint's: TLS 1.2 with tls-unique by OpenSSL in Python's
ssl, HTTP by Python's http.client, signed vouchers, requests and certificates by openssl's command. All of it
in one session, which is provisional until the voucher pins the registrar's authority. Each line that it
prints is one thing that it has verified.

Usage: brski_pledge.py PORT SERIAL IDEVID KEY MASA-ANCHOR, certificates and key in PEM"""

import base64
import http.client
import json
import os
import ssl
import subprocess
import sys
import tempfile

port, serial, idevid, key, anchor = sys.argv[1:]
CMS = "application/voucher-cms+json"
VOUCHER = "1.2.840.113549.1.9.16.1.40"  # id-ct-animaJSONVoucher


def openssl(*words, data=None):
    done = subprocess.run(["openssl", *words], input=data, capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"openssl {words[0]}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def file(name, octets):
    with open(name, "wb") as f:
        f.write(octets)
    return name


def must(holds, what):
    print("ok" if holds else "not ok", what)
    if not holds:
        sys.exit(1)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
context.maximum_version = ssl.TLSVersion.TLSv1_2
context.set_ciphers("ECDHE-ECDSA-AES128-CCM")
context.load_cert_chain(idevid, key)
link = http.client.HTTPSConnection("127.0.0.1", int(port), context=context, timeout=10)
link.connect()
registrar = link.sock.getpeercert(binary_form=True)
bound = base64.b64encode(link.sock.get_channel_binding("tls-unique")).decode()


def ask(method, path, kind=None, body=None, status=200):
    link.request(method, "/.well-known/" + path, body, {"Content-Type": kind} if kind else {})
    answer = link.getresponse()
    octets = answer.read()
    must(answer.status == status, f"{path}: {answer.status} {answer.getheader('Content-Type') or ''}".rstrip())
    return octets


def request(**leaves):
    text = json.dumps({"ietf-voucher-request:voucher": leaves}).encode()
    return openssl("cms", "-sign", "-binary", "-nodetach", "-econtent_type", VOUCHER, "-signer", idevid,
                   "-inkey", key, "-outform", "DER", data=text)


os.chdir(tempfile.mkdtemp())
nonce = base64.b64encode(os.urandom(16)).decode()
own = base64.b64encode(registrar).decode()
leaves = {"assertion": "proximity", "nonce": nonce, "serial-number": serial, "proximity-registrar-cert": own}
ask("POST", "brski/requestvoucher", CMS, request(**{**leaves, "serial-number": "device-2"}), 403)
ask("POST", "brski/requestvoucher", "text/plain", b"please", 415)
signed = ask("POST", "brski/requestvoucher", CMS, request(**leaves))
file("voucher", signed)
voucher = json.loads(openssl("cms", "-verify", "-inform", "DER", "-in", "voucher", "-CAfile", anchor,
                             "-purpose", "any", "-no_check_time"))["ietf-voucher:voucher"]
must(voucher["nonce"] == nonce and voucher["serial-number"] == serial, "the voucher is for this request")
file("pinned.der", base64.b64decode(voucher["pinned-domain-cert"]))
file("pinned.pem", openssl("x509", "-inform", "DER", "-in", "pinned.der"))
file("registrar.pem", openssl("x509", "-inform", "DER", data=registrar))
openssl("verify", "-no_check_time", "-CAfile", "pinned.pem", "registrar.pem")
must(True, "the registrar is below the pinned certificate")
ask("POST", "brski/voucher_status", "application/json", b'{"version":1,"status":true}')

file("cas", base64.b64decode(ask("GET", "est/cacerts")))
cas = openssl("pkcs7", "-inform", "DER", "-in", "cas", "-print_certs")
file("cas.pem", cas)
must(b"Operator CA" in cas, "the operator's authority")
openssl("asn1parse", "-inform", "DER", data=base64.b64decode(ask("GET", "est/csrattrs")))

file("req.cnf", f"[req]\nprompt=no\ndistinguished_name=dn\nattributes=at\n[dn]\nCN={serial}\n[at]\n"
     f"challengePassword={bound}\n".encode())
file("own.key", openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))
csr = base64.b64encode(openssl("req", "-new", "-key", "own.key", "-config", "req.cnf", "-outform", "DER"))
file("crt", base64.b64decode(ask("POST", "est/simpleenroll", "application/pkcs10", csr)))
file("own.pem", openssl("pkcs7", "-inform", "DER", "-in", "crt", "-print_certs"))
openssl("verify", "-no_check_time", "-purpose", "sslclient", "-CAfile", "cas.pem", "own.pem")
same = openssl("x509", "-in", "own.pem", "-noout", "-pubkey") == openssl("pkey", "-in", "own.key", "-pubout")
must(same, "a certificate for the pledge's own key")
ask("POST", "brski/enrollstatus", "application/json", b'{"version":1,"status":true}')
