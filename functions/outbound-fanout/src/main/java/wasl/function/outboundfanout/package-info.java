@NullMarked
package wasl.function.outboundfanout;

import org.jspecify.annotations.NullMarked;
