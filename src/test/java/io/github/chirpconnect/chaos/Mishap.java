package io.github.chirpconnect.chaos;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.ProcessBroker;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.fault.Faults;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that goes wrong for a while.
 *
 * @param name for the log
 * @param begin makes it go wrong
 * @param end mends it
 */
record Mishap(String name, Runnable begin, Runnable end) {
  private static final Runnable NOTHING = () -> {};

  static List<Mishap> all(ConnectWorker worker, ProcessBroker outcomeBroker, List<Site> sites) {
    List<Mishap> all = new ArrayList<>();
    all.add(new Mishap("the worker is killed", worker::kill, worker::start));
    all.add(new Mishap("the worker stands still", worker::freeze, worker::thaw));
    all.add(
        new Mishap("the broker of outcomes is killed", outcomeBroker::kill, outcomeBroker::resume));
    all.add(
        new Mishap(
            "the broker of outcomes stands still", outcomeBroker::freeze, outcomeBroker::thaw));
    sites.forEach(site -> all.addAll(of(site)));
    return List.copyOf(all);
  }

  private static List<Mishap> of(Site site) {
    Simulator server = site.chirpStack();
    Faults faults = server.faults();
    String at = " at " + site.name();
    List<Mishap> all = new ArrayList<>();
    all.add(new Mishap("the server is killed" + at, server::stop, server::start));
    all.add(new Mishap("links carry nothing" + at, faults::halfOpen, faults::endHalfOpen));
    all.add(
        new Mishap(
            "connections are reset and refused" + at,
            () -> {
              faults.refuseConnections();
              faults.resetConnections();
            },
            faults::acceptConnections));
    all.add(new Mishap("connections are reset" + at, faults::resetConnections, NOTHING));
    for (int status : List.of(404, 502)) {
      all.add(
          new Mishap(
              "a proxy answers " + status + at,
              () -> {
                faults.showPages(status, "text/html", "<title>" + status + "</title>");
                faults.resetConnections();
              },
              () -> {
                faults.endPages();
                faults.resetConnections();
              }));
    }
    if (!server.server().isRest()) {
      all.add(new Mishap("the server wants new connections" + at, faults::goAway, NOTHING));
    }
    all.add(new Mishap("streams end" + at, () -> faults.endStreams(Status.UNAVAILABLE), NOTHING));
    all.add(
        new Mishap(
            "answers come late" + at,
            () -> faults.delayAnswers(Duration.ofSeconds(2)),
            faults::clearCalls));
    all.add(
        new Mishap(
            "commands are taken and not answered" + at,
            () -> faults.dropAnswers(server.server().enqueueMethod(), 3),
            faults::clearCalls));
    return all;
  }
}
