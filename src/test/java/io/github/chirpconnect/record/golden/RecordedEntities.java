package io.github.chirpconnect.record.golden;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Golden;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Each row of each recorded list, as the port hands it out. */
public final class RecordedEntities {
  private static final Place PLACE =
      new Place("tenant", "tenant's name", "application", "application's name");

  private RecordedEntities() {}

  public static List<Entity> of(Generation generation) throws InterruptedException {
    Set<Feed> all = EnumSet.allOf(Feed.class);
    List<Lister<?, ?, ?>> listers =
        generation == Generation.V4
            ? io.github.chirpconnect.api.v4.inventory.Listers.of(all, release -> true)
            : io.github.chirpconnect.api.v3.inventory.Listers.of(all);
    List<String> files =
        generation == Generation.V4
            ? List.of("v4/walk.jsonl", "v4/unary.jsonl", "v4/streams-kinds.jsonl")
            : List.of("v3/walk.jsonl", "v3/grpc-unary.jsonl");
    List<Entity> entities = new ArrayList<>();
    for (Lister<?, ?, ?> lister : listers) {
      for (String file : files) {
        Golden.calls(file).forEach(call -> add(lister, call, entities));
      }
    }
    return entities;
  }

  private static <Q, A, T> void add(
      Lister<Q, A, T> lister, Golden.Call call, List<Entity> entities) {
    if (call.method().equals("/" + lister.method().getFullMethodName())) {
      for (Golden.Message message : call.messages()) {
        A answer =
            lister
                .method()
                .getResponseMarshaller()
                .parse(new ByteArrayInputStream(message.bytes()));
        for (T row : lister.rows(answer)) {
          ObjectNode body = lister.body(row, true);
          if (lister.feed() == Feed.DEVICES) {
            body.put("applicationId", PLACE.applicationId());
          }
          entities.add(
              new Entity(lister.feed(), lister.id(row), PLACE, lister.lastSeenAt(row), body));
        }
      }
    }
  }
}
