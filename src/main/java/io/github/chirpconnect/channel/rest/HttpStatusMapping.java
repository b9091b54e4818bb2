package io.github.chirpconnect.channel.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Says what the end of an HTTP exchange means as a gRPC status. Pure.
 *
 * <p>ChirpStack v3 writes {@code {"error":"text","code":16,"message":"text","details":[]}}, on
 * stream paths {@code {"error":{"grpcCode":16,"httpCode":401,"message":"text",…}}}, as an answer of
 * its own or as the last line of a stream; the proxy before v4 writes {@code
 * {"code":16,"message":"text","details":[]}}. Whatever has another form is not ChirpStack's, and
 * the status line alone says what happened; the words for that are grpc-java's ({@code HTTP status
 * code 502}, {@code invalid content-type: text/html}), so that who reads them needs no others.
 */
final class HttpStatusMapping {
  private static final int LONGEST_EXCERPT = 120;

  /** How grpc-java begins the body of a page. */
  private static final String PAGE = "\nDATA-----------------------------\n";

  /** What grpc-gateway v2 says of a path that it does not know; ChirpStack names the object. */
  private static final String UNKNOWN_PATH = "Not Found";

  /** A gRPC port sends its settings, and resets the connection in what reads as a status line. */
  private static final Pattern NO_STATUS_LINE =
      Pattern.compile("status line, receiving \\[[^H\\]]");

  private static final Pattern NOT_TLS =
      Pattern.compile("unrecognized SSL message", Pattern.CASE_INSENSITIVE);

  private HttpStatusMapping() {}

  /**
   * An answer that is not 200.
   *
   * @param contentType empty where there is none
   * @param location where a redirect points; empty where there is none
   */
  static Status ofAnswer(int http, String contentType, String location, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    try {
      Status said = ofError(Json.read(text));
      if (said != null) {
        return said;
      }
    } catch (InvalidProtocolBufferException e) {
      // No JSON, so a page: the status line is all there is to go by.
    }
    return ofPage(http, contentType, location, text);
  }

  /**
   * An error that ChirpStack wrote.
   *
   * @return null when it is not an error in one of ChirpStack's forms
   */
  static Status ofError(JsonNode json) {
    JsonNode error = json.path("error").isObject() ? json.path("error") : json;
    JsonNode code = error.path("grpcCode").isInt() ? error.path("grpcCode") : error.path("code");
    // Gateways of other makers write a code as well, that of HTTP.
    if (code.asInt() < Code.CANCELLED.value() || code.asInt() > Code.UNAUTHENTICATED.value()) {
      return null;
    }
    String message = error.path("message").asText("");
    if (code.asInt() == Code.NOT_FOUND.value() && message.equals(UNKNOWN_PATH)) {
      return Status.UNIMPLEMENTED.withDescription(
          "the REST interface does not know this path (Not Found); chirpstack-rest-api has no streams, for which it"
              + " takes the gRPC interface, grpc:// or grpcs:// in the URL");
    }
    // gRPC has no empty descriptions either.
    return Status.fromCodeValue(code.asInt()).withDescription(message.isEmpty() ? null : message);
  }

  /** An answer, possibly a good one, that is not in the form that ChirpStack writes. */
  static Status ofPage(int http, String contentType, String location, String text) {
    StringBuilder said = new StringBuilder("HTTP status code ").append(http);
    if (!contentType.isEmpty()) {
      said.append(", invalid content-type: ").append(contentType);
    }
    said.append("; ").append(sentence(http));
    if (!location.isEmpty()) {
      said.append("; it points to ").append(location);
    }
    if (!text.isBlank()) {
      said.append(PAGE).append(excerpt(text));
    }
    return codeOf(http).toStatus().withDescription(said.toString());
  }

  private static Code codeOf(int http) {
    return switch (http) {
      case 401 -> Code.UNAUTHENTICATED;
      case 403 -> Code.PERMISSION_DENIED;
      case 413, 429 -> Code.RESOURCE_EXHAUSTED;
      case 408 -> Code.UNAVAILABLE;
      default -> http >= 500 ? Code.UNAVAILABLE : Code.UNIMPLEMENTED;
    };
  }

  private static String sentence(int http) {
    if (http == 501) {
      return "ChirpStack is still starting, or something before it does not know the method";
    }
    if (http >= 500) {
      return "something before ChirpStack could not reach it";
    }
    if (http == 401 || http == 403 || http == 413 || http == 429) {
      return "something before ChirpStack refused the call";
    }
    if (http >= 300 && http < 400) {
      return "a redirect, which is not followed; write the URL where the REST interface is";
    }
    return "this is not ChirpStack's REST interface, or one that does not know this path; check the URL";
  }

  /**
   * A 200 whose body is not the message asked for.
   *
   * @param contentEncoding empty where there is none
   */
  static Status ofUnreadable(
      String contentType, String contentEncoding, String text, Exception cause) {
    if (!contentEncoding.isEmpty() && !contentEncoding.equalsIgnoreCase("identity")) {
      return Status.INTERNAL
          .withDescription(
              "the answer came in the encoding "
                  + excerpt(contentEncoding)
                  + ", which was not asked for; turn compression off in the proxy before ChirpStack")
          .withCause(cause);
    }
    if (!contentType.startsWith("application/json")) {
      return ofPage(200, contentType, "", text).withCause(cause);
    }
    return Status.INTERNAL
        .withDescription("the answer is no such message: " + excerpt(text))
        .withCause(cause);
  }

  static Status tooLarge(int limit) {
    return Status.RESOURCE_EXHAUSTED.withDescription(
        "the answer, as JSON, exceeds maximum size " + limit);
  }

  /** An exchange that broke, before or within the answer. */
  static Status ofFailure(Throwable failure, String server) {
    Throwable cause = unwrap(failure);
    if (neverSent(cause)) {
      return Status.UNAVAILABLE.withDescription("no connection to " + server).withCause(cause);
    }
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof SSLException && NOT_TLS.matcher(message).find()) {
      return Status.UNIMPLEMENTED
          .withDescription("the server's port does not speak TLS; write http:// in the URL")
          .withCause(cause);
    }
    if ((cause instanceof ProtocolException && message.contains("Invalid status line"))
        || NO_STATUS_LINE.matcher(message).find()) {
      return Status.UNIMPLEMENTED
          .withDescription(
              "the server's port does not speak HTTP/1.1; is the URL that of a REST interface?")
          .withCause(cause);
    }
    return Status.UNAVAILABLE
        .withDescription("the connection to " + server + " broke")
        .withCause(cause);
  }

  /** Whether there was no connection on which a request could have been sent. */
  static boolean neverSent(Throwable failure) {
    Throwable cause = unwrap(failure);
    return cause instanceof ConnectException
        || cause instanceof HttpConnectTimeoutException
        || cause instanceof UnresolvedAddressException;
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String excerpt(String text) {
    String line = text.replaceAll("\\s+", " ").replaceAll("[\\p{Cntrl}\ufffd]+", "?").strip();
    return line.length() <= LONGEST_EXCERPT ? line : line.substring(0, LONGEST_EXCERPT) + "…";
  }
}
