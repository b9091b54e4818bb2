package io.github.chirpconnect.channel.tls;

import static io.github.chirpconnect.channel.tls.Tls.wrong;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_KEY_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_TYPE_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEY_PASSWORD_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG;

import io.github.chirpconnect.config.ConnectionConfig;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.UnrecoverableKeyException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * Reads the trust store and the key store with Kafka's own code (JKS, PKCS12, PEM files, PEM text).
 * Reads each by itself, so that an error names its own settings.
 */
final class TlsStores {
  private static final List<String> TRUST =
      List.of(
          SSL_TRUSTSTORE_LOCATION_CONFIG,
          SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
          SSL_TRUSTSTORE_PASSWORD_CONFIG,
          SSL_TRUSTSTORE_TYPE_CONFIG);
  private static final List<String> KEYS =
      List.of(
          SSL_KEYSTORE_LOCATION_CONFIG,
          SSL_KEYSTORE_KEY_CONFIG,
          SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
          SSL_KEYSTORE_PASSWORD_CONFIG,
          SSL_KEY_PASSWORD_CONFIG,
          SSL_KEYSTORE_TYPE_CONFIG);

  private final Map<String, ?> ssl;

  TlsStores(Map<String, ?> ssl) {
    this.ssl = ssl;
  }

  /** The files that are read. */
  static List<Path> files(Map<String, ?> ssl) {
    return Stream.of(SSL_TRUSTSTORE_LOCATION_CONFIG, SSL_KEYSTORE_LOCATION_CONFIG)
        .map(ssl::get)
        .filter(Objects::nonNull)
        .map(file -> Path.of((String) file))
        .toList();
  }

  /**
   * Configures the factory's trust store.
   *
   * @return false when nothing is configured, so the JVM's own certificates are to be trusted
   */
  boolean initTrust(TrustManagerFactory factory) {
    KeyStore store = read(TRUST, KEYS, SslEngineFactory::truststore);
    if (store == null) {
      return false;
    }
    try {
      if (store.size() == 0) {
        throw wrong(
            given(TRUST),
            "holds no certificate to trust. A PKCS12 file made by openssl does not mark its certificates as trusted: use the"
                + " PEM file itself (type PEM), or keytool -importcert");
      }
      factory.init(store);
    } catch (KeyStoreException e) {
      throw wrong(given(TRUST), "can't be used: " + e.getMessage());
    }
    return true;
  }

  /**
   * Configures the factory's key store.
   *
   * @return false when nothing is configured, so the client shows no certificate
   */
  boolean initKeys(KeyManagerFactory factory) {
    KeyStore store = read(KEYS, TRUST, SslEngineFactory::keystore);
    if (store == null) {
      return false;
    }
    try {
      if (!hasKey(store)) {
        throw wrong(
            given(KEYS),
            "holds no private key, so this client could not show who it is; put the key and its certificates there");
      }
      factory.init(store, keyPassword());
    } catch (UnrecoverableKeyException e) {
      throw wrong(SSL_KEY_PASSWORD_CONFIG, "does not open the private key");
    } catch (GeneralSecurityException e) {
      throw wrong(given(KEYS), "can't be used: " + e.getMessage());
    }
    return true;
  }

  private static boolean hasKey(KeyStore store) throws KeyStoreException {
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        return true;
      }
    }
    return false;
  }

  /** A PEM key was read with its password; other stores lend theirs to a key without one. */
  private char[] keyPassword() {
    if (DefaultSslEngineFactory.PEM_TYPE.equals(ssl.get(SSL_KEYSTORE_TYPE_CONFIG))) {
      return null;
    }
    Object password = ssl.get(SSL_KEY_PASSWORD_CONFIG);
    if (password == null) {
      password = ssl.get(SSL_KEYSTORE_PASSWORD_CONFIG);
    }
    return password == null ? null : ((Password) password).value().toCharArray();
  }

  private KeyStore read(
      List<String> wanted, List<String> other, Function<SslEngineFactory, KeyStore> store) {
    Map<String, Object> settings = new HashMap<>(ssl);
    settings.keySet().removeAll(other);
    PemSettings.check(settings, wanted == TRUST);
    if (wanted == KEYS) {
      PemSettings.makeReadable(settings);
    }
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(settings);
      return store.apply(factory);
    } catch (KafkaException | IllegalArgumentException e) {
      throw explain(wanted, e);
    }
  }

  private ConfigException explain(List<String> keys, RuntimeException e) {
    List<Throwable> causes =
        Stream.iterate((Throwable) e, c -> c != null, Throwable::getCause).toList();
    boolean missing = causes.stream().anyMatch(NoSuchFileException.class::isInstance);
    if (missing) {
      return wrong(given(keys), "names a file that does not exist on this worker");
    }
    Optional<Throwable> first =
        causes.stream()
            .filter(c -> c instanceof UnrecoverableKeyException || c instanceof IOException)
            .findFirst();
    boolean locked = causes.stream().anyMatch(UnrecoverableKeyException.class::isInstance);
    if (locked) {
      // The store itself fails as unreadable because of its password; a key, now and then, because
      // of what a wrong password made of it.
      boolean whole = first.orElseThrow() instanceof IOException;
      String ofStore =
          keys == TRUST ? SSL_TRUSTSTORE_PASSWORD_CONFIG : SSL_KEYSTORE_PASSWORD_CONFIG;
      return whole
          ? wrong(ofStore, "does not open the file of " + ConnectionConfig.SSL_PREFIX + given(keys))
          : wrong(SSL_KEY_PASSWORD_CONFIG, "does not open the private key");
    }
    return wrong(
        given(keys),
        "can't be used: "
            + causes.get(causes.size() - 1).getMessage()
            + " ("
            + e.getMessage()
            + ")");
  }

  /** The key of these that the user set, the most telling first. */
  private String given(List<String> keys) {
    return keys.stream().filter(key -> ssl.get(key) != null).findFirst().orElse(keys.get(0));
  }
}
