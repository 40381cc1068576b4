@NullMarked
package wasl.isolate;

import org.jspecify.annotations.NullMarked;
