package io.github.chirpconnect.channel.rest;

import io.grpc.Metadata;
import java.net.http.HttpHeaders;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A call's metadata as HTTP headers, and back: {@code Grpc-Metadata-<name>}.
 *
 * <p>The API key goes into {@code Grpc-Metadata-Authorization} and nowhere else. ChirpStack v3 also
 * reads {@code Authorization}, but with both headers it takes one at random for each call.
 */
final class HttpHeadersMapping {
  private static final String PREFIX = "Grpc-Metadata-";
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private HttpHeadersMapping() {}

  /** Passes each header to {@code header}. */
  static void write(Metadata metadata, BiConsumer<String, String> header) {
    for (String name : metadata.keys()) {
      if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        Metadata.Key<byte[]> key = Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
        metadata
            .getAll(key)
            .forEach(v -> header.accept(PREFIX + name, Base64.getEncoder().encodeToString(v)));
      } else if (!name.equals(AUTHORIZATION.name())) {
        Metadata.Key<String> key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
        metadata.getAll(key).forEach(value -> header.accept(PREFIX + name, value));
      }
    }
    String authorization = metadata.get(AUTHORIZATION);
    if (authorization != null) {
      header.accept(PREFIX + "Authorization", authorization);
    }
  }

  /** Metadata of an answer, such as v3's {@code ctx-id}, which its log shows as well. */
  static Metadata read(HttpHeaders headers) {
    Metadata metadata = new Metadata();
    for (Map.Entry<String, List<String>> header : headers.map().entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (name.startsWith(PREFIX.toLowerCase(Locale.ROOT))
          && !name.endsWith(Metadata.BINARY_HEADER_SUFFIX)
          && name.length() > PREFIX.length()) {
        Metadata.Key<String> key =
            Metadata.Key.of(name.substring(PREFIX.length()), Metadata.ASCII_STRING_MARSHALLER);
        header.getValue().forEach(value -> metadata.put(key, value));
      }
    }
    return metadata;
  }
}
