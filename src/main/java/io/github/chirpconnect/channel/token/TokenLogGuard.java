package io.github.chirpconnect.channel.token;

import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLogLevel;
import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLogger;
import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLoggerFactory;
import io.grpc.netty.shaded.io.netty.util.internal.logging.Slf4JLoggerFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Keeps API keys out of the worker's log. At level DEBUG, which operators set for the whole worker
 * to find a fault, gRPC's Netty transport logs every HTTP/2 frame with the full authorization
 * header. This class caps the logger of the frames at INFO. The library is the plugin's own copy,
 * so nothing else in the worker changes.
 */
public final class TokenLogGuard {
  private static final String FRAMES =
      NettyChannelBuilder.class.getPackageName() + ".NettyClientHandler";

  private TokenLogGuard() {}

  /** Applies to connections made from now on. */
  public static void cap() {
    InternalLoggerFactory.setDefaultFactory(new Capped());
  }

  private static final class Capped extends Slf4JLoggerFactory {
    @Override
    public InternalLogger newInstance(String name) {
      InternalLogger logger = super.newInstance(name);
      return name.equals(FRAMES) ? atInfo(logger) : logger;
    }
  }

  private static InternalLogger atInfo(InternalLogger logger) {
    return (InternalLogger)
        Proxy.newProxyInstance(
            TokenLogGuard.class.getClassLoader(),
            new Class<?>[] {InternalLogger.class},
            (proxy, method, arguments) -> {
              if (belowInfo(method, arguments)) {
                return method.getReturnType() == boolean.class ? false : null;
              }
              try {
                return method.invoke(logger, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static boolean belowInfo(Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "debug", "trace", "isDebugEnabled", "isTraceEnabled" -> true;
      case "log", "isEnabled" ->
          arguments[0] == InternalLogLevel.DEBUG || arguments[0] == InternalLogLevel.TRACE;
      default -> false;
    };
  }
}
