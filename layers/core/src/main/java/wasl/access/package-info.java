@NullMarked
package wasl.access;

import org.jspecify.annotations.NullMarked;
