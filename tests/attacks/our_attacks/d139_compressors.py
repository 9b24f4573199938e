# d139 | task=upper | required=pass | zlib, gzip, bz2, lzma, base64, hashlib, hmac, secrets, uuid, struct
import base64, bz2, gzip, hashlib, hmac, lzma, secrets, struct, uuid, zlib
def upper(s):
    data = s.encode()
    for module in (zlib, gzip, bz2, lzma):
        data = module.decompress(module.compress(data))
    hashlib.blake2b(data).hexdigest(), hmac.new(b"k", data, "sha256").digest(), secrets.token_hex(), uuid.uuid4()
    return base64.b64decode(base64.b64encode(struct.pack(f"{len(data)}s", data))).decode().upper()
