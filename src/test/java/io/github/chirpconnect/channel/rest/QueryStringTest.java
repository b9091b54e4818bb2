package io.github.chirpconnect.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import com.google.rpc.context.AttributeContext;
import io.grpc.Status;
import io.grpc.StatusException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With messages of Google's that have a field of each kind, which no request of ours has. */
class QueryStringTest {

  @Test
  void writesNestedFieldsBehindDots() throws Exception {
    assertThat(
            query(
                AttributeContext.newBuilder()
                    .setSource(AttributeContext.Peer.newBuilder().setIp("::1").setPort(1L << 40))
                    .build()))
        .containsExactly("source.ip=::1", "source.port=1099511627776");
  }

  @Test
  void writesListsAsRepeatedParameters() throws Exception {
    assertThat(
            query(
                AttributeContext.Auth.newBuilder()
                    .addAudiences("a")
                    .addAudiences("")
                    .addAudiences("b,c")
                    .build()))
        .containsExactly("audiences=a", "audiences=", "audiences=b,c");
  }

  @Test
  void writesMapsWithTheKeyInBrackets() throws Exception {
    assertThat(
            query(
                AttributeContext.newBuilder()
                    .setSource(AttributeContext.Peer.newBuilder().putLabels("a.b[c]", "x=y"))
                    .build()))
        .containsExactly("source.labels[a.b[c]]=x=y");
  }

  @Test
  void writesTimesAsRfc3339() throws Exception {
    assertThat(
            query(
                AttributeContext.Request.newBuilder()
                    .setTime(Timestamp.newBuilder().setSeconds(1795522881L).setNanos(284_304_421))
                    .build()))
        .containsExactly("time=2026-11-24T12:21:21.284304421Z");
  }

  @Test
  void writesNothingForAnEmptyMessage() throws Exception {
    assertThat(QueryString.of(AttributeContext.getDefaultInstance())).isEmpty();
  }

  @Test
  void refusesWhatAQueryCannotHold() {
    Message claims =
        AttributeContext.Auth.newBuilder()
            .setClaims(
                Struct.newBuilder().putFields("a", Value.newBuilder().setNumberValue(1).build()))
            .build();

    assertThatThrownBy(() -> QueryString.of(claims))
        .isInstanceOfSatisfying(
            StatusException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
              assertThat(e.getStatus().getDescription()).contains("claims");
            });
  }

  private static List<String> query(Message message)
      throws InvalidProtocolBufferException, StatusException {
    String query = QueryString.of(message);
    assertThat(query).matches("[A-Za-z0-9._*%&=-]*");
    return List.of(query.split("&")).stream()
        .map(parameter -> URLDecoder.decode(parameter, StandardCharsets.UTF_8))
        .toList();
  }
}
