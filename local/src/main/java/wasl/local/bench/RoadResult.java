package wasl.local.bench;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import wasl.local.bench.Arrivals.Arrival;
import wasl.local.bench.Load.Sent;

/// What became of the webhooks of one run.
///
/// @param accept from the time at which a webhook was to be sent to its answer
/// @param delivery from the 2xx at the sender to the arrival at a receiver, all receivers together
/// @param notAccepted answered other than 2xx, or not at all
/// @param lost pairs of an accepted webhook and a receiver that it did not reach
/// @param duplicated arrivals beyond the first, per `webhook-id` and receiver
record RoadResult(
    int sent, int notAccepted, int lost, int duplicated, Spread accept, Spread delivery) {

  /// @param arrivals one list for each receiver
  static RoadResult of(List<Sent> sent, List<List<Arrival>> arrivals) {
    var accepted = sent.stream().filter(Sent::isAccepted).toList();
    int lost = 0;
    int duplicated = 0;
    var delivery = LongStream.builder();
    for (var receiver : arrivals) {
      var first = firsts(receiver);
      for (var webhook : accepted) {
        var arrival = first.get(webhook.eventId());
        if (arrival == null) {
          lost++;
        } else {
          // It may well arrive before the sender has read the 2xx.
          delivery.add(Math.max(0, arrival - webhook.answered()));
        }
      }
      duplicated += duplicated(receiver);
    }
    return new RoadResult(
        sent.size(),
        sent.size() - accepted.size(),
        lost,
        duplicated,
        Spread.of(accepted.stream().mapToLong(each -> each.answered() - each.due()).toArray()),
        Spread.of(delivery.build().toArray()));
  }

  private static Map<String, Long> firsts(List<Arrival> arrivals) {
    var first = new HashMap<String, Long>();
    for (var arrival : arrivals) {
      first.merge(arrival.eventId(), arrival.nanos(), Math::min);
    }
    return first;
  }

  private static int duplicated(List<Arrival> arrivals) {
    var seen = new HashSet<String>();
    int again = 0;
    for (var arrival : arrivals) {
      again += seen.add(arrival.webhookId()) ? 0 : 1;
    }
    return again;
  }

  boolean isWhole() {
    return notAccepted == 0 && lost == 0;
  }

  /// The figures, a line each.
  String text() {
    return String.format(
        Locale.ROOT,
        """
          accept                  %s
          accepted to delivered   %s
          answered other than 2xx %d   lost %d   duplicated %d
        """,
        accept.text(),
        delivery.text(),
        notAccepted,
        lost,
        duplicated);
  }
}
