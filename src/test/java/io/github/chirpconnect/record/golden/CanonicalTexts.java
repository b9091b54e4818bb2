package io.github.chirpconnect.record.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.record.json.CanonicalJson;
import java.util.List;
import org.apache.kafka.connect.data.Struct;

/** All JSON that a record has as text is in one form, whichever generation of server wrote it. */
public final class CanonicalTexts {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> FIELDS =
      List.of("object", "phy_payload", "f_opts", "unknown_fields", "body");

  private CanonicalTexts() {}

  /**
   * @return how many there are
   */
  public static int assertIn(Struct value) {
    int count = 0;
    for (String field : FIELDS) {
      if (value.schema().field(field) != null && value.get(field) != null) {
        try {
          String text = value.getString(field);
          assertThat(text).as(field).isEqualTo(CanonicalJson.of(JSON.readTree(text)));
          assertThat(text).as(field).doesNotContainPattern(":-?[0-9]+\\.0[,}]");
          count++;
        } catch (JsonProcessingException e) {
          throw new AssertionError(field, e);
        }
      }
    }
    return count;
  }
}
