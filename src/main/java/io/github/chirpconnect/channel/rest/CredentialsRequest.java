package io.github.chirpconnect.channel.rest;

import io.grpc.Attributes;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.util.function.Consumer;

/** A call over REST, as call credentials see it. */
final class CredentialsRequest extends CallCredentials.RequestInfo {
  private final HttpJsonChannel channel;
  private final MethodDescriptor<?, ?> method;
  private final CallOptions options;

  CredentialsRequest(HttpJsonChannel channel, MethodDescriptor<?, ?> method, CallOptions options) {
    this.channel = channel;
    this.method = method;
    this.options = options;
  }

  /** Gets the headers of the credentials. Calls one of the two consumers once, on any thread. */
  void apply(
      CallCredentials credentials, Consumer<Metadata> onHeaders, Consumer<Status> onFailure) {
    credentials.applyRequestMetadata(
        this,
        channel.callbacks(options),
        new CallCredentials.MetadataApplier() {
          @Override
          public void apply(Metadata headers) {
            onHeaders.accept(headers);
          }

          @Override
          public void fail(Status status) {
            onFailure.accept(status);
          }
        });
  }

  @Override
  public MethodDescriptor<?, ?> getMethodDescriptor() {
    return method;
  }

  @Override
  public CallOptions getCallOptions() {
    return options;
  }

  @Override
  public SecurityLevel getSecurityLevel() {
    return channel.settings().tls().isPresent()
        ? SecurityLevel.PRIVACY_AND_INTEGRITY
        : SecurityLevel.NONE;
  }

  @Override
  public String getAuthority() {
    return channel.authority();
  }

  @Override
  public Attributes getTransportAttrs() {
    return channel.attributes();
  }
}
