/// Lambda's contract with a function's process: the Runtime API, and the official client that asks
/// it for work.
@NullMarked
package wasl.local.runtime;

import org.jspecify.annotations.NullMarked;
