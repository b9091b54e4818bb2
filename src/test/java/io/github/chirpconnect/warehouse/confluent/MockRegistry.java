package io.github.chirpconnect.warehouse.confluent;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Confluent's registry of a converter with a {@code mock://} URL. It takes any schema; whether the
 * real one would take it as well, Confluent's own rules say when they are asked.
 */
final class MockRegistry {
  private static final String PACKAGE = "io.confluent.kafka.schemaregistry.";

  private final String scope = UUID.randomUUID().toString();

  String url() {
    return "mock://" + scope;
  }

  @SuppressWarnings("unchecked")
  Collection<String> subjects() {
    return (Collection<String>) call(client(), "getAllSubjects");
  }

  /** Of a record that a converter has written. */
  Object schema(byte[] record) {
    return call(client(), "getSchemaById", ByteBuffer.wrap(record, 1, Integer.BYTES).getInt());
  }

  /**
   * What the registry objects to in a new version of a subject's schema.
   *
   * @param compatibility that of the subject
   */
  @SuppressWarnings("unchecked")
  List<String> objections(String subject, String compatibility, Object schema) {
    call(client(), "updateCompatibility", subject, compatibility);
    return (List<String>) call(client(), "testCompatibilityVerbose", subject, schema);
  }

  /**
   * @return the schema's id
   */
  int register(String subject, Object schema) {
    return (int) call(client(), "register", subject, schema);
  }

  /**
   * @param type such as {@code protobuf.ProtobufSchema}
   */
  static Object parse(String type, String schema) {
    try {
      return ConfluentPlugin.type(PACKAGE + type).getConstructor(String.class).newInstance(schema);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type + " is not that of 8.1", e);
    }
  }

  private Object client() {
    return callStatic(PACKAGE + "testutil.MockSchemaRegistry", "getClientForScope", scope);
  }

  static Object callStatic(String type, String method, Object... arguments) {
    return call(ConfluentPlugin.type(type), null, method, arguments);
  }

  static Object call(Object target, String method, Object... arguments) {
    return call(target.getClass(), target, method, arguments);
  }

  private static Object call(Class<?> type, Object target, String name, Object... arguments) {
    Method method =
        Arrays.stream(type.getMethods())
            .filter(each -> each.getName().equals(name) && takes(each, arguments))
            .findFirst()
            .orElseThrow(() -> new LinkageError(type + " has no " + name + ", as 8.1 has"));
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(name, e.getCause());
    } catch (IllegalAccessException e) {
      throw new LinkageError(name, e);
    }
  }

  private static boolean takes(Method method, Object... arguments) {
    Class<?>[] types = method.getParameterTypes();
    if (types.length != arguments.length) {
      return false;
    }
    for (int i = 0; i < types.length; i++) {
      if (!types[i].isInstance(arguments[i])
          && !(types[i] == int.class && arguments[i] instanceof Integer)) {
        return false;
      }
    }
    return true;
  }
}
