package io.github.chirpconnect.channel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;

/**
 * A key with a self-signed certificate, made for the test run by the JDK's keytool, and the forms
 * in which people keep such things.
 */
public record Identity(PrivateKey key, X509Certificate certificate) {
  public static final String PASSWORD = "change-it";

  /** For the host {@code chirpstack.test} and for no other. */
  public static final Identity SERVER = make("chirpstack.test");

  public static final Identity CLIENT = make("connect-worker.test");
  public static final Identity STRANGER = make("chirpstack.test");

  static Identity make(String host) {
    return make(host, "EC", "-groupname", "secp256r1");
  }

  public static Identity makeRsa(String host) {
    return make(host, "RSA", "-keysize", "2048");
  }

  private static Identity make(String host, String algorithm, String size, String value) {
    try {
      Path directory = Files.createTempDirectory("identity");
      Path file = directory.resolve("store.p12");
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  "it",
                  "-keyalg",
                  algorithm,
                  size,
                  value,
                  "-dname",
                  "CN=" + host,
                  "-ext",
                  "san=dns:" + host,
                  "-validity",
                  "2",
                  "-storetype",
                  "PKCS12",
                  "-storepass",
                  PASSWORD,
                  "-keystore",
                  file.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (keytool.waitFor() != 0) {
        throw new IllegalStateException("keytool: " + said);
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(file)) {
        store.load(in, PASSWORD.toCharArray());
      }
      Files.delete(file);
      Files.delete(directory);
      return new Identity(
          (PrivateKey) store.getKey("it", PASSWORD.toCharArray()),
          (X509Certificate) store.getCertificate("it"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public String certificatePem() throws GeneralSecurityException {
    return pem("CERTIFICATE", certificate.getEncoded());
  }

  public String keyPem() {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  /** The traditional form of an RSA key, which is what its PKCS#8 form holds. */
  public String pkcs1KeyPem() {
    byte[] pkcs8 = key.getEncoded();
    // A sequence, the version and the algorithm come before, with lengths of two bytes.
    return pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length));
  }

  /** The traditional form of a key on secp256r1, with the curve beside it. */
  public String sec1KeyPem() {
    byte[] number = ((ECPrivateKey) key).getS().toByteArray();
    byte[] s = new byte[32];
    int length = Math.min(number.length, s.length);
    System.arraycopy(number, number.length - length, s, s.length - length, length);
    byte[] der =
        HexFormat.of()
            .parseHex(
                "303102010104" + "20" + HexFormat.of().formatHex(s) + "a00a06082a8648ce3d030107");
    return "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
        + pem("EC PRIVATE KEY", der);
  }

  /** In the scheme of {@code openssl pkcs8 -topk8}, and those like it. */
  public String encryptedKeyPem(String scheme, String password)
      throws GeneralSecurityException, IOException {
    Cipher cipher = Cipher.getInstance(scheme);
    cipher.init(
        Cipher.ENCRYPT_MODE,
        SecretKeyFactory.getInstance(scheme)
            .generateSecret(new PBEKeySpec(password.toCharArray())));
    byte[] encrypted = cipher.doFinal(key.getEncoded());
    return pem(
        "ENCRYPTED PRIVATE KEY",
        element(0x30, pbes2(cipher.getParameters().getEncoded()), element(0x04, encrypted)));
  }

  /** The JDK writes the parameters of PBES2, and does not name it. */
  private static byte[] pbes2(byte[] parameters) {
    byte[] name = HexFormat.of().parseHex("06092a864886f70d01050d");
    return element(0x30, name, parameters);
  }

  private static byte[] element(int tag, byte[]... contents) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : contents) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.size() >= 0x100) {
      out.write(0x82);
      out.write(content.size() >>> 8);
    } else if (content.size() >= 0x80) {
      out.write(0x81);
    }
    out.write(content.size());
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  public String encryptedKeyPem(String password) throws GeneralSecurityException, IOException {
    String algorithm = "PBEWithSHA1AndDESede";
    SecretKey secret =
        SecretKeyFactory.getInstance(algorithm)
            .generateSecret(new PBEKeySpec(password.toCharArray()));
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(
        Cipher.ENCRYPT_MODE, secret, new PBEParameterSpec(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, 99));
    AlgorithmParameters parameters = cipher.getParameters();
    return pem(
        "ENCRYPTED PRIVATE KEY",
        new EncryptedPrivateKeyInfo(parameters, cipher.doFinal(key.getEncoded())).getEncoded());
  }

  /** A store that trusts this identity. */
  public Path trustStore(Path file, String type) throws GeneralSecurityException, IOException {
    KeyStore store = empty(type);
    store.setCertificateEntry("it", certificate);
    return write(store, file);
  }

  /** A store that is this identity. */
  public Path keyStore(Path file, String type, String keyPassword)
      throws GeneralSecurityException, IOException {
    KeyStore store = empty(type);
    store.setKeyEntry(
        "it", key, keyPassword.toCharArray(), List.of(certificate).toArray(X509Certificate[]::new));
    return write(store, file);
  }

  public static KeyStore empty(String type) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(type);
    store.load(null, null);
    return store;
  }

  public static Path write(KeyStore store, Path file) throws GeneralSecurityException, IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  private static String pem(String what, byte[] content) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
        + "\n-----END "
        + what
        + "-----\n";
  }
}
