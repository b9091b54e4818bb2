package io.github.chirpconnect.record.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
  private static final String TENANT = "52f14cd4-c6f1-4fbd-8f87-4025e1d49242";
  private static final Place PLACE = new Place(TENANT, "Stadtwerke Süd", "17", "Wärme & Wasser");
  private static final String NAMES = "${tenant_name}.${application_name}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "${prefix}.${topic}|plant.a.device.up",
        "everything|everything",
        "LORA_${feed}|LORA_device-events",
        "${prefix}.${feed}.${kind}|plant.a.device-events.up",
        "${prefix}.${tenant_id}.${topic}|plant.a.52f14cd4-c6f1-4fbd-8f87-4025e1d49242.device.up",
        "${topic}.${tenant_name}|device.up.stadtwerke-sud",
        "${application_id}-${application_name}|17-warme-wasser"
      })
  void sayWhatTheTemplateSays(String template, String name) {
    assertThat(up(template, PLACE)).isEqualTo(name);
  }

  @Test
  void callWhatIsNotKnownNone() {
    String all = "${tenant_id}.${tenant_name}.${application_id}.${application_name}.${kind}";
    assertThat(Topics.of(all, "p").name(Feed.GATEWAY_FRAMES, null, "gateway.frames", Place.NONE))
        .isEqualTo("none.none.none.none.none");
    assertThat(up("${tenant_name}", Place.tenant("1", " "))).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource({
    "ACME, acme",
    "acme inc., acme-inc",
    "acme_inc, acme-inc",
    "..acme..inc--, acme-inc",
    "Köln, koln",
    "Ｋöln, koln",
    "Łódź, odz",
    "水务, unnamed",
    "水务 2, 2",
    "..., unnamed",
    "none, none",
    "../../etc, etc"
  })
  void makeSegmentsOfNames(String name, String segment) {
    assertThat(up("${tenant_name}", Place.tenant("1", name))).isEqualTo(segment);
  }

  @Test
  void areNamesThatKafkaTakesWhateverTheServerSays() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      String name = any(random, 300);
      String topic = up("${prefix}." + NAMES + ".${topic}", new Place("1", name, "2", name));
      assertThatCode(() -> Topic.validate(topic)).as(name).doesNotThrowAnyException();
      assertThat(topic).as(name).doesNotContain("..").matches("[a-z0-9.-]*[a-z0-9]");
      assertThat(topic.length()).isLessThanOrEqualTo(Topics.MOST_CHARACTERS);
    }
  }

  private static String any(Random random, int most) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(most);
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(random.nextInt(10) == 0 ? random.nextInt(0xd800) : random.nextInt(128));
    }
    return text.toString();
  }

  @Test
  void stayTwoWhereTheyAreTooLong() {
    Set<String> names = new HashSet<>();
    for (String end : List.of("a", "b")) {
      String topic = up(NAMES, new Place("1", "x".repeat(300) + end, "2", "y"));
      assertThat(topic).hasSize(249).matches("x{240}-[0-9a-f]{8}");
      names.add(topic);
    }
    assertThat(names).hasSize(2);
  }

  @Test
  void ofTenantsAndApplicationsAreTheirOwn() {
    var body = JsonNodeFactory.instance.objectNode().put("name", "Own");
    Place tenant = OwnPlace.of(new Entity(Feed.TENANTS, TENANT, Place.NONE, null, body));
    assertThat(tenant).isEqualTo(Place.tenant(TENANT, "Own"));
    Place in = Place.tenant("1", "tenant");
    assertThat(OwnPlace.of(new Entity(Feed.APPLICATIONS, "2", in, null, body)))
        .isEqualTo(new Place("1", "tenant", "2", "Own"));
    assertThat(OwnPlace.of(new Entity(Feed.GATEWAYS, "3", in, null, body))).isEqualTo(in);
  }

  @Test
  void haveAPatternForEachFeed() {
    Topics usual = Topics.usual("plant");
    assertThat(usual.followPlaces()).isFalse();
    assertThat(usual.pattern(Feed.DEVICES, "devices")).isEqualTo("plant.devices");
    Topics byTenant = Topics.of("${prefix}.${tenant_id}.${topic}.${kind}", "plant");
    assertThat(byTenant.followPlaces()).isTrue();
    assertThat(byTenant.pattern(Feed.DEVICES, "devices"))
        .isEqualTo("plant.${tenant_id}.devices.none");
    assertThat(byTenant.fieldsOfPlaces()).containsExactly("tenant_id");
    assertThat(byTenant.haveNames()).isFalse();
    assertThat(Topics.of(NAMES, "plant").haveNames()).isTrue();
    assertThat(Topics.of(NAMES, "plant").mixFeeds()).isTrue();
    assertThat(Topics.of("a.${feed}", "plant").mixFeeds()).isFalse();
    assertThat(Topics.of("a.${topic}", "plant").mixFeeds()).isFalse();
  }

  @Test
  void nameTheVariableThatIsNotKnownAndThoseThatAre() {
    assertThatThrownBy(() -> Topics.of("${prefix}.${tenant}.${topic}", "p"))
        .hasMessage(
            "has ${tenant}, which is not known; known are ${prefix}, ${topic}, ${feed}, ${kind}, ${tenant_id}, ${tenant_name}, "
                + "${application_id}, ${application_name}");
    assertThatThrownBy(() -> Topics.of("${}", "p")).hasMessageContaining("has ${}, which");
    assertThatThrownBy(() -> Topics.of("${TOPIC}", "p")).hasMessageContaining("has ${TOPIC}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"${prefix}.${topic", "a${", "${prefix.${topic}"})
  void needTheClosingBrace(String template) {
    assertThatThrownBy(() -> Topics.of(template, "p"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("without its closing brace");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "$topic", "a/${topic}", "ä", "{topic}", "a}", "a\n"})
  void refuseWhatNoTopicMayHave(String template) {
    assertThatThrownBy(() -> Topics.of(template, "p"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which no topic's name may have");
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "..", ".${topic}", "${topic}.", "${prefix}..${topic}", "a..b"})
  void refuseEmptyParts(String template) {
    assertThatThrownBy(() -> Topics.of(template, "p"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dots");
  }

  @Test
  void refuseWhatIsEmptyOrTooLong() {
    assertThatThrownBy(() -> Topics.of("", "p")).hasMessageContaining("is empty");
    assertThat(up("x".repeat(249), PLACE)).hasSize(249);
    assertThatThrownBy(() -> Topics.of("x".repeat(250), "p")).hasMessageContaining("249");
    assertThatThrownBy(() -> Topics.of("${prefix}." + "x".repeat(200), "p".repeat(60)))
        .hasMessageContaining("249");
  }

  private static String up(String template, Place place) {
    return Topics.of(template, "plant.a").name(Feed.DEVICE_EVENTS, "up", "device.up", place);
  }
}
