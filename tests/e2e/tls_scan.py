"""sslscan in front of a server that refuses clients without its ALPN name, which scanners do not send.

A relay adds ALPN to each ClientHello that has none. It is enough for what sslscan asks by bytes of its own; where it
completes a handshake, which covers the ClientHello, a few preloaded lines make OpenSSL ask in the first place.
"""

import os
import shutil
import socket
import struct
import subprocess
import threading
import xml.etree.ElementTree

from server import PATIENCE
from world import Skip

ALPN = 16
HANDSHAKE, CLIENT_HELLO = 0x16, 1
PRELOADED = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <openssl/ssl.h>
SSL *SSL_new(SSL_CTX *context)
{
    SSL *(*next)(SSL_CTX *) = (SSL *(*)(SSL_CTX *))dlsym(RTLD_NEXT, "SSL_new");
    SSL *ssl = next(context);
    if (ssl != NULL)
        SSL_set_alpn_protos(ssl, (const unsigned char *)ASKS, sizeof ASKS - 1);
    return ssl;
}
"""


def counted(size, data):
    return len(data).to_bytes(size, "big") + data


def with_alpn(record, asks):
    """A record with a ClientHello, which asks for this name from now on."""
    head, hello = record[:5], record[9:]
    at = 34 + 1 + hello[34]                                         # version, random, session
    at += 2 + int.from_bytes(hello[at:at + 2], "big")               # ciphers
    at += 1 + hello[at]                                             # compression
    extensions, rest = hello[at + 2:], hello[at + 2:]
    while len(rest) >= 4:
        kind, length = struct.unpack_from(">HH", rest)
        if kind == ALPN:
            return record
        rest = rest[4 + length:]
    extensions = struct.pack(">H", ALPN) + counted(2, counted(2, counted(1, asks))) + extensions
    hello = bytes([CLIENT_HELLO]) + counted(3, hello[:at] + counted(2, extensions))
    return head[:3] + counted(2, hello)


def is_whole_hello(data):
    return len(data) >= 10 and data[0] == HANDSHAKE and data[5] == CLIENT_HELLO \
        and len(data) == 5 + int.from_bytes(data[3:5], "big")


class Relay:
    def __init__(self, port, asks):
        self.port, self.asks = port, asks
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.port))
            for one, other, asks in ((client, server, self.asks), (server, client, None)):
                threading.Thread(target=self.carry, args=(one, other, asks), daemon=True).start()

    @staticmethod
    def carry(one, other, asks):
        """A ClientHello comes whole: each scanner sends it at once."""
        try:
            while data := one.recv(65536):
                other.sendall(with_alpn(data, asks) if asks and is_whole_hello(data) else data)
                asks = None
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.listener.close()


def scan(folder, port, asks, certificate, key):
    """The root of what it writes as XML. Left out is what takes seconds: heartbeats, which OpenSSL 3 has not, and older
    versions after a failure, of which there are none."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if shutil.which("sslscan") is None or compiler is None:
        raise Skip("needs sslscan and a C compiler")
    preloaded, result = os.path.join(folder, "asks.so"), os.path.join(folder, "scan.xml")
    text = "".join(f"\\x{byte:02x}" for byte in counted(1, asks))
    made = subprocess.run([compiler, "-shared", "-fPIC", f'-DASKS="{text}"', "-x", "c", "-", "-o", preloaded, "-ldl"],
                          input=PRELOADED, text=True, capture_output=True, check=False)
    if made.returncode != 0:
        raise Skip(f"the lines for sslscan do not compile: {made.stderr}")
    relay = Relay(port, asks)
    try:
        subprocess.run(["sslscan", f"--xml={result}", f"--certs={certificate}", f"--pk={key}", "--sni-name=localhost",
                        "--show-client-cas", "--no-heartbleed", "--no-fallback",
                        f"127.0.0.1:{relay.listener.getsockname()[1]}"], capture_output=True, timeout=10 * PATIENCE,
                       env={**os.environ, "LD_PRELOAD": preloaded}, check=False)
    finally:
        relay.close()
    return xml.etree.ElementTree.parse(result).getroot()
