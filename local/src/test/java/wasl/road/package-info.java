@NullMarked
package wasl.road;

import org.jspecify.annotations.NullMarked;
