#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Our DTLS sessions against gnutls-serv, gnutls-cli and openssl on loopback, in a network namespace of their
# own: pre-shared keys, alone and with ephemeral ones, and raw public keys, as client and as server.
set -u
peer=$1
case "${2:-}" in
inside) ;;
*)
    for tool in unshare ip gnutls-serv gnutls-cli certtool openssl; do
        if ! command -v "$tool" >/dev/null; then
            echo "skipped: $tool is not installed"
            exit 77
        fi
    done
    if ! unshare -n true 2>/dev/null; then
        echo "skipped: no right to make a network namespace"
        exit 77
    fi
    exec unshare -n "$0" "$peer" inside
    ;;
esac
ip link set lo up || exit 1
work=$(mktemp -d) || exit 1
server=
# shellcheck disable=SC2317 # called by the trap
finish() {
    [ -n "$server" ] && kill "$server" 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
cd "$work" || exit 1
key=5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a
common=NONE:+VERS-DTLS1.2:+AES-128-CCM-8:+AEAD:+COMP-NULL:+SIGN-ALL:+GROUP-ALL
psk=$common:+PSK
ecdhe_psk=NONE:+VERS-DTLS1.2:+CHACHA20-POLY1305:+AEAD:+COMP-NULL:+SIGN-ALL:+GROUP-ALL:+ECDHE-PSK
rpk=$common:+ECDHE-ECDSA:+CTYPE-CLI-RAWPK:+CTYPE-SRV-RAWPK
printf 'device:%s\n' $key >passwd
{
    certtool --generate-privkey --key-type ecdsa --curve secp256r1 --no-text --outfile key.pem
    certtool --pubkey-info --load-privkey key.pem --no-text --outfile pub.pem
    certtool --pubkey-info --load-privkey key.pem --outder --no-text --outfile pub.der
} >certtool.log 2>&1 || { cat certtool.log; exit 1; }
sed -n '/BEGIN PUBLIC/,/END PUBLIC/p' pub.pem >pub.clean && mv pub.clean pub.pem

wait_port() { # until something is bound to UDP port $1
    hex=$(printf ':%04X' "$1")
    for _ in $(seq 100); do
        grep -q "$hex " /proc/net/udp /proc/net/udp6 && return
        sleep 0.05
    done
    echo "nothing listens on port $1"
    exit 1
}
failed=0
report() { # status, words
    if [ "$1" -eq 0 ]; then echo "ok: $2"; else failed=1; echo "FAILED: $2"; cat ./*.log; fi
}

gnutls-serv --udp --echo --quiet --port 5001 --priority "$psk" --pskpasswd passwd \
    >serv-psk.log 2>&1 &
server=$!
wait_port 5001
"$peer" client psk 5001 1
report $? "our client, gnutls-serv, PSK"
kill "$server"; wait "$server" 2>/dev/null

gnutls-serv --udp --echo --quiet --port 5005 --priority "$ecdhe_psk" --pskpasswd passwd \
    >serv-ecdhe-psk.log 2>&1 &
server=$!
wait_port 5005
"$peer" client ecdhe-psk 5005 5
report $? "our client, gnutls-serv, PSK with ephemeral keys"
kill "$server"; wait "$server" 2>/dev/null

gnutls-serv --udp --echo --quiet --port 5002 --priority "$rpk" --rawpkkeyfile key.pem \
    --rawpkfile pub.pem --require-client-cert >serv-rpk.log 2>&1 &
server=$!
wait_port 5002
"$peer" client rpk 5002 2 pub.der
report $? "our client, gnutls-serv, raw public keys"
kill "$server"; wait "$server" 2>/dev/null

"$peer" server psk 5003 3 &
server=$!
wait_port 5003
{ echo hello; sleep 1; } | gnutls-cli --udp --port 5003 --priority "$psk" --pskusername device \
    --pskkey $key 127.0.0.1 >cli-psk.log 2>&1
wait "$server"
report $? "our server, gnutls-cli, PSK"

"$peer" server ecdhe-psk 5006 6 &
server=$!
wait_port 5006
{ echo hello; sleep 1; } | openssl s_client -dtls1_2 -connect 127.0.0.1:5006 -psk_identity device -psk $key \
    -cipher ECDHE-PSK-CHACHA20-POLY1305 -legacy_server_connect -quiet -no_ign_eof >cli-ecdhe-psk.log 2>&1
wait "$server"
report $? "our server, openssl s_client, PSK with ephemeral keys"

"$peer" server rpk 5004 4 pub.der &
server=$!
wait_port 5004
{ echo hello; sleep 1; } | gnutls-cli --udp --port 5004 --priority "$rpk" --insecure \
    --rawpkkeyfile key.pem --rawpkfile pub.pem 127.0.0.1 >cli-rpk.log 2>&1
wait "$server"
report $? "our server, gnutls-cli, raw public keys"
server=
exit $failed
