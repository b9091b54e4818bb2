package io.github.chirpconnect;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exception that Connect's REST interface answers as 400 Bad Request. Of those in the API of
 * plugins none is: all but two are answered as 500, as if the worker had failed. The worker's own
 * is looked for by its name, and left alone where a worker does not have it.
 */
final class BadRequest {
  private static final Logger LOG = LoggerFactory.getLogger(BadRequest.class);
  private static final String WORKERS_OWN =
      "org.apache.kafka.connect.runtime.rest.errors.BadRequestException";

  private static final Optional<MethodHandle> CONSTRUCTOR = find(WORKERS_OWN);

  private BadRequest() {}

  /** The same as a bad request, or the same where the worker knows none. */
  static ConnectException of(ConnectException reason) {
    return CONSTRUCTOR.map(constructor -> with(constructor, reason)).orElse(reason);
  }

  static ConnectException with(MethodHandle constructor, ConnectException reason) {
    try {
      return (ConnectException) constructor.invoke(reason.getMessage(), (Throwable) reason);
    } catch (Throwable e) {
      LOG.debug("The worker's own exception cannot be made", e);
      return reason;
    }
  }

  static Optional<MethodHandle> find(String className) {
    try {
      Class<?> exception = Class.forName(className);
      if (!ConnectException.class.isAssignableFrom(exception)) {
        return Optional.empty();
      }
      return Optional.of(
          MethodHandles.publicLookup()
              .findConstructor(
                  exception, MethodType.methodType(void.class, String.class, Throwable.class)));
    } catch (ReflectiveOperationException | LinkageError e) {
      LOG.debug("This worker answers what is refused as an internal error", e);
      return Optional.empty();
    }
  }
}
