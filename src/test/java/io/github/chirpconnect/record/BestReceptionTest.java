package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.record.schema.Gw;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class BestReceptionTest {
  private static final Struct NO_SNR = reception("01", -30, null);
  private static final Struct WEAK = reception("02", -120, -15f);
  private static final Struct LOUD = reception("03", -40, 9f);
  private static final Struct CLEAR = reception("04", -80, 9.5f);
  private static final Struct CLEAR_AND_LOUD = reception("06", -70, 9.5f);
  private static final Struct ITS_TWIN = reception("05", -70, 9.5f);

  @Test
  void theHighestSnrThenRssiThenTheLowestIdInWhateverOrder() {
    List<Struct> all =
        new ArrayList<>(List.of(NO_SNR, WEAK, LOUD, CLEAR, CLEAR_AND_LOUD, ITS_TWIN));
    List<Struct> best = new ArrayList<>();
    Random random = new Random(7);
    while (!all.isEmpty()) {
      Collections.shuffle(all, random);
      Struct next = BestReception.of(all).orElseThrow();
      best.add(next);
      all.remove(next);
    }
    assertThat(best).containsExactly(ITS_TWIN, CLEAR_AND_LOUD, CLEAR, LOUD, WEAK, NO_SNR);
  }

  @Test
  void noneWhereNobodyReceivedIt() {
    assertThat(BestReception.of(List.of())).isEmpty();
    assertThat(BestReception.of(null)).isEmpty();
  }

  private static Struct reception(String gateway, int rssi, Float snr) {
    return new Struct(Gw.UPLINK_RX_INFO.schema())
        .put("gateway_id", gateway)
        .put("rssi", rssi)
        .put("snr", snr);
  }
}
