"""Seals a secret as Magento does: ChaCha20-Poly1305 (RFC 8439), the nonce as associated data.

Usage: seal_magento.py VERSION KEY NONCE_HEX SECRET

The vectors in `src/domain/import/tests.rs` are what this prints; a test with `interop-tests` runs it again.
"""

import base64
import sys

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

version, key, nonce, secret = sys.argv[1:]
raw = base64.b64decode(key[6:]) if key.startswith("base64") else key.encode()
nonce = bytes.fromhex(nonce)
sealed = ChaCha20Poly1305(raw).encrypt(nonce, secret.encode(), nonce)
print(f"{version}:3:{base64.b64encode(nonce + sealed).decode()}")
