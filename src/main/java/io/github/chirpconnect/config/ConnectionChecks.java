package io.github.chirpconnect.config;

import io.github.chirpconnect.feed.ApiTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.config.SslConfigs;

/** Checks the keys of the connection, which source and sink share, against each other. */
final class ConnectionChecks {
  private static final List<String> TLS_MATERIAL =
      List.of(
          "ssl.truststore.location",
          "ssl.truststore.certificates",
          "ssl.keystore.location",
          "ssl.keystore.key",
          "ssl.keystore.certificate.chain");

  private static final String VERIFIED_HOST =
      ConnectionConfig.SSL_PREFIX + SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG;

  private final GivenValues values;

  ConnectionChecks(GivenValues values) {
    this.values = values;
  }

  void check() {
    boolean token = values.isGiven(ConnectionConfig.TOKEN);
    boolean file = values.isGiven(ConnectionConfig.TOKEN_FILE);
    if (!token && !file) {
      values.error(
          ConnectionConfig.TOKEN,
          "is missing; set it to an API key, or set "
              + ConnectionConfig.TOKEN_FILE
              + " to a file that holds one");
    }
    if (token && file) {
      values.error(
          ConnectionConfig.TOKEN_FILE,
          "can't be used together with " + ConnectionConfig.TOKEN + "; remove one of them");
    }
    if (file && !token) {
      tokenFile(values.given(ConnectionConfig.TOKEN_FILE));
    }
    if (token && !file && values.fine(ConnectionConfig.TOKEN)) {
      Tokens.passing(values.given(ConnectionConfig.TOKEN).strip())
          .ifPresent(why -> values.error(ConnectionConfig.TOKEN, why));
    }
    if (values.fine(ConnectionConfig.URL) && values.isGiven(ConnectionConfig.URL)) {
      endpoint(Endpoint.parse(values.given(ConnectionConfig.URL)));
    }
    if (values.isGiven(VERIFIED_HOST) && !values.given(VERIFIED_HOST).equalsIgnoreCase("https")) {
      values.error(
          VERIFIED_HOST,
          "is no way to verify a host that this JVM knows; write https, or leave it empty to take any host's certificate");
    }
    long timeout = values.number(ConnectionConfig.KEEP_ALIVE_TIMEOUT, 0);
    if (values.fine(ConnectionConfig.KEEP_ALIVE_TIME)
        && timeout > values.number(ConnectionConfig.KEEP_ALIVE_TIME, Long.MAX_VALUE)) {
      values.error(
          ConnectionConfig.KEEP_ALIVE_TIMEOUT,
          "must not be longer than " + ConnectionConfig.KEEP_ALIVE_TIME);
    }
  }

  private void endpoint(Endpoint endpoint) {
    boolean rest = endpoint.transport() == ApiTransport.REST;
    if (rest && values.isGiven(ConnectionConfig.AUTHORITY)) {
      values.error(
          ConnectionConfig.AUTHORITY,
          "can't be used with an http or https URL; write the certificate's host name into "
              + ConnectionConfig.URL
              + ", and let it resolve to the server");
    }
    if (!endpoint.tls()) {
      TLS_MATERIAL.stream()
          .map(key -> ConnectionConfig.SSL_PREFIX + key)
          .filter(values::isGiven)
          .findFirst()
          .ifPresent(
              key ->
                  values.error(
                      ConnectionConfig.URL,
                      "is in clear, but "
                          + key
                          + " is set; write "
                          + (rest ? "https" : "grpcs")
                          + "://… for TLS, or remove the chirpstack.ssl keys"));
    }
  }

  private void tokenFile(String file) {
    try {
      Tokens.passing(TokenFiles.read(Path.of(file)))
          .ifPresent(why -> values.error(ConnectionConfig.TOKEN_FILE, why));
    } catch (IOException e) {
      values.error(
          ConnectionConfig.TOKEN_FILE,
          "can't be read on this worker ("
              + e.getClass().getSimpleName()
              + "); write the path of a file that holds the API key");
    } catch (IllegalArgumentException e) {
      values.error(ConnectionConfig.TOKEN_FILE, e.getMessage());
    }
  }
}
