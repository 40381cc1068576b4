package wasl.inbound;

/// The queue before the event router. What `put` returned from is durable.
public interface InboundQueue {
  void put(InboundMessage message);
}
