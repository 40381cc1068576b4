@NullMarked
package wasl.outbound;

import org.jspecify.annotations.NullMarked;
