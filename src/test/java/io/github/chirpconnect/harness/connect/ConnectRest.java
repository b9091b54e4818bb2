package io.github.chirpconnect.harness.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Calls of a worker's REST interface: JSON there and back. */
final class ConnectRest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A little more than Connect gives itself. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(100);

  private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REBALANCE_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int OK = 200;
  private static final int FIRST_ERROR = 400;
  private static final int REBALANCING = 409;

  private final String url;

  // HTTP/2 would be asked for with an upgrade on each connection, which Connect does not know.
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(HEALTH_TIMEOUT)
          .build();

  ConnectRest(String url) {
    this.url = url;
  }

  /**
   * Makes a call, again while the worker is rebalancing.
   *
   * @param body written as JSON; null for none
   * @return an empty node where the answer has no body
   * @throws ConnectRefusal when the answer is an error
   */
  JsonNode send(String method, String path, Object body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(REQUEST_TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(write(body)))
            .build();
    HttpResponse<String> response =
        Awaitility.await(method + " " + path + " without a rebalance")
            .pollDelay(Duration.ZERO)
            .pollInterval(POLL)
            .atMost(REQUEST_TIMEOUT.plus(REBALANCE_TIMEOUT))
            .until(
                () -> http.send(request, BodyHandlers.ofString()),
                answer -> answer.statusCode() != REBALANCING);
    if (response.statusCode() >= FIRST_ERROR) {
      throw new ConnectRefusal(method + " " + path, response.statusCode(), reason(response.body()));
    }
    return read(response.body());
  }

  boolean isHealthy() throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/health")).timeout(HEALTH_TIMEOUT).build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == OK;
    } catch (IOException e) {
      return false; // not listening yet, which its caller is waiting for
    }
  }

  /** Connect's errors are JSON, those of the web server before it are not. */
  private static String reason(String body) {
    try {
      return JSON.readTree(body).path("message").asText(body);
    } catch (JsonProcessingException e) {
      return body;
    }
  }

  private static String write(Object body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("can't be written as JSON: " + body, e);
    }
  }

  private static JsonNode read(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Connect answered what is no JSON: " + body, e);
    }
  }
}
