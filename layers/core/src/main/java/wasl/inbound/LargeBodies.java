package wasl.inbound;

import wasl.access.Tenant;
import wasl.event.ArchivedBody;
import wasl.event.BodyRef;

/// Takes a body that is too large for the queue into the archive; durable when `put` returns.
public interface LargeBodies {
  /// @param name unique; the object's key is made of it
  BodyRef put(Tenant tenant, String name, ArchivedBody body);
}
