@NullMarked
package wasl.function.duescan;

import org.jspecify.annotations.NullMarked;
