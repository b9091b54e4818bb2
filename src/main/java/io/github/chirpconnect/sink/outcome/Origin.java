package io.github.chirpconnect.sink.outcome;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What the headers of a record of the outcome topic say of its writer. They are for tasks that read
 * the topic back, in whatever form its values are.
 *
 * @param connector whose task wrote it
 * @param task names a run of a task
 */
public record Origin(String connector, String task) {
  /** The name of the connector. */
  public static final String CONNECTOR = "chirpstack.connector";

  /** A name that no other run of a task has. */
  public static final String TASK = "chirpstack.task";

  /** See {@link PartitionCommits#highestWritten}; missing while that is not known. */
  public static final String HIGHEST = "chirpstack.highest";

  /** Of a task of this connector that begins now. */
  public static Origin ofNewTask(String connector) {
    return new Origin(connector, Uuid.randomUuid().toString());
  }

  Headers headers(OptionalLong highest) {
    Headers headers = new RecordHeaders();
    headers.add(CONNECTOR, connector.getBytes(StandardCharsets.UTF_8));
    headers.add(TASK, task.getBytes(StandardCharsets.UTF_8));
    highest.ifPresent(
        offset -> headers.add(HIGHEST, Long.toString(offset).getBytes(StandardCharsets.UTF_8)));
    return headers;
  }

  /** The connector that others' headers name, if it is another one. */
  public Optional<String> otherThan(Headers headers) {
    return text(headers, CONNECTOR).filter(name -> !name.equals(connector));
  }

  /** The run of a task that wrote it; an empty text if the headers do not tell. */
  public static String task(Headers headers) {
    return text(headers, TASK).orElse("");
  }

  /** Empty if the headers do not tell. */
  public static OptionalLong highest(Headers headers) {
    return text(headers, HIGHEST)
        .filter(digits -> digits.matches("-?\\d{1,18}"))
        .map(digits -> OptionalLong.of(Long.parseLong(digits)))
        .orElse(OptionalLong.empty());
  }

  private static Optional<String> text(Headers headers, String key) {
    Header header = headers.lastHeader(key);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }
}
