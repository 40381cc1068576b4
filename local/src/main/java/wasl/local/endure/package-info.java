/// Breaks a running bundle on purpose, by faults of AWS and by SIGKILL, and accounts for every
/// webhook that was sent meanwhile.
@NullMarked
package wasl.local.endure;

import org.jspecify.annotations.NullMarked;
