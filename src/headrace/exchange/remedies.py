"""The right line of code for each usual mistake of an endpoint, by language.

Pure. The lines are for the libraries that people use: Python's `cryptography`, Node's `crypto`, PHP's openssl and
phpseclib, Java's `javax.crypto`, .NET with BouncyCastle, and Go's own packages.
"""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("Python", "Node", "PHP", "Java", "C#", "Go")

Lines = Mapping[str, str]


def _lines(*lines: str) -> Lines:
    return dict(zip(LANGUAGES, lines, strict=True))


OPENING_THE_KEY: Final = _lines(
    "private_key.decrypt(sealed_key, OAEP(mgf=MGF1(SHA256()), algorithm=SHA256(), label=None))",
    'crypto.privateDecrypt({ key: privateKey, padding: crypto.constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, '
    "sealedKey)",
    "$rsa->withPadding(RSA::ENCRYPTION_OAEP)->withHash('sha256')->withMGFHash('sha256')->decrypt($sealedKey) "
    "// phpseclib 3",
    'cipher.init(Cipher.DECRYPT_MODE, privateKey, new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, '
    "PSource.PSpecified.DEFAULT));",
    "rsa.Decrypt(sealedKey, RSAEncryptionPadding.OaepSHA256)",
    "rsa.DecryptOAEP(sha256.New(), nil, privateKey, sealedKey, nil)",
)
OPENING_THE_DATA: Final = _lines(
    "AESGCM(key).decrypt(iv, sealed, None)  # key and iv have 16 bytes each, the tag is at the end of sealed",
    'crypto.createDecipheriv("aes-128-gcm", key, iv).setAuthTag(sealed.subarray(-16)) '
    "// then update(sealed.subarray(0, -16))",
    "openssl_decrypt(substr($sealed, 0, -16), 'aes-128-gcm', $key, OPENSSL_RAW_DATA, $iv, substr($sealed, -16))",
    'Cipher.getInstance("AES/GCM/NoPadding").init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), '
    "new GCMParameterSpec(128, iv));",
    "new GcmBlockCipher(new AesEngine()).Init(false, new AeadParameters(new KeyParameter(key), 128, iv)) "
    "// BouncyCastle: AesGcm takes only 12 bytes",
    "gcm, err := cipher.NewGCMWithNonceSize(block, 16) // then gcm.Open(nil, iv, sealed, nil)",
)
TURNING: Final = _lines(
    "turned = bytes(byte ^ 0xFF for byte in iv)",
    "const turned = iv.map((byte) => ~byte);",
    "$turned = ~$iv;",
    "for (int i = 0; i < iv.length; i++) iv[i] ^= (byte) 0xFF;",
    "var turned = iv.Select(b => (byte)~b).ToArray();",
    "for i := range iv { iv[i] ^= 0xFF }",
)
SEALING: Final = _lines(
    "AESGCM(key).encrypt(turned, answer, None)  # turned has 16 bytes; the tag stands at the end",
    'const cipher = crypto.createCipheriv("aes-128-gcm", key, turned); '
    "// then Buffer.concat([cipher.update(answer), cipher.final(), cipher.getAuthTag()])",
    "openssl_encrypt($answer, 'aes-128-gcm', $key, OPENSSL_RAW_DATA, $turned, $tag) . $tag",
    'Cipher.getInstance("AES/GCM/NoPadding").init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), '
    "new GCMParameterSpec(128, turned));",
    "new GcmBlockCipher(new AesEngine()).Init(true, new AeadParameters(new KeyParameter(key), 128, turned)) "
    "// BouncyCastle: AesGcm takes only 12 bytes",
    "gcm, err := cipher.NewGCMWithNonceSize(block, 16) // then gcm.Seal(nil, turned, answer, nil)",
)
TAG: Final = _lines(
    "sealed = encryptor.update(answer) + encryptor.finalize() + encryptor.tag",
    "Buffer.concat([cipher.update(answer), cipher.final(), cipher.getAuthTag()])",
    "openssl_encrypt($answer, 'aes-128-gcm', $key, OPENSSL_RAW_DATA, $turned, $tag, '', 16) . $tag",
    "cipher.doFinal(answer) // with new GCMParameterSpec(128, turned): the tag is at the end",
    "byte[] sealed = [.. ciphertext, .. tag]; // the tag has 16 bytes",
    "gcm.Seal(nil, turned, answer, nil) // the tag is at the end",
)
ENCODING: Final = _lines(
    "base64.b64encode(sealed).decode()",
    'sealed.toString("base64")',
    "base64_encode($sealed) // with OPENSSL_RAW_DATA; without it openssl_encrypt has encoded already",
    "Base64.getEncoder().encodeToString(sealed)",
    "Convert.ToBase64String(sealed)",
    "base64.StdEncoding.EncodeToString(sealed)",
)
SENDING: Final = _lines(
    'return PlainTextResponse(text)  # Flask: return Response(text, mimetype="text/plain")',
    "res.send(text); // not res.json(…)",
    "echo $text; // not json_encode(…)",
    "return ResponseEntity.ok().contentType(MediaType.TEXT_PLAIN).body(text);",
    'return Content(text, "text/plain"); // not Ok(text), not Json(…)',
    "io.WriteString(w, text) // not json.NewEncoder(w)",
)
RAW_BODY: Final = _lines(
    "hmac.new(secret, await request.body(), hashlib.sha256)  # Flask: request.get_data()",
    "express.json({ verify: (req, res, bytes) => { req.rawBody = bytes; } }) // then sign req.rawBody",
    "hash_hmac('sha256', file_get_contents('php://input'), $secret)",
    "public ResponseEntity<String> receive(@RequestBody byte[] body, …) // then mac.doFinal(body)",
    "var body = new MemoryStream(); await Request.Body.CopyToAsync(body); // then HMACSHA256.HashData(secret, …)",
    "body, err := io.ReadAll(r.Body) // then mac.Write(body)",
)

JSON_ONCE: Final = _lines(
    "json.dumps(answer).encode()  # answer is a dict",
    "JSON.stringify(answer) // answer is an object",
    "json_encode($answer) // $answer is an array or object",
    "mapper.writeValueAsBytes(answer) // answer is no String",
    "JsonSerializer.SerializeToUtf8Bytes(answer) // answer is no string",
    "json.Marshal(answer) // answer is no string",
)
UTF_8: Final = _lines(
    'json.dumps(answer).encode("utf-8")',
    'Buffer.from(JSON.stringify(answer), "utf8")',
    "json_encode($answer)",
    "text.getBytes(StandardCharsets.UTF_8)",
    "Encoding.UTF8.GetBytes(text) // not Encoding.Unicode",
    "json.Marshal(answer)",
)
PREFIX: Final = _lines(
    'expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()',
    'const expected = "sha256=" + crypto.createHmac("sha256", secret).update(body).digest("hex");',
    "$expected = 'sha256=' . hash_hmac('sha256', $body, $secret);",
    'String expected = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));',
    'var expected = "sha256=" + Convert.ToHexString(HMACSHA256.HashData(secret, body)).ToLowerInvariant();',
    'expected := "sha256=" + hex.EncodeToString(mac.Sum(nil))',
)
TRIMMING: Final = _lines(
    "secret = secret.strip()",
    "secret = secret.trim();",
    "$secret = trim($secret);",
    "secret = secret.strip();",
    "secret = secret.Trim();",
    "secret = strings.TrimSpace(secret)",
)
PING: Final = _lines(
    'if request["action"] == "ping": answer = {"data": {"status": "active"}}',
    'if (request.action === "ping") answer = { data: { status: "active" } };',
    "if ($request['action'] === 'ping') $answer = ['data' => ['status' => 'active']];",
    'if (request.get("action").equals("ping")) answer = Map.of("data", Map.of("status", "active"));',
    'if (request.Action == "ping") answer = new { data = new { status = "active" } };',
    'if request.Action == "ping" { answer = map[string]any{"data": map[string]any{"status": "active"}} }',
)
LOADING: Final = _lines(
    "load_pem_private_key(pem, password=password.encode())",
    "crypto.createPrivateKey({ key: pem, passphrase: password })",
    "openssl_pkey_get_private($pem, $password)",
    "new JcaPEMKeyConverter().getPrivateKey(((PKCS8EncryptedPrivateKeyInfo) parser.readObject())"
    ".decryptPrivateKeyInfo(new JceOpenSSLPKCS8DecryptorProviderBuilder().build(password))) // BouncyCastle",
    "rsa.ImportFromEncryptedPem(pem, password)",
    "pkcs8.ParsePKCS8PrivateKeyRSA(block.Bytes, []byte(password)) // github.com/youmark/pkcs8",
)
