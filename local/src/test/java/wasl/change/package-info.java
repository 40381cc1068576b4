@NullMarked
package wasl.change;

import org.jspecify.annotations.NullMarked;
