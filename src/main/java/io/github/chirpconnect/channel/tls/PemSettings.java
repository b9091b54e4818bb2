package io.github.chirpconnect.channel.tls;

import static io.github.chirpconnect.channel.tls.Tls.wrong;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_KEY_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_TYPE_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEY_PASSWORD_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG;

import io.github.chirpconnect.config.ConnectionConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** Turns PEM settings as people write them into settings that Kafka's code accepts. */
final class PemSettings {
  private static final int ENOUGH_TO_TELL = 64 << 10;
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", Pattern.DOTALL);

  private PemSettings() {}

  /**
   * @param trust whether those of the trust store or those of the key store
   * @throws ConfigException when text or file and type don't go together; it names the type's key
   */
  static void check(Map<String, ?> settings, boolean trust) {
    String type = trust ? SSL_TRUSTSTORE_TYPE_CONFIG : SSL_KEYSTORE_TYPE_CONFIG;
    boolean pem = DefaultSslEngineFactory.PEM_TYPE.equals(settings.get(type));
    List<String> texts =
        trust
            ? List.of(SSL_TRUSTSTORE_CERTIFICATES_CONFIG)
            : List.of(SSL_KEYSTORE_KEY_CONFIG, SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG);
    for (String text : texts) {
      if (!pem && settings.get(text) != null) {
        throw wrong(type, "has to be PEM, since " + ConnectionConfig.SSL_PREFIX + text + " is set");
      }
    }
    String location = trust ? SSL_TRUSTSTORE_LOCATION_CONFIG : SSL_KEYSTORE_LOCATION_CONFIG;
    if (settings.get(location) != null) {
      boolean text = PemKeys.isPem(beginning(Path.of((String) settings.get(location))));
      if (text != pem && !(pem && isEmpty(settings, location))) {
        throw wrong(
            type,
            text
                ? "has to be PEM: that is what the file of "
                    + ConnectionConfig.SSL_PREFIX
                    + location
                    + " holds"
                : "is PEM, and the file of "
                    + ConnectionConfig.SSL_PREFIX
                    + location
                    + " is none; write its type, JKS or PKCS12");
      }
    }
  }

  private static boolean isEmpty(Map<String, ?> settings, String location) {
    return beginning(Path.of((String) settings.get(location))).isBlank();
  }

  /** Empty for a file that can't be read; a later read reports why. */
  private static String beginning(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(ENOUGH_TO_TELL), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Puts a private key into the form that Kafka's code reads, without a password.
   *
   * @throws ConfigException when the key can't be read; it names the key of what is wrong
   */
  static void makeReadable(Map<String, Object> settings) {
    if (!DefaultSslEngineFactory.PEM_TYPE.equals(settings.get(SSL_KEYSTORE_TYPE_CONFIG))) {
      return;
    }
    Object location = settings.get(SSL_KEYSTORE_LOCATION_CONFIG);
    String key = location == null ? SSL_KEYSTORE_KEY_CONFIG : SSL_KEYSTORE_LOCATION_CONFIG;
    if (settings.get(key) == null) {
      return;
    }
    try {
      String text =
          location == null
              ? ((Password) settings.get(key)).value()
              : Files.readString(Path.of((String) location));
      Object password = settings.get(SSL_KEY_PASSWORD_CONFIG);
      String readable =
          PemKeys.readable(
              text, password == null ? null : ((Password) password).value().toCharArray());
      settings.remove(SSL_KEY_PASSWORD_CONFIG);
      if (readable.equals(text)) {
        return;
      }
      settings.put(SSL_KEYSTORE_KEY_CONFIG, new Password(readable));
      if (location != null) {
        settings.remove(SSL_KEYSTORE_LOCATION_CONFIG);
        settings.put(SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG, new Password(certificates(text)));
      }
    } catch (PemKeys.UnusableException e) {
      throw wrong(e.ofPassword() ? SSL_KEY_PASSWORD_CONFIG : key, e.getMessage());
    } catch (NoSuchFileException e) {
      // Said of any type by who reads it next.
      return;
    } catch (IOException e) {
      throw wrong(key, "can't be read on this worker (" + e.getClass().getSimpleName() + ")");
    }
  }

  private static String certificates(String text) {
    StringBuilder all = new StringBuilder();
    CERTIFICATE.matcher(text).results().forEach(found -> all.append(found.group()).append('\n'));
    return all.toString();
  }
}
