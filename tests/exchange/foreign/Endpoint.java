// An endpoint as people write it in Java, with one mistake, chosen by the path: "/default" leaves Java's default for
// MGF1, SHA-1; "/early" turns the vector over before it opens; "/forgot" never does; "/short" takes tags of 96 bits.
// Usage: java Endpoint.java PRIVATE_PKCS8.pem

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

public class Endpoint {
  static PrivateKey privateKey;

  static byte[] member(String json, String name) {
    Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
    if (!found.find()) throw new IllegalArgumentException(name);
    return Base64.getDecoder().decode(found.group(1).replace("\\/", "/"));
  }

  static void turn(byte[] iv) {
    for (int i = 0; i < iv.length; i++) iv[i] ^= (byte) 0xff;
  }

  static String answer(String body, String mistake) throws GeneralSecurityException {
    Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
    if (mistake.equals("default")) {
      rsa.init(Cipher.DECRYPT_MODE, privateKey);
    } else {
      rsa.init(Cipher.DECRYPT_MODE, privateKey,
          new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
    }
    int bits = mistake.equals("short") ? 96 : 128;
    SecretKeySpec key = new SecretKeySpec(rsa.doFinal(member(body, "encrypted_aes_key")), "AES");
    byte[] iv = member(body, "initial_vector");
    Cipher aes = Cipher.getInstance("AES/GCM/NoPadding");
    if (mistake.equals("early")) turn(iv);
    aes.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(bits, iv));
    aes.doFinal(member(body, "encrypted_flow_data"));
    if (!mistake.equals("early") && !mistake.equals("forgot")) turn(iv);
    aes.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(bits, iv));
    byte[] sealed = aes.doFinal("{\"data\":{\"status\":\"active\"}}".getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(sealed);
  }

  static void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    byte[] text = new byte[0];
    int status = 200;
    try {
      text = answer(body, exchange.getRequestURI().getPath().substring(1)).getBytes(StandardCharsets.US_ASCII);
    } catch (GeneralSecurityException | IllegalArgumentException error) {
      status = 421;
    }
    exchange.sendResponseHeaders(status, text.length == 0 ? -1 : text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  public static void main(String[] arguments) throws Exception {
    String pem = Files.readString(Path.of(arguments[0])).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    privateKey = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", Endpoint::handle);
    server.start();
    System.out.println(server.getAddress().getPort());
  }
}
