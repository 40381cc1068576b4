@NullMarked
package wasl.queue;

import org.jspecify.annotations.NullMarked;
