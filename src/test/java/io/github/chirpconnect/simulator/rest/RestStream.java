package io.github.chirpconnect.simulator.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.Message;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/**
 * Writes a stream as chunks, a line for each message. There is no status line before the first of
 * them, and the line of an error has no end.
 */
final class RestStream extends ClientCall.Listener<Message> {
  private final HttpConnection connection;
  private final RestJson json;
  private final ClientCall<Message, Message> call;
  private final CountDownLatch done = new CountDownLatch(1);
  private boolean started;

  RestStream(HttpConnection connection, RestJson json, ClientCall<Message, Message> call) {
    this.connection = connection;
    this.json = json;
    this.call = call;
  }

  /**
   * Serves the stream on the threads of the call, until it or the client ends.
   *
   * @return whether the connection is still good
   */
  boolean serve(Metadata headers, Message request) throws InterruptedException {
    call.start(this, headers);
    call.request(1);
    call.sendMessage(request);
    call.halfClose();
    if (connection.awaitHangUp()) {
      call.cancel("the client hung up", null);
      return false;
    }
    done.await();
    return true;
  }

  @Override
  public void onMessage(Message message) {
    try {
      start(Status.OK);
      var line = JsonNodeFactory.instance.objectNode().set("result", json.json(message));
      connection.chunk(json.text(line) + "\n");
      call.request(1);
    } catch (IOException e) {
      call.cancel("the client hung up", e);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    try {
      start(status);
      if (!status.isOk()) {
        connection.chunk(json.text(RestErrors.stream(status)));
      }
      connection.endChunks();
    } catch (IOException e) {
      // The client hung up before it heard how the stream ended.
    } finally {
      done.countDown();
    }
  }

  private void start(Status status) throws IOException {
    if (!started) {
      started = true;
      connection.startChunks(HttpCodes.of(status.getCode()));
    }
  }
}
