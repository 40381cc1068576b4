@NullMarked
package wasl.function.eventrouter;

import org.jspecify.annotations.NullMarked;
