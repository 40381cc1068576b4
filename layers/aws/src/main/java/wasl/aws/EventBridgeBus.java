package wasl.aws;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;
import wasl.event.EventBus;
import wasl.queue.Batch;

/// The bus in EventBridge.
public final class EventBridgeBus implements EventBus {
  // What PutEvents takes at once. Newer accounts may send 1 MB; all may send this much.
  private static final int MOST_ENTRIES = 10;
  private static final int MOST_BYTES = 256 * 1024;

  // What an entry may fail by where the call succeeds, and what is over by itself.
  private static final Set<String> PASSING =
      Set.of("InternalFailure", "InternalException", "ThrottlingException");

  private final EventBridgeClient client;
  private final String bus;

  public EventBridgeBus(EventBridgeClient client, String bus) {
    this.client = client;
    this.bus = bus;
  }

  @Override
  public List<Optional<Refusal>> put(List<Entry> entries) {
    var calls = calls(entries.stream().map(this::entry).toList());
    var results = Batch.each(calls, this::called);
    var out = new ArrayList<Optional<Refusal>>();
    for (int at = 0; at < calls.size(); at++) {
      var call = calls.get(at);
      out.addAll(results.get(at).orElse(why -> allFailed(call, why)));
    }
    return out;
  }

  private record Sized(PutEventsRequestEntry entry, int bytes) {}

  private Sized entry(Entry entry) {
    var detail = entry.envelope().detail();
    var source = entry.source().value();
    var type = entry.envelope().detailType();
    return new Sized(
        PutEventsRequestEntry.builder()
            .eventBusName(bus)
            .source(source)
            .detailType(type)
            .detail(new String(detail, StandardCharsets.UTF_8))
            .time(entry.envelope().timestamp())
            .build(),
        // As EventBridge counts: 14 for the time, and the UTF-8 of source, detail type and detail.
        14 + source.length() + type.length() + detail.length);
  }

  private static List<List<PutEventsRequestEntry>> calls(List<Sized> entries) {
    var calls = new ArrayList<List<PutEventsRequestEntry>>();
    var call = new ArrayList<PutEventsRequestEntry>();
    int bytes = 0;
    for (var entry : entries) {
      if (!call.isEmpty() && (call.size() == MOST_ENTRIES || bytes + entry.bytes > MOST_BYTES)) {
        calls.add(List.copyOf(call));
        call.clear();
        bytes = 0;
      }
      call.add(entry.entry);
      bytes += entry.bytes;
    }
    if (!call.isEmpty()) {
      calls.add(List.copyOf(call));
    }
    return calls;
  }

  // PutEvents answers 200 though entries failed: each has its own result.
  private List<Optional<Refusal>> called(List<PutEventsRequestEntry> call) {
    var answer = client.putEvents(r -> r.entries(call));
    if (answer.entries().size() != call.size()) {
      throw new IllegalStateException("PutEvents answered for other entries than were put");
    }
    return answer.entries().stream().map(EventBridgeBus::failure).toList();
  }

  private static Optional<Refusal> failure(PutEventsResultEntry result) {
    return Optional.ofNullable(result.errorCode())
        .map(code -> new Refusal(code, PASSING.contains(code)));
  }

  private static List<Optional<Refusal>> allFailed(
      List<PutEventsRequestEntry> call, RuntimeException why) {
    var refusal = new Refusal(why.getClass().getSimpleName(), Outage.is(why));
    return call.stream().map(entry -> Optional.of(refusal)).toList();
  }
}
