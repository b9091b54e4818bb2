package io.github.chirpconnect.api.v4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.ChirpStacks;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.channel.rest.HttpServer;
import io.github.chirpconnect.config.SourceConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is known of a v4 behind {@code chirpstack-rest-api}. Each has a version of its own, and each
 * leaves out without a word what it does not know.
 */
@Timeout(30)
class CapabilitiesOverRestTest {
  private static final String NOBODY = "00000000-0000-0000-0000-000000000000";

  @Test
  void eachFeatureIsAskedForByAMethodOfItsReleaseOrALaterOne() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    try (HttpServer server =
            new HttpServer(
                (request, reply) -> {
                  asked.add(request.verb() + " " + request.target());
                  reply.json(200, "{\"result\":[],\"vendor\":null,\"fCntDown\":0}");
                });
        ChirpStack chirpStack = connect(server)) {
      for (Feature feature : Feature.values()) {
        assertThat(supports(chirpStack, feature)).as(feature.name()).isTrue();
        assertThat(supports(chirpStack, feature)).as("%s, again", feature).isTrue();
      }
    }

    assertThat(asked)
        .containsExactlyInAnyOrder(
            "GET /api/applications/" + NOBODY + "/device-tags",
            "GET /api/device-profiles/vendors/" + NOBODY,
            "POST /api/devices/0000000000000000/get-next-f-cnt-down");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      value = {
        // chirpstack-rest-api has no such path
        "404 | {'code':5, 'message':'Not Found', 'details':[]} | false",
        // it has one with another verb
        "501 | {'code':12, 'message':'Method Not Allowed', 'details':[]} | false",
        // it has, and the server does not
        "501 | {'code':12, 'message':'', 'details':[]} | false",
        // both have it: to an admin's key
        "404 | {'code':5, 'message':'Object does not exist (id: 0)', 'details':[]} | true",
        // and to a tenant's
        "401 | {'code':16, 'message':'', 'details':[]} | true",
      })
  void aFeatureIsKnownOnceBothHaveTheMethod(int status, String answer, boolean known)
      throws Exception {
    try (HttpServer server = answering(status, answer.replace('\'', '"'));
        ChirpStack chirpStack = connect(server)) {
      for (Feature feature : Feature.values()) {
        assertThat(supports(chirpStack, feature)).as(feature.name()).isEqualTo(known);
      }
    }
  }

  @Test
  void aProxyWithoutItsServerProvesNothing() throws Exception {
    try (HttpServer server =
            answering(503, "{\"code\":14, \"message\":\"connection refused\", \"details\":[]}");
        ChirpStack chirpStack = connect(server)) {
      assertThatThrownBy(() -> supports(chirpStack, Feature.EXPIRES_AT))
          .cause()
          .isInstanceOfSatisfying(
              ApiException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.TRANSIENT));
    }
  }

  /** Some proxies answer all that they have no server for with 200. */
  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"status\":\"ok\"}", "<html>Sign in</html>"})
  void aProxyThatAnswersEverythingProvesNothing(String body) throws Exception {
    try (HttpServer server = answering(200, body);
        ChirpStack chirpStack = connect(server)) {
      assertThatThrownBy(() -> supports(chirpStack, Feature.EXPIRES_AT))
          .cause()
          .isInstanceOfSatisfying(
              ApiException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.WRONG_SERVER));
      Downlink downlink =
          new Downlink(
              Target.device("0102030405060708"), 1, false, new byte[] {1}, null, null, null, false);
      assertThatThrownBy(
              () -> chirpStack.enqueue(downlink).toCompletableFuture().get(10, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              ApiException.class,
              e -> assertThat(e.kind()).isIn(FailureKind.IN_DOUBT, FailureKind.WRONG_SERVER));
    }
  }

  private static HttpServer answering(int status, String body) throws IOException {
    return new HttpServer((request, reply) -> reply.json(status, body));
  }

  private static boolean supports(ChirpStack chirpStack, Feature feature) throws Exception {
    return chirpStack.supports(feature).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static ChirpStack connect(HttpServer server) {
    return ChirpStacks.connect(
        new SourceConfig(
                Map.of(
                    "chirpstack.url", "http://127.0.0.1:" + server.port(),
                    "chirpstack.token", "a.b.c",
                    "chirpstack.api.version", "v4",
                    "feeds", "devices"))
            .connection());
  }
}
