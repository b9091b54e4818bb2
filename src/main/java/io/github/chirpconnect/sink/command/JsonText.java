package io.github.chirpconnect.sink.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON objects into maps. Its error messages do not depend on the JSON library. Fractions
 * keep the digits that were written; the reader of the field decides which numbers it accepts.
 */
final class JsonText {
  private static final JsonFactory JSON = new JsonFactory();
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private final String what;
  private final JsonParser parser;

  private JsonText(String what, JsonParser parser) {
    this.what = what;
    this.parser = parser;
  }

  /**
   * @param what names the text at the beginning of a sentence
   */
  static Map<String, Object> object(String what, String json) throws InvalidField {
    String text = withoutMark(json);
    if (text.indexOf('\0') == 0) {
      throw ofRegistry(what);
    }
    return read(what, () -> JSON.createParser(text));
  }

  static Map<String, Object> object(String what, byte[] json) throws InvalidField {
    if (json.length > 0 && json[0] == 0) {
      throw ofRegistry(what);
    }
    return read(what, () -> JSON.createParser(json));
  }

  /** Byte order mark, which some editors write before the text. */
  static String withoutMark(String json) {
    return json.indexOf(BYTE_ORDER_MARK) == 0 ? json.substring(1) : json;
  }

  private static InvalidField ofRegistry(String what) {
    return new InvalidField(
        what
            + " begins with a zero byte, as the serializers of schema registries write it; set value.converter to the"
            + " converter of that format (Avro, Protobuf or JSON Schema)");
  }

  private interface Source {
    JsonParser open() throws IOException;
  }

  private static Map<String, Object> read(String what, Source source) throws InvalidField {
    try (JsonParser parser = source.open()) {
      return new JsonText(what, parser).whole();
    } catch (JsonEOFException e) {
      throw new InvalidField(
          what + " is no JSON object: it ends too early, " + at(e.getLocation()));
    } catch (StreamConstraintsException e) {
      throw new InvalidField(
          what + " is no JSON object that can be read: a value in it is too large");
    } catch (JsonProcessingException e) {
      throw new InvalidField(
          what + " is no JSON object: it can't be read beyond this point, " + at(e.getLocation()));
    } catch (IOException e) {
      throw new InvalidField(what + " is no JSON object: its bytes are no UTF-8 text");
    }
  }

  private static String at(JsonLocation location) {
    return location == null
        ? "at its end"
        : "at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private Map<String, Object> whole() throws IOException, InvalidField {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw new InvalidField(what + " is no JSON object: it is empty");
    }
    if (first != JsonToken.START_OBJECT) {
      throw new InvalidField(
          switch (first) {
            case START_ARRAY -> what + " is no JSON object but a JSON array; write an object, {…}";
            case VALUE_STRING ->
                what + " is no JSON object but JSON text in quotes; was it written as JSON twice?";
            case VALUE_NULL -> what + " is JSON null; write a JSON object, {…}";
            default ->
                what + " is no JSON object but '" + parser.getText() + "'; write an object, {…}";
          });
    }
    Map<String, Object> fields = fields("", 1);
    if (parser.nextToken() != null) {
      throw new InvalidField(
          what
              + " is no JSON object: more text follows it "
              + at(parser.currentTokenLocation())
              + "; write one object");
    }
    return fields;
  }

  private Map<String, Object> fields(String path, int depth) throws IOException, InvalidField {
    requireShallow(depth);
    Map<String, Object> fields = new LinkedHashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (fields.containsKey(name)) {
        throw new InvalidField(what + " has the field '" + path + name + "' twice; write it once");
      }
      parser.nextToken();
      fields.put(name, value(path + name, depth));
    }
    return fields;
  }

  private List<Object> items(String path, int depth) throws IOException, InvalidField {
    requireShallow(depth);
    List<Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(path, depth));
    }
    return items;
  }

  private void requireShallow(int depth) throws InvalidField {
    if (depth > ConnectValues.DEEPEST) {
      throw new InvalidField(
          what + " is nested more than " + ConnectValues.DEEPEST + " levels deep");
    }
  }

  private Object value(String path, int depth) throws IOException, InvalidField {
    return switch (parser.currentToken()) {
      case START_OBJECT -> fields(path + ".", depth + 1);
      case START_ARRAY -> items(path + "[]", depth + 1);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      case VALUE_NUMBER_FLOAT -> fraction(path);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IllegalStateException("no value: " + parser.currentToken());
    };
  }

  private BigDecimal fraction(String path) throws IOException, InvalidField {
    try {
      return parser.getDecimalValue();
    } catch (NumberFormatException e) {
      throw new InvalidField(
          path
              + " is a number whose exponent is too large to be read; write it as text, or round it");
    }
  }
}
