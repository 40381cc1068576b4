@NullMarked
package wasl.endtoend;

import org.jspecify.annotations.NullMarked;
