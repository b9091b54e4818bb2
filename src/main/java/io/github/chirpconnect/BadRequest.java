package io.github.chirpconnect;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exception that Connect's REST interface answers as 400 Bad Request. The plugin API has none:
 * Connect answers all its exceptions but two as 500, as if the worker had failed. This class finds
 * the worker's own exception by name, and does without where a worker lacks it.
 */
final class BadRequest {
  private static final Logger LOG = LoggerFactory.getLogger(BadRequest.class);
  private static final String WORKERS_OWN =
      "org.apache.kafka.connect.runtime.rest.errors.BadRequestException";

  private static final Optional<MethodHandle> CONSTRUCTOR = find(WORKERS_OWN);

  private BadRequest() {}

  /** The exception as a bad request; the exception itself where the worker has no bad request. */
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
      LOG.debug("This worker answers a refused request as an internal error", e);
      return Optional.empty();
    }
  }
}
