package io.github.chirpconnect.channel.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Reads private keys in PEM text in OpenSSL's forms. Kafka's own code reads only PKCS#8, and
 * encrypted keys only of old schemes; so each form is converted to plain PKCS#8 in memory.
 */
final class PemKeys {
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private static final int INTEGER = 0x02;
  private static final int OCTETS = 0x04;
  private static final int SEQUENCE = 0x30;

  /** [0], in which an elliptic curve key names its curve. */
  private static final int CURVE = 0xa0;

  private static final byte[] ZERO = {INTEGER, 1, 0};

  /** 1.2.840.113549.1.1.1 and its NULL. */
  private static final byte[] RSA = {
    6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  /** 1.2.840.10045.2.1. */
  private static final byte[] ELLIPTIC_CURVE = {
    6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1
  };

  private static final String CONVERT =
      "; convert it with openssl pkcs8 -topk8 -in OLD -out NEW, and configure that";

  private PemKeys() {}

  /** What is wrong with a key. */
  static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean password;

    UnusableException(boolean password, String message) {
      super(message);
      this.password = password;
    }

    /** Whether it is the password rather than the key. */
    boolean ofPassword() {
      return password;
    }
  }

  static boolean isPem(String text) {
    return text.contains("-----BEGIN ");
  }

  /**
   * The same text, with its private key as plain PKCS#8. Text without a private key is returned
   * unchanged.
   *
   * @param password null for none
   */
  static String readable(String text, char[] password) throws UnusableException {
    Matcher key = KEY.matcher(text);
    if (!key.find()) {
      return text;
    }
    byte[] plain = plain(key.group(1), key.group(2), password);
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(plain)
            + "\n-----END PRIVATE KEY-----\n";
    return text.substring(0, key.start()) + pem + text.substring(key.end());
  }

  private static byte[] plain(String form, String content, char[] password)
      throws UnusableException {
    if (content.contains("ENCRYPTED")) {
      throw new UnusableException(
          false, "holds a private key that is encrypted in OpenSSL's old form" + CONVERT);
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(content.strip());
      return switch (form) {
        case "PRIVATE KEY" -> der;
        case "ENCRYPTED PRIVATE KEY" -> decrypted(der, password);
        case "RSA PRIVATE KEY" -> pkcs8(RSA, der);
        case "EC PRIVATE KEY" -> pkcs8(concat(ELLIPTIC_CURVE, curve(der)), der);
        default ->
            throw new UnusableException(
                false,
                "holds a private key in a form that is not known ("
                    + form.replace(" PRIVATE KEY", "")
                    + ")"
                    + CONVERT);
      };
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new UnusableException(false, "holds a private key that is damaged");
    }
  }

  private static byte[] decrypted(byte[] der, char[] password) throws UnusableException {
    if (password == null) {
      throw new UnusableException(true, "is needed, since the private key is encrypted");
    }
    EncryptedPrivateKeyInfo info;
    Cipher cipher;
    try {
      info = new EncryptedPrivateKeyInfo(der);
      AlgorithmParameters parameters = info.getAlgParameters();
      // Of PBES2 the JDK knows the scheme in full from the parameters alone.
      String scheme =
          info.getAlgName().startsWith("PBE") && !info.getAlgName().equals("PBES2")
              ? info.getAlgName()
              : String.valueOf(parameters);
      cipher = Cipher.getInstance(scheme);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(password)),
          parameters);
    } catch (IOException | GeneralSecurityException e) {
      throw new UnusableException(
          false,
          "holds a private key that is encrypted in a way that this JVM does not know ("
              + e.getMessage()
              + ")"
              + CONVERT);
    }
    try {
      return info.getKeySpec(cipher).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new UnusableException(true, "does not open the private key");
    }
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return element(SEQUENCE, concat(ZERO, element(SEQUENCE, algorithm), element(OCTETS, key)));
  }

  /**
   * The name of its curve, which is beside the key in this form and with the algorithm in the
   * other.
   */
  private static byte[] curve(byte[] der) {
    int at = content(der, 0);
    while (at < der.length) {
      int content = content(der, at);
      int end = content + length(der, at);
      if (end <= at) {
        throw new IllegalArgumentException("a length beyond all bounds");
      }
      if ((der[at] & 0xff) == CURVE) {
        return Arrays.copyOfRange(der, content, end);
      }
      at = end;
    }
    throw new IllegalArgumentException("an elliptic curve key without its curve");
  }

  /** Where an element's content begins. */
  private static int content(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = at + 2; i < content(der, at); i++) {
      length = (length << 8) | (der[i] & 0xff);
    }
    return length;
  }

  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    // In as few bytes as will do: others are refused.
    if (content.length >= 0x100) {
      out.write(0x82);
      out.write(content.length >>> 8);
    } else if (content.length >= 0x80) {
      out.write(0x81);
    }
    out.write(content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
