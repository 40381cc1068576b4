@NullMarked
package wasl.inbound;

import org.jspecify.annotations.NullMarked;
