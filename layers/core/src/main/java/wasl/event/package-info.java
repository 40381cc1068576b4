@NullMarked
package wasl.event;

import org.jspecify.annotations.NullMarked;
