/// Counts what AWS would bill for in what really happens here, and says what it comes to.
@NullMarked
package wasl.local.ledger;

import org.jspecify.annotations.NullMarked;
