@NullMarked
package wasl.refresh;

import org.jspecify.annotations.NullMarked;
