package io.github.chirpconnect.channel.tls;

import static org.apache.kafka.common.config.SslConfigs.SSL_CIPHER_SUITES_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYMANAGER_ALGORITHM_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_PROTOCOL_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_PROVIDER_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_SECURE_RANDOM_IMPLEMENTATION_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_TRUSTMANAGER_ALGORITHM_CONFIG;

import io.github.chirpconnect.channel.rest.HttpJsonSettings;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.KeyedConfigException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * TLS from Kafka's {@code ssl.*} client settings, with the JVM's own TLS: the worker's security
 * policy applies, and no native library is loaded.
 */
public final class Tls {
  private final Map<String, ?> ssl;

  private Tls(Map<String, ?> ssl) {
    this.ssl = ssl;
  }

  /**
   * @param ssl parsed settings, their names without the connector's prefix
   * @throws ConfigException when TLS can't be set up like that; it names the connector's key
   */
  public static SslContext context(Map<String, ?> ssl) {
    Tls tls = new Tls(ssl);
    List<Path> files = TlsStores.files(ssl);
    return files.isEmpty() ? tls.context() : new RenewedSslContext(tls::context, files);
  }

  private SslContext context() {
    SSLContext jvm = jvmContext();
    SslContextBuilder builder =
        GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
            .sslContextProvider(jvm.getProvider())
            .protocols(protocols(jvm.getSupportedSSLParameters()))
            // An empty name, not none: without one gRPC verifies the host after all.
            .endpointIdentificationAlgorithm(text(SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG));
    List<String> ciphers = ciphers(jvm.getSupportedSSLParameters());
    if (!ciphers.isEmpty()) {
      builder.ciphers(ciphers, IdentityCipherSuiteFilter.INSTANCE);
    }
    random().ifPresent(builder::secureRandom);
    trust().ifPresent(builder::trustManager);
    keys().ifPresent(builder::keyManager);
    try {
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw unusable(e);
    }
  }

  /** As {@link #context}, for the REST interface. */
  public static Supplier<HttpJsonSettings.Tls> forHttp(Map<String, ?> ssl) {
    return new ReloadingFiles<>(new Tls(ssl)::forHttp, TlsStores.files(ssl));
  }

  private HttpJsonSettings.Tls forHttp() {
    SSLContext context = jvmContext();
    SSLParameters supported = context.getSupportedSSLParameters();
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(protocols(supported).toArray(String[]::new));
    List<String> ciphers = ciphers(supported);
    if (!ciphers.isEmpty()) {
      parameters.setCipherSuites(ciphers.toArray(String[]::new));
    }
    KeyManager[] keys = keys().map(KeyManagerFactory::getKeyManagers).orElse(null);
    boolean anyHost = text(SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG).isEmpty();
    try {
      TrustManager[] trust = trust().orElseGet(this::jvmTrust).getTrustManagers();
      context.init(keys, anyHost ? AnyHostTrust.around(trust) : trust, random().orElse(null));
    } catch (GeneralSecurityException e) {
      throw unusable(e);
    }
    return new HttpJsonSettings.Tls(context, parameters);
  }

  private static ConfigException unusable(Exception e) {
    return new ConfigException(
        "TLS can't be set up as the "
            + ConnectionConfig.SSL_PREFIX
            + "ssl keys say: "
            + e.getMessage());
  }

  private List<String> ciphers(SSLParameters supported) {
    List<String> ciphers = list(SSL_CIPHER_SUITES_CONFIG);
    requireKnown(SSL_CIPHER_SUITES_CONFIG, ciphers, supported.getCipherSuites());
    return ciphers;
  }

  private Optional<SecureRandom> random() {
    String random = text(SSL_SECURE_RANDOM_IMPLEMENTATION_CONFIG);
    return random.isEmpty()
        ? Optional.empty()
        : Optional.of(
            named(SSL_SECURE_RANDOM_IMPLEMENTATION_CONFIG, () -> SecureRandom.getInstance(random)));
  }

  private Optional<TrustManagerFactory> trust() {
    TrustManagerFactory trust = trustFactory();
    return new TlsStores(ssl).initTrust(trust) ? Optional.of(trust) : Optional.empty();
  }

  private TrustManagerFactory trustFactory() {
    return named(
        SSL_TRUSTMANAGER_ALGORITHM_CONFIG,
        () -> TrustManagerFactory.getInstance(text(SSL_TRUSTMANAGER_ALGORITHM_CONFIG)));
  }

  private TrustManagerFactory jvmTrust() {
    return named(
        SSL_TRUSTMANAGER_ALGORITHM_CONFIG,
        () -> {
          TrustManagerFactory trust = trustFactory();
          trust.init((KeyStore) null);
          return trust;
        });
  }

  private Optional<KeyManagerFactory> keys() {
    KeyManagerFactory keys =
        named(
            SSL_KEYMANAGER_ALGORITHM_CONFIG,
            () -> KeyManagerFactory.getInstance(text(SSL_KEYMANAGER_ALGORITHM_CONFIG)));
    return new TlsStores(ssl).initKeys(keys) ? Optional.of(keys) : Optional.empty();
  }

  private SSLContext jvmContext() {
    Object factory = ssl.get(SSL_ENGINE_FACTORY_CLASS_CONFIG);
    if (factory != null && factory != DefaultSslEngineFactory.class) {
      throw wrong(
          SSL_ENGINE_FACTORY_CLASS_CONFIG,
          "is not supported for the connection to ChirpStack; remove it");
    }
    String protocol = text(SSL_PROTOCOL_CONFIG);
    String provider = text(SSL_PROVIDER_CONFIG);
    SSLContext context =
        provider.isEmpty()
            ? named(SSL_PROTOCOL_CONFIG, () -> SSLContext.getInstance(protocol))
            : named(SSL_PROVIDER_CONFIG, () -> SSLContext.getInstance(protocol, provider));
    return named(
        SSL_PROTOCOL_CONFIG,
        () -> {
          context.init(null, null, null);
          return context;
        });
  }

  private List<String> protocols(SSLParameters supported) {
    List<String> enabled = list(SSL_ENABLED_PROTOCOLS_CONFIG);
    if (enabled.isEmpty()) {
      return List.of(text(SSL_PROTOCOL_CONFIG));
    }
    requireKnown(SSL_ENABLED_PROTOCOLS_CONFIG, enabled, supported.getProtocols());
    return enabled;
  }

  private static void requireKnown(String key, List<String> names, String[] known) {
    for (String name : names) {
      if (!Arrays.asList(known).contains(name)) {
        throw wrong(
            key, "names '" + name + "', which this JVM does not know; it knows " + List.of(known));
      }
    }
  }

  private String text(String key) {
    Object value = ssl.get(key);
    return value == null ? "" : value.toString().strip();
  }

  private List<String> list(String key) {
    return ssl.get(key) instanceof List<?> items
        ? items.stream().map(String::valueOf).toList()
        : List.of();
  }

  @FunctionalInterface
  private interface Lookup<T> {
    T get() throws GeneralSecurityException;
  }

  private static <T> T named(String key, Lookup<T> lookup) {
    try {
      return lookup.get();
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw wrong(key, "is nothing that this JVM offers: " + e.getMessage());
    }
  }

  /** A message with the connector's own name of the key, and without any value. */
  static ConfigException wrong(String key, String what) {
    return new KeyedConfigException(ConnectionConfig.SSL_PREFIX + key, what);
  }
}
