/// Runs the bundle on this machine.
@NullMarked
package wasl.local;

import org.jspecify.annotations.NullMarked;
